import { describe, expect, it } from 'vitest';
import type { ExecResult } from '../../ports/exec.ts';
import { type FakeUpContext, fakeUpContext } from '../testing/fake-up-context.ts';
import { runOpenClawChecks, validateConfig } from './openclaw-checks.ts';

const DOCTOR = JSON.stringify({
  ok: true,
  checksRun: 7,
  findings: [{ checkId: 'a', severity: 'warn', message: 'm', fixHint: 'f' }],
});
const AUDIT = JSON.stringify({
  summary: { critical: 0, warn: 1, info: 2 },
  findings: [{ checkId: 'b', severity: 'warn', title: 't', detail: 'd' }],
});
const RESULTS = '/srv/openclaw/.clawproof/results';

function answering(doctor: Partial<ExecResult>, audit: Partial<ExecResult>): FakeUpContext {
  const context = fakeUpContext();
  context.compose.execReply = ({ args }) => (args.includes('doctor') ? doctor : audit);
  return context;
}

describe('runOpenClawChecks', () => {
  it('asks both in the running gateway, and keeps both answers private', async () => {
    const context = answering({ stdout: `[proxy] a line\n${DOCTOR}\n` }, { stdout: AUDIT });
    expect(await runOpenClawChecks(context)).toMatchObject({
      doctor: {
        state: 'ran',
        detail: '7 checks, 1 remarks',
        findings: [{ checkId: 'a', severity: 'warn', title: 'm', detail: 'f' }],
      },
      audit: {
        state: 'ran',
        detail: '0 critical, 1 warnings, 2 notes',
        findings: [{ checkId: 'b', severity: 'warn', title: 't', detail: 'd' }],
      },
    });
    const [left, ...asked] = context.compose.execs.map(({ service, args }) => [service, ...args].join(' '));
    // First those of a run that was killed are ended.
    expect(left).toMatch(/^gateway node -e [^]*SIGKILL/);
    expect(asked).toEqual([
      'gateway env CLAWPROOF_CHECK=1 openclaw doctor --json',
      'gateway env CLAWPROOF_CHECK=1 openclaw security audit --deep --json',
    ]);
    expect(await context.ports.files.read(`${RESULTS}/security-audit.json`)).toBe(AUDIT);
    expect((await context.ports.files.stat(`${RESULTS}/doctor.json`))?.mode).toBe(0o600);
  });

  it.each([
    ['nothing', { stdout: '' }, 'empty'],
    ['blanks', { stdout: ' \n' }, 'empty'],
    ['words', { stdout: 'Error: no config' }, 'not understood'],
    ['a good answer and a bad exit code', { stdout: AUDIT, code: 1 }, 'exit code 1'],
    ['a bad exit code alone', { code: 127 }, 'empty'],
    ['a failure in JSON', { stdout: '{"ok":false,"error":"config is invalid"}' }, 'config is invalid'],
  ])('takes %s for an error, never for a pass, and keeps nothing', async (_name, reply, detail) => {
    const context = answering({ stdout: DOCTOR }, reply);
    const { doctor, audit } = await runOpenClawChecks(context);
    expect(doctor.state).toBe('ran');
    expect(audit).toMatchObject({ state: 'error', detail: expect.stringContaining(detail), findings: [] });
    expect(await context.ports.files.list(RESULTS)).toEqual(['doctor.json']);
  });

  it('asks a doctor of 2026.7 in its own way, whose remarks make its exit code 1', async () => {
    const context = answering({}, { stdout: AUDIT });
    context.compose.execReply = ({ args }) => {
      if (!args.includes('doctor')) return { stdout: AUDIT };
      if (args.includes('--lint')) return { code: 1, stdout: DOCTOR };
      return { code: 1, stderr: 'doctor lint options require --lint. Use `openclaw doctor --lint ...`.\n' };
    };
    expect((await runOpenClawChecks(context)).doctor).toMatchObject({
      state: 'ran',
      detail: '7 checks, 1 remarks',
    });
    context.compose.execReply = ({ args }) => {
      if (!args.includes('doctor')) return { stdout: AUDIT };
      return args.includes('--lint') ? { code: 1, stdout: 'boom' } : { code: 1, stderr: 'require --lint' };
    };
    expect((await runOpenClawChecks(context)).doctor).toMatchObject({
      state: 'error',
      detail: expect.stringContaining('not understood'),
    });
  });

  it('does not believe a doctor that checked nothing', async () => {
    const context = answering({ stdout: '{"ok":true,"checksRun":0,"findings":[]}' }, { stdout: AUDIT });
    expect((await runOpenClawChecks(context)).doctor.state).toBe('error');
  });
});

describe('validateConfig', () => {
  it('asks the image in a container without network and state, with the files read-only', async () => {
    const context = fakeUpContext();
    context.docker.oneOffReply = () => ({ stdout: '{"valid":true}' });
    await validateConfig(context, 'sha256:abc');
    const [call] = context.docker.oneOffs;
    expect(call).toMatchObject({
      image: 'sha256:abc',
      entrypoint: 'openclaw',
      args: ['config', 'validate', '--json'],
      user: '1000:1000',
    });
    expect(call?.network ?? 'none').toBe('none');
    expect(call?.mounts?.every((mount) => mount.endsWith(',readonly'))).toBe(true);
    expect(JSON.stringify(call?.environment)).not.toMatch(/token/i);
  });

  it('refuses what OpenClaw refuses, with its words', async () => {
    const context = fakeUpContext();
    const issues = [{ path: ['tools', 'exec', 'mode'], message: 'Invalid option' }, 'unknown key "x"'];
    context.docker.oneOffReply = () => ({ code: 1, stdout: JSON.stringify({ valid: false, issues }) });
    await expect(validateConfig(context, 'x')).rejects.toMatchObject({
      id: 'config-rejected',
      message: expect.stringMatching(
        /OpenClaw 2026\.9\.6 .*tools\.exec\.mode: Invalid option; unknown key "x"/,
      ),
    });
  });

  it.each([
    [{ stdout: '' }, 'empty'],
    [{ stdout: 'Segmentation fault', code: 139 }, 'not understood'],
    [{ stdout: '{}', stderr: 'boom' }, 'boom'],
    [{ code: 125, stderr: 'No such image' }, 'No such image'],
  ])('takes %j for no answer', async (reply, why) => {
    const context = fakeUpContext();
    context.docker.oneOffReply = () => reply;
    await expect(validateConfig(context, 'x')).rejects.toMatchObject({
      id: 'unreadable-answer',
      message: expect.stringContaining(why),
    });
  });
});
