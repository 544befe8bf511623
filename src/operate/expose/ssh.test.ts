import { describe, expect, test } from 'vitest';
import type { ExecResult } from '../../ports/exec.ts';
import { fakePorts } from '../../ports/fake/fake-ports.ts';
import type { Ports } from '../../ports/ports.ts';
import { sshTunnel } from './ssh.ts';

async function tunnel(result: Partial<ExecResult>, status = 200) {
  const ports = fakePorts();
  await ports.files.makeDirectory('/srv/claw', 0o755);
  await ports.files.writeAtomic('/srv/claw/clawproof.yaml', 'version: 1\naccess: { port: 28911 }\n', {
    mode: 0o644,
  });
  const calls: string[][] = [];
  const changed = {
    ...ports,
    exec: {
      ...ports.exec,
      run: (_: string, args: string[]) => {
        calls.push(args);
        return Promise.resolve({ code: 0, stdout: '', stderr: '', ...result });
      },
    },
    http: { ...ports.http, request: () => Promise.resolve({ status, headers: {}, body: '' }) },
  } as unknown as Ports;
  return {
    ...(await sshTunnel(changed, '/srv/claw', { target: 'ann@claw.example.org', sshPort: 2222 })),
    calls,
  };
}

describe('sshTunnel', () => {
  test('names the tunnel, and tries it without a question or trust in an unknown host', async () => {
    const { command, checks, calls } = await tunnel({ stdout: 'HTTP/1.1 200 OK\r\n' });
    expect(command).toBe('ssh -p 2222 -N -L 127.0.0.1:28911:127.0.0.1:28911 ann@claw.example.org');
    expect(checks.map(({ state }) => state)).toEqual(['pass', 'pass']);
    expect(calls[0]).toContain('BatchMode=yes');
    expect(calls[0]?.join(' ')).not.toContain('StrictHostKeyChecking');
  });

  test.each<[string, Partial<ExecResult>, string]>([
    ['a server that forbids tunnels', { code: 255, stderr: 'channel 0: open failed: administratively prohibited' }, 'fail'], // prettier-ignore
    ['no login', { code: 255, stderr: 'Permission denied (publickey).' }, 'skipped'],
    ['an unknown host', { code: 255, stderr: 'Host key verification failed.' }, 'skipped'],
    ['no program', { code: 127, killed: 'missing' }, 'skipped'],
    ['another answer', { stdout: 'HTTP/1.1 502 Bad Gateway\r\n' }, 'skipped'],
  ])('does not count %s as tried', async (_, result, state) => {
    expect((await tunnel(result)).checks.map((check) => check.state)).toEqual(['pass', state]);
  });

  test('says when no gateway answers', async () => {
    expect((await tunnel({}, 502)).checks[0]).toMatchObject({ state: 'fail' });
  });
});
