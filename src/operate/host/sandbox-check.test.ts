import { describe, expect, test } from 'vitest';
import type { Docker } from '../../engine/docker.ts';
import type { OneOff } from '../../engine/one-off.ts';
import { dataNotCarried } from '../../errors/host-errors.ts';
import { FakeClock } from '../../ports/fake/fake-host.ts';
import type { ExecResult } from '../../ports/exec.ts';
import { MEMORY_CHILD_SCRIPT, MEMORY_SCRIPT, PROCESS_SCRIPT } from './sandbox-scripts.ts';
import { checkSandbox, type SandboxTrial, unaccepted } from './sandbox-check.ts';

type Answer = Partial<Pick<ExecResult, 'code' | 'stdout' | 'stderr'>> | 'hangs';
type Trials = Record<SandboxTrial['id'], Answer>;

const GOOD: Trials = {
  start: { stdout: 'started' },
  memory: { code: 137, stdout: 'taken 16\ntaken 352\n' },
  'memory-child': { stdout: 'taken 336\nended with SIGKILL\n' },
  processes: { code: 2, stdout: 'started 48\nstarted 56\n' },
  'native-paths': { stdout: 'known' },
};

async function outcome(changes: Partial<Trials>): Promise<Record<string, string>> {
  const answers = { ...GOOD, ...changes };
  const asked: OneOff[] = [];
  const runOneOff = async (options: OneOff): Promise<ExecResult> => {
    asked.push(options);
    const answer = answers[trialOf(options)];
    if (answer === 'hangs') throw dataNotCarried('any error of the engine');
    return Promise.resolve({ code: 0, stdout: '', stderr: '', durationMs: 1, ...answer });
  };
  const docker = { runOneOff } as unknown as Docker;
  const trials = await checkSandbox({ clock: new FakeClock() }, docker, { image: 'i', runtime: 'runsc' });
  expect(
    asked.every(({ runtime, memory, memoryAndSwap }) => runtime === 'runsc' && memory === memoryAndSwap),
  ).toBe(true);
  return Object.fromEntries(
    trials.map(({ id, holds, seen }) => [id, `${holds ? 'holds' : 'fails'}: ${seen}`]),
  );
}

function trialOf({ entrypoint, args: [, script] }: OneOff): SandboxTrial['id'] {
  if (entrypoint === 'perl') return 'native-paths';
  if (script === MEMORY_SCRIPT) return 'memory';
  if (script === MEMORY_CHILD_SCRIPT) return 'memory-child';
  return script === PROCESS_SCRIPT ? 'processes' : 'start';
}

describe('what is tried with a sandbox', () => {
  test('holds where limits end what exceeds them', async () => {
    expect(await outcome({})).toMatchObject({
      start: expect.stringMatching(/^holds/),
      memory: expect.stringMatching(/^holds: ended with 137 after 352 MiB/),
      'memory-child': expect.stringMatching(/^holds: only that program/),
      processes: expect.stringMatching(/^holds: the whole container ended after 56/),
      'native-paths': expect.stringMatching(/^holds/),
    });
  });

  test.each([
    ['memory', 'hangs', /hung at its limit/],
    ['memory', { stdout: 'taken 384\ntaken 1024\n' }, /took 1024 MiB/],
    ['memory', { code: 137, stdout: 'taken 400\n' }, /took 400 MiB/],
    ['memory', { code: 1, stderr: 'Error: cannot start' }, /exit code 1: Error: cannot start/],
    ['memory-child', { stdout: 'taken 1024\nchild done\n' }, /took 1024/],
    ['processes', { stdout: 'started 400\n' }, /started 400/],
    ['processes', { code: 0, stdout: '' }, /exit code 0/],
    ['native-paths', { stdout: 'unknown' }, /openat2 is not there/],
    ['native-paths', { code: 127, stderr: 'perl: cannot be found' }, /exit code 127/],
  ] as [SandboxTrial['id'], Answer, RegExp][])('%s fails for %j', async (id, answer, seen) => {
    const found = await outcome({ [id]: answer });
    expect(found[id]).toMatch(/^fails/);
    expect(found[id]).toMatch(seen);
    expect(Object.values(found).filter((text) => text.startsWith('fails'))).toHaveLength(1);
  });

  test('nothing else is tried where no container starts', async () => {
    expect(Object.keys(await outcome({ start: { code: 125, stderr: 'OCI runtime start failed' } }))).toEqual([
      'start',
    ]);
  });

  test('only what has a name can be accepted', () => {
    const trial = { title: '', seen: '', holds: false } as const;
    const trials = [
      { ...trial, id: 'start' },
      { ...trial, id: 'memory', risk: 'memory-limit' },
      { ...trial, id: 'native-paths', risk: 'native-paths' },
    ] as const;
    expect(unaccepted(trials, ['native-paths']).map(({ id }) => id)).toEqual(['start', 'memory']);
  });
});
