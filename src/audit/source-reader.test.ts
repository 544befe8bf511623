import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeFiles } from '../ports/fake/fake-files.ts';
import { createNodeFiles } from '../ports/node/files.ts';
import { createSourceReader, MAX_TEXT_BYTES, type SourceReader, withListings } from './source-reader.ts';

describe('the files of an audit', () => {
  const files = new FakeFiles({ '/a/compose.yaml': 'services: {}\n', '/a/binary': 'PK\0\0' });
  files.putLink('/a/link.yaml', 'compose.yaml').putLink('/a/gone.yaml', 'nothing');
  files.putLink('/a/circle', 'circle').putLink('/a/pipe-link', 'pipe');
  files.put('/a/pipe', '', { kind: 'other' }).put('/a/latin', new Uint8Array([0x61, 0xe4]));
  files.put('/a/large', new Uint8Array(MAX_TEXT_BYTES + 1));
  const reader = createSourceReader(files);

  it('are read, also behind links', async () => {
    expect(await reader.text('/a/compose.yaml')).toBe('services: {}\n');
    expect(await reader.text('/a/link.yaml')).toBe('services: {}\n');
    expect(await reader.text('/a/gone.yaml')).toBeNull();
    expect(await reader.text('/a/none.yaml')).toBeNull();
  });

  it.each([
    ['/a', 'path-is-folder'],
    ['/a/pipe', 'not-regular-file'],
    ['/a/pipe-link', 'not-regular-file'],
    ['/a/circle', 'symlink-refused'],
    ['/a/latin', 'file-not-utf8'],
    ['/a/binary', 'file-not-text'],
    ['/a/large', 'file-too-large'],
  ])('%s is refused as %s', async (path, id) => {
    await expect(reader.text(path)).rejects.toMatchObject({ id });
  });

  it('are seen as a fix would leave them', async () => {
    const later = createSourceReader(files, {
      texts: new Map([
        ['/a/compose.yaml', 'services: {ä: {}}\n'],
        ['/a/.dockerignore', '.env\n'],
      ]),
      modes: new Map([['/a/compose.yaml', 0o600]]),
    });
    expect(await later.text('/a/compose.yaml')).toBe('services: {ä: {}}\n');
    expect(await later.stat('/a/compose.yaml')).toMatchObject({ kind: 'file', mode: 0o600, size: 19 });
    expect(await later.stat('/a/.dockerignore')).toMatchObject({ kind: 'file', mode: 0o644 });
    expect(await later.stat('/a/none')).toBeNull();
    expect(await later.list('/a')).toContain('.dockerignore');
    expect(await later.realPath('/a/.dockerignore')).toBe('/a/.dockerignore');
    expect(await later.text('/a/link.yaml')).toBe('services: {}\n');
  });
});

describe('files with listings', () => {
  it('are those without', async () => {
    const files = new FakeFiles({ '/a/b/c.yaml': 'x', '/a/d.yaml': 'y' });
    files.putLink('/a/link', 'b').putLink('/a/gone', 'nowhere');
    const plain = createSourceReader(files);
    const listed = withListings(plain);
    for (const path of [
      '/a/b/c.yaml',
      '/a/d.yaml',
      '/a/none',
      '/none/none',
      '/a/link/c.yaml',
      '/a/d.yaml/x',
      '/a/gone',
    ]) {
      expect(await listed.text(path), path).toBe(await plain.text(path));
      expect(await listed.stat(path), path).toEqual(await plain.stat(path));
    }
    expect(await listed.list('/a')).toEqual(await plain.list('/a'));
    await expect(listed.text('/a/b')).rejects.toMatchObject({ id: 'path-is-folder' });
  });
});

describe('real files', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clawproof-reader-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('are the same with listings, also through links and upwards', async () => {
    await mkdir(join(folder, 'a/b'), { recursive: true });
    await symlink('a/b', join(folder, 'link'));
    await symlink('nowhere', join(folder, 'gone'));
    await symlink('circle', join(folder, 'circle'));
    const plain = createSourceReader(createNodeFiles());
    const listed = withListings(plain);
    const ask = (reader: SourceReader, path: string): Promise<string | null> =>
      reader.realPath(`${folder}/${path}`).catch((error: unknown) => String(error));
    for (const path of ['a', 'a/', 'a/.', 'a/..', 'link', 'link/..', 'link/../b', 'a/../a/b', 'gone', 'none'])
      for (let times = 0; times < 2; times += 1)
        expect(await ask(listed, path), path).toBe(await ask(plain, path));
    for (const path of ['none/..', 'none/.', 'none/../a', 'circle', 'circle/x', '..', 'link/.', 'gone/..'])
      expect(await ask(listed, path), path).toBe(await ask(plain, path));
  });

  it('are read whole, up to the limit and not beyond', async () => {
    const reader = createSourceReader(createNodeFiles());
    await writeFile(join(folder, 'whole'), 'x'.repeat(MAX_TEXT_BYTES));
    await writeFile(join(folder, 'more'), 'x'.repeat(MAX_TEXT_BYTES + 1));
    await writeFile(join(folder, 'empty'), '');
    expect(await reader.text(join(folder, 'whole'))).toHaveLength(MAX_TEXT_BYTES);
    expect(await reader.text(join(folder, 'empty'))).toBe('');
    await expect(reader.text(join(folder, 'more'))).rejects.toMatchObject({ id: 'file-too-large' });
  });

  it.runIf(process.platform === 'linux')('of the kernel are no way to wait for ever', async () => {
    const reader = createSourceReader(createNodeFiles());
    expect(await reader.text('/proc/self/status')).toContain('Pid:');
    await expect(reader.text('/dev/zero')).rejects.toMatchObject({ id: 'not-regular-file' });
  });
});
