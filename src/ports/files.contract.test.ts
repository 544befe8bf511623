import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fc, test as propertyTest } from '@fast-check/vitest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeFiles } from './fake/fake-files.ts';
import type { Files } from './files.ts';
import { createNodeFiles } from './node/files.ts';

interface Subject {
  files: Files;
  root: string;
  link(target: string, path: string): Promise<void>;
  bytes(path: string, content: Uint8Array): Promise<void>;
  end(): Promise<void>;
}

async function realSubject(): Promise<Subject> {
  const root = await mkdtemp(join(tmpdir(), 'files contract ü-'));
  return {
    files: createNodeFiles(),
    root,
    link: (target, path) => symlink(target, path),
    bytes: (path, content) => writeFile(path, content),
    end: () => rm(root, { recursive: true }),
  };
}

async function fakeSubject(): Promise<Subject> {
  const files = new FakeFiles();
  await files.makeDirectory('/root folder', 0o755);
  return {
    files,
    root: '/root folder',
    link: async (target, path) => void files.putLink(path, target),
    bytes: async (path, content) => void files.put(path, content),
    end: async () => undefined,
  };
}

describe.each([
  ['real', realSubject],
  ['fake', fakeSubject],
])('%s files', (_name, make) => {
  let subject: Subject;
  let files: Files;
  const at = (path: string): string => `${subject.root}/${path}`;
  beforeEach(async () => {
    subject = await make();
    files = subject.files;
  });
  afterEach(() => subject.end());

  it('answers null for what is not there, also below a file', async () => {
    await files.writeAtomic(at('file'), 'x', { mode: 0o644 });
    for (const path of ['none', 'none/deeper', 'file/below']) {
      expect(await files.read(at(path))).toBeNull();
      expect(await files.readBytes(at(path))).toBeNull();
      expect(await files.stat(at(path))).toBeNull();
      expect(await files.realPath(at(path))).toBeNull();
      expect(await files.list(at(path))).toEqual([]);
    }
    expect(await files.list(at('file'))).toEqual([]);
  });

  it('writes text with the mode asked for, in folders that it makes, and replaces it', async () => {
    await files.writeAtomic(at('a/b/c.txt'), 'one\n', { mode: 0o640 });
    expect(await files.read(at('a/b/c.txt'))).toBe('one\n');
    expect(await files.stat(at('a/b/c.txt'))).toMatchObject({ kind: 'file', mode: 0o640, size: 4 });
    expect(await files.stat(at('a/b'))).toMatchObject({ kind: 'directory', mode: 0o755 });
    await files.writeAtomic(at('a/b/c.txt'), 'two', { mode: 0o400 });
    await files.writeAtomic(at('a/b/c.txt'), 'three', { mode: 0o666 });
    expect(await files.stat(at('a/b/c.txt'))).toMatchObject({ mode: 0o666, size: 5 });
    expect(await files.list(at('a/b'))).toEqual(['c.txt']);
  });

  it('overwrites a file and leaves it where it is; only a plain file that is there', async () => {
    await files.writeAtomic(at('mounted'), 'old value', { mode: 0o600 });
    const before = await files.stat(at('mounted'));
    await files.overwrite(at('mounted'), 'new value');
    expect(await files.read(at('mounted'))).toBe('new value');
    await files.overwrite(at('mounted'), 'short');
    expect(await files.read(at('mounted'))).toBe('short');
    expect(await files.stat(at('mounted'))).toMatchObject({ mode: before?.mode, uid: before?.uid, size: 5 });
    expect(await files.list(subject.root)).toEqual(['mounted']);
    await subject.link('mounted', at('link'));
    await expect(files.overwrite(at('link'), 'x')).rejects.toMatchObject({ id: 'symlink-refused' });
    await expect(files.overwrite(at('none'), 'x')).rejects.toMatchObject({ id: 'path-missing' });
    await files.makeDirectory(at('folder'), 0o700);
    await expect(files.overwrite(at('folder'), 'x')).rejects.toMatchObject({ id: 'path-is-folder' });
  });

  it('tells when a file was written last', async () => {
    await files.writeAtomic(at('file'), 'x', { mode: 0o600 });
    expect((await files.stat(at('file')))?.modifiedMs).toBeGreaterThan(Date.parse('2026-01-01'));
  });

  it('refuses to write over a link or a folder and leaves no temporary file', async () => {
    await files.writeAtomic(at('target'), 'kept', { mode: 0o600 });
    await subject.link('target', at('link'));
    await files.makeDirectory(at('folder'), 0o700);
    await expect(files.writeAtomic(at('link'), 'x', { mode: 0o600 })).rejects.toMatchObject({
      id: 'symlink-refused',
    });
    await expect(files.appendLine(at('link'), 'x')).rejects.toMatchObject({ id: 'symlink-refused' });
    await expect(files.setMode(at('link'), 0o777)).rejects.toMatchObject({ id: 'symlink-refused' });
    await expect(files.makeDirectory(at('link'), 0o777)).rejects.toMatchObject({ id: 'symlink-refused' });
    await expect(files.writeAtomic(at('folder'), 'x', { mode: 0o600 })).rejects.toMatchObject({
      id: 'path-is-folder',
    });
    await expect(files.read(at('folder'))).rejects.toMatchObject({ id: 'path-is-folder' });
    expect(await files.read(at('target'))).toBe('kept');
    expect(await files.stat(at('target'))).toMatchObject({ mode: 0o600 });
    expect(await files.list(subject.root)).toEqual(['folder', 'link', 'target']);
  });

  it('refuses folders below a file, and names that are too long', async () => {
    await files.writeAtomic(at('file'), 'x', { mode: 0o600 });
    await expect(files.writeAtomic(at('file/below'), 'x', { mode: 0o600 })).rejects.toMatchObject({
      id: 'path-not-folder',
    });
    await expect(files.makeDirectory(at('file'), 0o700)).rejects.toMatchObject({ id: 'path-not-folder' });
    await expect(files.writeAtomic(at('n'.repeat(300)), 'x', { mode: 0o600 })).rejects.toMatchObject({
      id: 'name-too-long',
    });
    expect(await files.list(subject.root)).toEqual(['file']);
  });

  it('creates a file once', async () => {
    expect(await files.createExclusive(at('lock'), 'first', 0o600)).toBe(true);
    expect(await files.createExclusive(at('lock'), 'second', 0o644)).toBe(false);
    await subject.link('nowhere', at('dangling'));
    expect(await files.createExclusive(at('dangling'), 'x', 0o600)).toBe(false);
    expect(await files.read(at('lock'))).toBe('first');
    expect(await files.list(subject.root)).toEqual(['dangling', 'lock']);
  });

  it('appends lines and starts a new one after a torn one', async () => {
    await files.appendLine(at('log'), 'one');
    await files.appendLine(at('log'), 'two');
    expect(await files.read(at('log'))).toBe('one\ntwo\n');
    expect(await files.stat(at('log'))).toMatchObject({ mode: 0o600 });
    await files.writeAtomic(at('log'), 'one\nto', { mode: 0o600 });
    await files.appendLine(at('log'), 'three');
    expect(await files.read(at('log'))).toBe('one\nto\nthree\n');
    await expect(files.appendLine(at('no folder/log'), 'x')).rejects.toMatchObject({ id: 'path-missing' });
  });

  it('makes folders and leaves one that is there as it is', async () => {
    await files.makeDirectory(at('x/y'), 0o700);
    expect(await files.stat(at('x'))).toMatchObject({ kind: 'directory', mode: 0o755 });
    expect(await files.stat(at('x/y'))).toMatchObject({ kind: 'directory', mode: 0o700 });
    await files.makeDirectory(at('x/y'), 0o755);
    expect(await files.stat(at('x/y'))).toMatchObject({ mode: 0o700 });
    await files.setMode(at('x/y'), 0o711);
    expect(await files.stat(at('x/y'))).toMatchObject({ mode: 0o711 });
  });

  it('removes a file, a folder with all in it, a link but not its target, and what is not there', async () => {
    await files.writeAtomic(at('d/e/f'), 'x', { mode: 0o600 });
    await files.writeAtomic(at('kept/g'), 'x', { mode: 0o600 });
    await subject.link('kept', at('link'));
    for (const path of ['d', 'link', 'none']) await files.remove(at(path));
    expect(await files.list(subject.root)).toEqual(['kept']);
    expect(await files.read(at('kept/g'))).toBe('x');
  });

  it('renames files and folders', async () => {
    await files.writeAtomic(at('old/f'), 'x', { mode: 0o600 });
    await files.rename(at('old'), at('new'));
    expect(await files.read(at('new/f'))).toBe('x');
    expect(await files.stat(at('old'))).toBeNull();
    await expect(files.rename(at('none'), at('other'))).rejects.toMatchObject({ id: 'path-missing' });
  });

  it('reads from folders of others without following links or reading without end', async () => {
    await files.writeAtomic(at('theirs/file'), 'text', { mode: 0o600 });
    expect(await files.readUntrusted(at('theirs/file'), 4)).toBe('text');
    expect(await files.readUntrusted(at('theirs/none'), 4)).toBeNull();
    await expect(files.readUntrusted(at('theirs/file'), 3)).rejects.toMatchObject({ id: 'file-too-large' });
    await expect(files.readUntrusted(at('theirs'), 9)).rejects.toMatchObject({ id: 'path-is-folder' });
    await subject.link(at('theirs/file'), at('theirs/link'));
    await expect(files.readUntrusted(at('theirs/link'), 9)).rejects.toMatchObject({ id: 'symlink-refused' });
  });

  it('follows links when it reads and resolves, and says when they go in a circle', async () => {
    await files.writeAtomic(at('real/f'), 'x', { mode: 0o600 });
    await subject.link('real', at('folder-link'));
    await subject.link('../real/f', at('real/self-link'));
    await subject.link('circle', at('circle'));
    expect(await files.read(at('folder-link/f'))).toBe('x');
    expect(await files.read(at('real/self-link'))).toBe('x');
    expect(await files.realPath(at('folder-link/f'))).toBe(await files.realPath(at('real/f')));
    expect(await files.stat(at('folder-link'))).toMatchObject({ kind: 'symlink' });
    await expect(files.read(at('circle'))).rejects.toMatchObject({ id: 'symlink-refused' });
  });

  it('writes a long text piece by piece, and nothing before its end', async () => {
    await files.writeAtomic(at('long.txt'), 'old', { mode: 0o600 });
    const pending = await files.beginAtomic(at('long.txt'), { mode: 0o640 });
    await pending.write('one ');
    await pending.write('two');
    expect(await files.read(at('long.txt'))).toBe('old');
    await pending.commit();
    expect(await files.read(at('long.txt'))).toBe('one two');
    expect((await files.stat(at('long.txt')))?.mode).toBe(0o640);
    const dropped = await files.beginAtomic(at('new/dropped.txt'), { mode: 0o640 });
    await dropped.write('x');
    await dropped.discard();
    expect(await files.list(at('new'))).toEqual([]);
    await subject.link('long.txt', at('long-link'));
    await expect(files.beginAtomic(at('long-link'), { mode: 0o640 })).rejects.toMatchObject({
      id: 'symlink-refused',
    });
    await expect(files.beginAtomic(at('new'), { mode: 0o640 })).rejects.toMatchObject({
      id: 'path-is-folder',
    });
  });

  it('does not pretend that other bytes are text', async () => {
    await subject.bytes(at('bytes'), new Uint8Array([0x66, 0xff, 0x00]));
    await expect(files.read(at('bytes'))).rejects.toMatchObject({ id: 'file-not-utf8' });
    expect([...((await files.readBytes(at('bytes'))) ?? [])]).toEqual([0x66, 0xff, 0x00]);
  });

  it('keeps a byte order mark', async () => {
    await files.writeAtomic(at('bom'), '\uFEFFx', { mode: 0o600 });
    expect(await files.read(at('bom'))).toBe('\uFEFFx');
  });

  it('says how much space is free, also for a path that does not exist yet', async () => {
    expect(await files.freeBytes(at('not/yet'))).toBeGreaterThan(0);
  });

  propertyTest.prop([fc.string({ unit: 'grapheme' }), fc.constantFrom(0o600, 0o644, 0o400, 0o755)], {
    numRuns: 25,
  })('gives back any text that it wrote', async (text, mode) => {
    await files.writeAtomic(at('any'), text, { mode });
    expect(await files.read(at('any'))).toBe(text);
    expect((await files.stat(at('any')))?.mode).toBe(mode);
  });
});
