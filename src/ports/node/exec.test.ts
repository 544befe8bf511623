import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeExec } from './exec.ts';

const exec = createNodeExec({
  env: { PATH: process.env['PATH'], KEPT: 'kept', DROPPED: 'dropped' },
  kill: (pid, signal) => process.kill(pid, signal),
});
const node = (script: string): [string, string[]] => [process.execPath, ['-e', script]];
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exec test-'));
  await writeFile(join(folder, 'no program'), 'x', { mode: 0o644 });
});
afterAll(() => rm(folder, { recursive: true }));

async function gone(pid: number): Promise<boolean> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    if (stat === '' || /\) Z /.test(stat)) return true;
    await delay(20);
  }
  return false;
}

describe('run', () => {
  it('gives exit code and both streams', async () => {
    const result = await exec.run(
      ...node('console.log("out ü"); console.error("err"); process.exitCode = 3'),
    );
    expect(result).toMatchObject({ code: 3, stdout: 'out ü\n', stderr: 'err\n' });
    expect(result.killed).toBeUndefined();
  });

  it('passes arguments as they are, without a shell', async () => {
    const result = await exec.run('printf', ['%s|', 'a b', '$(id)', '"; x']);
    expect(result.stdout).toBe('a b|$(id)|"; x|');
  });

  it('adds to the environment, replaces and removes', async () => {
    const result = await exec.run('env', [], { env: { ADDED: 'added', DROPPED: undefined } });
    const names = result.stdout
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0]);
    expect(names.toSorted()).toEqual(['ADDED', 'KEPT', 'PATH']);
  });

  it('says missing for a program that is not there, and names a folder that is not there', async () => {
    expect(await exec.run('no-such-program-here', [])).toMatchObject({ code: null, killed: 'missing' });
    expect(await exec.run(join(folder, 'no program'), [])).toMatchObject({ code: null, killed: 'missing' });
    await expect(exec.run('true', [], { cwd: join(folder, 'none') })).rejects.toMatchObject({
      id: 'working-folder-missing',
    });
  });

  it('writes input and closes it, and survives a child that does not read it', async () => {
    expect((await exec.run('cat', [], { input: 'some ü text' })).stdout).toBe('some ü text');
    expect(await exec.run('true', [], { input: new Uint8Array(4_000_000) })).toMatchObject({ code: 0 });
    expect((await exec.run('cat', [])).stdout).toBe('');
  });

  it('collects large output of both streams', async () => {
    const result = await exec.run(
      ...node('for (const s of [process.stdout, process.stderr]) s.write("ü".repeat(5_000_000))'),
    );
    expect(result.stdout.length).toBe(5_000_000);
    expect(result.stderr.length).toBe(5_000_000);
    expect(result.truncated).toBeUndefined();
  });

  it('hands out lines as they come', async () => {
    const lines: string[] = [];
    const arrived: number[] = [];
    const script =
      'process.stdout.write("fir"); setTimeout(() => process.stdout.write("st\\r\\nsec"), 100); setTimeout(() => { console.error("e"); process.stdout.write("ond") }, 600)';
    await exec.run(...node(script), {
      onLine: (line, stream) => {
        lines.push(`${stream}:${line}`);
        arrived.push(performance.now());
      },
    });
    expect(lines.toSorted()).toEqual(['stderr:e', 'stdout:first', 'stdout:second']);
    expect((arrived.at(-1) ?? 0) - (arrived[0] ?? 0)).toBeGreaterThan(200);
  });

  it('kills the whole group at a timeout', async () => {
    const result = await exec.run('sh', ['-c', 'sleep 300 & echo $!; wait'], { timeoutMs: 400 });
    expect(result).toMatchObject({ code: null, killed: 'timeout' });
    expect(result.durationMs).toBeLessThan(2_000);
    expect(await gone(Number(result.stdout))).toBe(true);
  });

  it('kills for good what ignores the polite signal', async () => {
    const result = await exec.run('sh', ['-c', 'trap "" TERM; echo $$; while :; do sleep 0.2; done'], {
      timeoutMs: 300,
    });
    expect(result.killed).toBe('timeout');
    expect(await gone(Number(result.stdout))).toBe(true);
  });

  it('stops when it is aborted, before and during', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 200);
    expect(await exec.run('sleep', ['300'], { signal: controller.signal })).toMatchObject({
      code: null,
      killed: 'aborted',
    });
    expect(await exec.run('touch', [join(folder, 'never')], { signal: controller.signal })).toMatchObject({
      killed: 'aborted',
    });
    await expect(readFile(join(folder, 'never'))).rejects.toThrow('ENOENT');
  });

  it('tells when someone else killed the child', async () => {
    expect(await exec.run('sh', ['-c', 'kill -9 $$'])).toMatchObject({ code: null, killed: 'signal' });
  });

  it('does not wait for a grandchild that keeps the pipes open', async () => {
    const result = await exec.run('sh', ['-c', 'setsid sleep 5 & echo done'], { timeoutMs: 4_000 });
    expect(result).toMatchObject({ code: 0, stdout: 'done\n' });
    expect(result.durationMs).toBeLessThan(3_000);
  });
});

describe('interactive', () => {
  it('gives the exit code, 128+n for a signal, 127 for a missing program', async () => {
    expect(await exec.interactive('sh', ['-c', 'exit 7'])).toBe(7);
    expect(await exec.interactive('sh', ['-c', 'kill -TERM $$'])).toBe(143);
    expect(await exec.interactive('no-such-program-here', [])).toBe(127);
    expect(await exec.interactive(join(folder, 'no program'), [])).toBe(126);
  });
});

describe('detach', () => {
  it('starts a program in its own session that writes to the log', async () => {
    const logFile = join(folder, 'log');
    const pid = await exec.detach('sh', ['-c', 'echo started; echo failed >&2; exec sleep 60'], { logFile });
    try {
      for (
        let attempt = 0;
        attempt < 50 && !(await readFile(logFile, 'utf8')).includes('failed');
        attempt += 1
      )
        await delay(20);
      expect(await readFile(logFile, 'utf8')).toBe('started\nfailed\n');
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      expect(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]).toBe(String(pid));
    } finally {
      process.kill(pid, 'SIGKILL');
    }
  });

  it('says so when the program or the log cannot be', async () => {
    await expect(
      exec.detach('no-such-program-here', [], { logFile: join(folder, 'log2') }),
    ).rejects.toMatchObject({ id: 'program-not-started' });
    await expect(exec.detach('true', [], { logFile: join(folder, 'none/log') })).rejects.toMatchObject({
      id: 'path-missing',
    });
  });
});

describe('stream', () => {
  it('hands on all of stdout, one piece after the other', async () => {
    let bytes = 0;
    let isBusy = false;
    const result = await exec.stream(
      ...node('process.stdout.write("x".repeat(3_000_000)); console.error("err")'),
      async (piece) => {
        expect(isBusy).toBe(false);
        isBusy = true;
        bytes += piece.length;
        await delay(1);
        isBusy = false;
      },
    );
    expect(result).toMatchObject({ code: 0, stdout: '', stderr: 'err\n' });
    expect(bytes).toBe(3_000_000);
  });

  it('gives the exit code, and says when there is no such program', async () => {
    const nothing = (): void => undefined;
    expect(await exec.stream(...node('process.exitCode = 3'), nothing)).toMatchObject({ code: 3 });
    expect(await exec.stream('no-such-program', [], nothing)).toMatchObject({
      code: null,
      killed: 'missing',
    });
  });

  it('ends the program when its reader fails', async () => {
    let pid = 0;
    const script = 'console.log(process.pid); setInterval(() => console.log(1), 10)';
    const reading = exec.stream(...node(script), (piece) => {
      pid = Number.parseInt(Buffer.from(piece).toString(), 10);
      throw new Error('full');
    });
    await expect(reading).rejects.toThrow('full');
    expect(await gone(pid)).toBe(true);
  });

  it('ends at a timeout', async () => {
    const options = { timeoutMs: 200 };
    const result = await exec.stream(...node('setInterval(() => {}, 1000)'), () => undefined, options);
    expect(result).toMatchObject({ code: null, killed: 'timeout' });
  });
});
