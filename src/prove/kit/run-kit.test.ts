import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { functions } from '../payload/kernel.ts';
import { kitFiles } from './kit-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'clawproof-run-kit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function install(path: string, mode: number): string {
  const target = join(folder, `${path}-${mode.toString(8)}`);
  const file = kitFiles('x64').find((one) => one.path === path);
  writeFileSync(target, file?.content ?? '');
  chmodSync(target, mode);
  return target;
}

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('the payload runs the kit', () => {
  it('names what the kernel gave and what it refused, and keeps the order', async () => {
    const program = install('syscall', 0o755);
    const { results, signal, files } = await functions.callKernel({
      program,
      calls: [
        { call: 'openat', arguments: [-100, { text: '/proc/self/status' }, 0] },
        { call: 'close', arguments: [{ resultOf: 0 }] },
        { call: 'close', arguments: [{ resultOf: 0 }] },
        { call: 'openat', arguments: [-100, { text: '/no/such/file' }, 0] },
        { call: 'pivot_root', arguments: [0, 0] },
      ],
      files: ['/proc/sys/kernel/ostype', '/proc/sys/no-such-setting'],
    });
    expect(results.slice(0, 4)).toEqual([
      { call: 'openat', value: expect.any(Number) as number },
      { call: 'close', value: 0 },
      { call: 'close', code: 'EBADF' },
      { call: 'openat', code: 'ENOENT' },
    ]);
    // As root it looks at its arguments, as anybody else it is refused.
    expect(['EFAULT', 'EPERM']).toContain(results[4]?.code);
    expect(signal).toBeUndefined();
    expect(files).toEqual({ '/proc/sys/kernel/ostype': 'Linux', '/proc/sys/no-such-setting': null });
  });

  it('asks the kernel what it is built with', async () => {
    const program = install('syscall', 0o755);
    const ask = async (feature: { file: string } | { option: string }) =>
      (await functions.callKernel({ program, calls: [], feature })).hasFeature;
    expect(await ask({ file: '/proc/self/status' })).toBe(true);
    expect(await ask({ file: '/proc/no-such-file' })).toBe(false);
    const hasConfig = existsSync('/proc/config.gz');
    expect(await ask({ option: 'CONFIG_PROC_FS' })).toBe(hasConfig ? true : null);
    expect(await ask({ option: 'CONFIG_NO_SUCH_OPTION' })).toBe(hasConfig ? false : null);
  });

  it('says which signal ended the program', async () => {
    const program = join(folder, 'killed');
    writeFileSync(program, '#!/bin/sh\nkill -SYS $$\n');
    chmodSync(program, 0o755);
    const seen = await functions.callKernel({ program, calls: [{ call: 'close', arguments: [-1] }] });
    expect(seen).toMatchObject({ results: [], signal: 'SIGSYS' });
  });

  it('throws when the program does not start', async () => {
    await expect(
      functions.callKernel({
        program: install('syscall', 0o644),
        calls: [{ call: 'close', arguments: [-1] }],
      }),
    ).rejects.toThrow(/EACCES/);
  });

  it('tells as whom the setuid program ran', async () => {
    const uid = process.getuid?.();
    expect(await functions.runSetuid({ program: install('identity-setuid', 0o755) })).toMatchObject({
      uid,
      euid: uid,
      file: { isSetuid: false },
    });
    expect(await functions.runSetuid({ program: install('identity-setuid', 0o4755) })).toMatchObject({
      euid: uid,
      file: { isSetuid: true },
    });
    expect(await functions.runSetuid({ program: install('identity-setuid', 0o644) })).toMatchObject({
      euid: null,
      code: 'EACCES',
    });
  });

  it('tries to trace a process that forbids it, and ends that process', async () => {
    const { results } = await functions.traceProtected({ program: install('syscall', 0o755) });
    expect(results.map(({ call }) => call)).toEqual(['ptrace', 'openat']);
    for (const { value, code } of results)
      expect(value !== undefined || code === 'EPERM' || code === 'EACCES').toBe(true);
  });

  it('reads what the kernel says of a process', async () => {
    const { capabilities, seccomp } = await functions.processState();
    for (const set of Object.values(capabilities)) expect(set).toMatch(/^[0-9a-f]{16}$/);
    expect([0, 2]).toContain(seccomp);
  });
});
