import { describe, expect, it } from 'vitest';
import type { ExecAttempt, WriteAttempt } from '../../payload/files.ts';
import type { FillAttempt } from '../../payload/limits.ts';
import type { Walk } from '../../payload/walk.ts';
import { judged, proofTarget } from '../../testing/judged.ts';
import { controlGroups, kernelSettings, maskedKernelFiles } from './kernel-files.ts';
import { setuidPrograms } from './setuid-programs.ts';
import { tmpfsExec, tmpfsSize } from './tmpfs.ts';
import { mountedSettings, writablePaths } from './writable-files.ts';

const MIB = 2 ** 20;

function walk(paths: readonly string[], changes: Partial<Walk> = {}): Record<string, Walk> {
  return {
    'every-folder': {
      writable: paths.map((path) => ({ path, isFolder: true, mount: '/', fsType: 'overlay' })),
      folders: 2701,
      files: 41_000,
      refused: { EROFS: 2690, EACCES: 4 },
      unreadable: 1,
      sockets: [],
      setuid: [],
      isCut: false,
      ...changes,
    },
  };
}

describe('writable-paths', () => {
  const declared = ['/home/node/.openclaw', '/tmp', '/dev/shm', '/dev/mqueue'];

  it('passes when only what is declared takes a file', () => {
    expect(judged(writablePaths, walk(declared))).toEqual({
      state: 'pass',
      observed: '2694 folders refused a new file; only what is declared writable took one',
    });
  });

  it.each(['/', '/home/node', '/var/tmp', '/tmpx', '/etc/openclaw'])('fails when %s is written', (path) => {
    expect(judged(writablePaths, walk([...declared, path]))).toEqual({
      state: 'fail',
      observed: `it wrote to ${path}, which is not meant to be written`,
    });
  });

  it('does not know of folders that it had no time for', () => {
    expect(judged(writablePaths, walk(declared, { isCut: true })).state).toBe('error');
    expect(judged(writablePaths, walk(['/etc'], { isCut: true })).state).toBe('fail');
  });

  it('passes on refusals only', () => {
    expect(judged(writablePaths, walk([], { refused: {} })).state).toBe('error');
  });
});

function attempt(write: string, mode = write, kind: WriteAttempt['kind'] = 'file'): WriteAttempt {
  return { kind, write, mode };
}

describe('mounted-settings', () => {
  it('looks at settings, secrets and where openclaw.json is', () => {
    const attempts = mountedSettings.attempts(proofTarget(), undefined);
    expect('skipped' in attempts ? [] : attempts[0]?.params['paths']).toEqual([
      '/etc/openclaw',
      '/run/secrets/gateway_token',
      '/etc/openclaw/openclaw.json',
    ]);
  });

  it('is skipped where nobody knows where they are', () => {
    const { configPath: _, ...target } = proofTarget({ mounts: [] });
    expect(mountedSettings.attempts(target, undefined)).toHaveProperty('skipped');
  });

  it.each([
    [attempt('EROFS'), 'pass'],
    [attempt('EACCES', 'EROFS'), 'pass'],
    [attempt('EACCES', 'EPERM'), 'pass'],
    [attempt('done'), 'fail'],
    [attempt('done', 'EPERM', 'folder'), 'fail'],
    [attempt('EIO'), 'error'],
    [attempt('ENOENT', 'ENOENT', 'missing'), 'error'],
  ])('judges %j as %s', (result, state) => {
    expect(judged(mountedSettings, { write: { '/etc/openclaw': result } }).state).toBe(state);
  });
});

describe.each([kernelSettings, controlGroups])('$id', (probe) => {
  it.each([
    [{ '/proc/sys': attempt('EACCES', 'EROFS') }, 'pass'],
    [{ '/proc/sys': attempt('EROFS', 'EROFS', 'folder') }, 'pass'],
    // Only the mode of the file stands in the way.
    [{ '/proc/sys': attempt('EACCES', 'EPERM') }, 'fail'],
    [{ '/proc/sys': attempt('EROFS'), '/sys': attempt('EACCES', 'EPERM') }, 'fail'],
    [{ '/proc/sys': attempt('done', 'done') }, 'fail'],
    [{ '/proc/sys': attempt('ENOENT', 'ENOENT', 'missing') }, 'skipped'],
  ])('judges %j as %s', (open, state) => {
    expect(judged(probe, { open }).state).toBe(state);
  });
});

describe('masked-kernel-files', () => {
  it.each([
    ['covered by the null device', { kind: 'device', read: 'done', amount: 0 }, 'pass'],
    ['covered by an empty folder', { kind: 'folder', read: 'done', amount: 0 }, 'pass'],
    ['readable', { kind: 'file', read: 'done', amount: 64 }, 'fail'],
    ['a folder that is not covered', { kind: 'folder', read: 'done', amount: 3 }, 'fail'],
    ['held back by its mode only', { kind: 'file', read: 'EACCES', amount: 0 }, 'fail'],
    ['not there', { kind: 'missing', read: 'ENOENT', amount: 0 }, 'skipped'],
  ])('judges what is %s', (_, seen, state) => {
    expect(judged(maskedKernelFiles, { read: { '/proc/kcore': seen } }).state).toBe(state);
  });
});

function execution(result: string): Record<string, Record<string, ExecAttempt>> {
  return { execute: { '/tmp': { fsType: 'tmpfs', options: ['rw'], result } } };
}

describe('tmpfs-exec', () => {
  it.each([
    ['EACCES', 'pass'],
    ['ran', 'fail'],
    ['ENOEXEC', 'error'],
    ['ended with 1', 'error'],
  ])('judges %s as %s', (result, state) => {
    expect(judged(tmpfsExec, execution(result)).state).toBe(state);
  });
});

describe('tmpfs-size', () => {
  it.each<[FillAttempt, string]>([
    [{ size: MIB, freeBefore: MIB, written: MIB, refused: 'ENOSPC' }, 'pass'],
    [{ size: 64 * MIB, freeBefore: MIB, written: MIB, refused: 'ENOSPC' }, 'pass'],
    [{ size: 12_000 * MIB, freeBefore: 12_000 * MIB, written: 64 * MIB }, 'fail'],
    [{ size: 0, freeBefore: 0, written: 64 * MIB }, 'fail'],
    [{ size: MIB, freeBefore: MIB, written: 0, refused: 'EDQUOT' }, 'error'],
    [{ size: MIB, freeBefore: MIB, written: 0, unable: 'the host has only 1 MiB of memory left' }, 'skipped'],
  ])('judges %j as %s', (filled, state) => {
    expect(judged(tmpfsSize, { fill: { '/tmp': filled } }).state).toBe(state);
  });

  it('fills no more than half of the memory', () => {
    const attempts = tmpfsSize.attempts(proofTarget({ limits: { memoryBytes: 512 * MIB } }), undefined);
    expect('skipped' in attempts ? [] : attempts[0]?.params).toEqual({ most: 256 * MIB });
  });
});

describe('setuid-programs', () => {
  const su = { path: '/usr/bin/su', mode: 0o4755, uid: 0, isNosuid: false };

  it.each([
    [[], false, 'skipped'],
    [[{ ...su, isNosuid: true }], false, 'skipped'],
    [[su], true, 'pass'],
    [[su], false, 'fail'],
  ])('judges %j with no_new_privs %s as %s', (programs, noNewPrivileges, state) => {
    expect(judged(setuidPrograms, { list: { programs, noNewPrivileges } }).state).toBe(state);
  });
});
