import { mkdtemp, readFile, rm, stat, symlink, writeFile, mkdir, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fakePorts } from '../ports/fake/fake-ports.ts';
import type { Files } from '../ports/files.ts';
import { createNodeFiles } from '../ports/node/files.ts';
import { writeFixes } from './apply.ts';
import { listBackups } from './backup.ts';
import type { MendedFile } from './mend-result.ts';
import { undoFixes } from './undo.ts';

let folder = '';
const files = createNodeFiles();
const { clock, random, system } = fakePorts();
const uid = process.getuid?.() ?? null;
const ports = { files, clock, random, system: { ...system, uid } };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clawproof-apply-'));
});
afterEach(async () => {
  await chmod(folder, 0o700);
  await rm(folder, { recursive: true });
});

async function put(name: string, text: string, mode = 0o644): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
}

async function mended(name: string, after: string, mode?: number): Promise<MendedFile> {
  const path = join(folder, name);
  const before = await files.read(path);
  return { path, text: { before, after }, ...(mode === undefined ? {} : { mode }) };
}

async function modeOf(name: string): Promise<number> {
  return (await stat(join(folder, name))).mode & 0o777;
}

function read(name: string): Promise<string> {
  return readFile(join(folder, name), 'utf8');
}

test('writes texts and modes, and undo brings back every byte', async () => {
  await put('compose.yaml', '\uFEFFa: 1\r\n', 0o640);
  await put('.env', 'A=1\n', 0o644);
  const id = await writeFixes(ports, folder, [
    await mended('compose.yaml', '\uFEFFa: 2\r\n'),
    { path: join(folder, '.env'), mode: 0o600 },
    await mended('.gitignore', '.env\n'),
  ]);
  expect(await read('compose.yaml')).toBe('\uFEFFa: 2\r\n');
  expect(await modeOf('compose.yaml')).toBe(0o640);
  expect(await modeOf('.env')).toBe(0o600);
  expect(await read('.gitignore')).toBe('.env\n');
  expect(await modeOf('.clawproof/fixes')).toBe(0o700);
  expect(await modeOf(`.clawproof/fixes/${id}/manifest.json`)).toBe(0o600);
  expect(await modeOf(`.clawproof/fixes/${id}/0001.orig`)).toBe(0o600);
  expect(await read('.clawproof/fixes/.gitignore')).toBe('*\n');

  const undone = await undoFixes(ports, folder);
  expect(undone).toMatchObject({
    id,
    restored: [join(folder, 'compose.yaml'), join(folder, '.env')],
    removed: [join(folder, '.gitignore')],
    unchanged: [],
  });
  expect(await read('compose.yaml')).toBe('\uFEFFa: 1\r\n');
  expect(await modeOf('compose.yaml')).toBe(0o640);
  expect(await modeOf('.env')).toBe(0o644);
  expect(await files.stat(join(folder, '.gitignore'))).toBeNull();
  await expect(undoFixes(ports, folder)).rejects.toMatchObject({ id: 'fix-nothing-to-undo' });
});

test('undo takes the newest first, and any by its id', async () => {
  await put('a', '1');
  const first = await writeFixes(ports, folder, [await mended('a', '2')]);
  await clock.sleep(2000);
  const second = await writeFixes(ports, folder, [await mended('a', '3')]);
  expect(await listBackups(files, folder)).toEqual([first, second]);
  await expect(undoFixes(ports, folder, first)).rejects.toMatchObject({ id: 'fix-undo-conflict' });
  await expect(undoFixes(ports, folder, 'x')).rejects.toMatchObject({ id: 'fix-nothing-to-undo' });
  expect((await undoFixes(ports, folder)).id).toBe(second);
  expect(await read('a')).toBe('2');
  expect((await undoFixes(ports, folder, first)).id).toBe(first);
  expect(await read('a')).toBe('1');
});

test('refuses a file that is not what was read', async () => {
  await put('a', '1');
  await put('b', '1');
  const planned = [await mended('a', '2'), await mended('b', '2')];
  await put('b', 'mine');
  await expect(writeFixes(ports, folder, planned)).rejects.toMatchObject({ id: 'fix-file-changed' });
  expect(await read('a')).toBe('1');
  await put('c', 'there now');
  const made = [{ path: join(folder, 'c'), text: { before: null, after: 'x' } }];
  await expect(writeFixes(ports, folder, made)).rejects.toMatchObject({ id: 'fix-file-changed' });
  expect(await files.stat(join(folder, '.clawproof'))).toBeNull();
});

test('undo refuses as a whole when one file was changed since', async () => {
  await put('a', '1');
  await put('b', '1');
  await writeFixes(ports, folder, [await mended('a', '2'), await mended('b', '2')]);
  await put('b', 'mine');
  await expect(undoFixes(ports, folder)).rejects.toMatchObject({
    id: 'fix-undo-conflict',
    message: expect.stringContaining(join(folder, 'b')) as string,
  });
  expect([await read('a'), await read('b')]).toEqual(['2', 'mine']);
  await put('b', '2');
  await undoFixes(ports, folder);
  expect([await read('a'), await read('b')]).toEqual(['1', '1']);
});

test('follows a link inside of the project and refuses one that leads out', async () => {
  await mkdir(join(folder, 'project'));
  await put('project/real.yaml', '1');
  await put('outside.yaml', '1');
  await symlink('real.yaml', join(folder, 'project/in.yaml'));
  await symlink('../outside.yaml', join(folder, 'project/out.yaml'));
  const project = join(folder, 'project');
  await writeFixes(ports, project, [await mended('project/in.yaml', '2')]);
  expect((await files.stat(join(project, 'in.yaml')))?.kind).toBe('symlink');
  expect(await read('project/real.yaml')).toBe('2');
  await expect(writeFixes(ports, project, [await mended('project/out.yaml', '2')])).rejects.toMatchObject({
    id: 'fix-link-outside',
  });
  await undoFixes(ports, project);
  expect(await read('project/real.yaml')).toBe('1');
});

/** A file system whose process dies at the n-th change: nothing after it happens. */
function dyingAt(step: number): Files {
  let changes = 0;
  const alive = (): void => {
    if ((changes += 1) > step) throw new Error('killed');
  };
  const guarded = Object.entries(files).map(([name, method]: [string, (...args: never[]) => unknown]) => [
    name,
    ['writeAtomic', 'createExclusive', 'makeDirectory', 'setMode', 'unlink', 'remove'].includes(name)
      ? async (...args: never[]) => {
          alive();
          return method(...args);
        }
      : method,
  ]);
  return Object.fromEntries(guarded) as Files;
}

test('killed at any moment, it can be undone or has changed nothing', async () => {
  for (let step = 0; step < 12; step += 1) {
    for (const name of ['a', 'b', 'c']) await put(name, '1');
    const planned = [await mended('a', '2'), await mended('b', '2'), await mended('c', '2')];
    const isDone = await writeFixes({ ...ports, files: dyingAt(step) }, folder, planned).then(
      () => true,
      () => false,
    );
    const texts = [await read('a'), await read('b'), await read('c')];
    if (isDone) expect(texts).toEqual(['2', '2', '2']);
    if ((await listBackups(files, folder)).length === 0) expect(texts).toEqual(['1', '1', '1']);
    else await undoFixes(ports, folder);
    expect([await read('a'), await read('b'), await read('c')]).toEqual(['1', '1', '1']);
    await rm(join(folder, '.clawproof'), { recursive: true, force: true });
  }
});

test('undo that is killed goes on the next time', async () => {
  for (const name of ['a', 'b']) await put(name, '1');
  await writeFixes(ports, folder, [await mended('a', '2'), await mended('b', '2')]);
  await expect(undoFixes({ ...ports, files: dyingAt(1) }, folder)).rejects.toMatchObject({
    id: 'fix-undo-incomplete',
  });
  expect(await undoFixes(ports, folder)).toMatchObject({
    restored: [join(folder, 'b')],
    unchanged: [join(folder, 'a')],
  });
});

test.each(['ENOSPC', 'EROFS', 'EACCES'])('%s on the second file puts the first one back', async (code) => {
  const fake = fakePorts();
  for (const name of ['a', 'b']) fake.files.put(`/p/${name}`, '1');
  const planned = ['a', 'b'].map((name) => ({ path: `/p/${name}`, text: { before: '1', after: '2' } }));
  fake.files.failWith('/p/b', code);
  await expect(writeFixes(fake, '/p', planned)).rejects.toMatchObject({ id: 'fix-not-written' });
  expect(fake.files.snapshot()).toMatchObject({ '/p/a': '1', '/p/b': '1' });
  expect(await listBackups(fake.files, '/p')).toEqual([]);
  fake.files.failWith('/p/b', undefined).failWith('/p/.clawproof', code);
  await expect(writeFixes(fake, '/p', planned)).rejects.toMatchObject({ id: 'fix-not-written' });
  expect(fake.files.snapshot()).toMatchObject({ '/p/a': '1', '/p/b': '1' });
});

test('a backup that others could have written is refused', async () => {
  await put('a', '1');
  const id = await writeFixes(ports, folder, [await mended('a', '2')]);
  await chmod(join(folder, '.clawproof/fixes', id), 0o755);
  await expect(undoFixes(ports, folder)).rejects.toMatchObject({ id: 'fix-backup-not-usable' });
  await chmod(join(folder, '.clawproof/fixes', id), 0o700);
  await put(`.clawproof/fixes/${id}/0001.orig`, 'other', 0o600);
  await expect(undoFixes(ports, folder)).rejects.toMatchObject({ id: 'fix-backup-not-usable' });
  const manifest = await read(`.clawproof/fixes/${id}/manifest.json`);
  await put(
    `.clawproof/fixes/${id}/manifest.json`,
    manifest.replaceAll(join(folder, 'a'), '/etc/passwd'),
    0o600,
  );
  await expect(undoFixes(ports, folder)).rejects.toMatchObject({
    message: expect.stringContaining('/etc/passwd') as string,
  });
  expect(await read('a')).toBe('2');
});

/** A project with what lies beside it. */
async function besideProject(): Promise<{ project: string; other: string }> {
  const [project, other] = [join(folder, 'project'), join(folder, 'other')];
  await mkdir(project);
  await mkdir(other);
  return { project, other };
}

test('nothing outside is written through a folder that is a link, or by its name', async () => {
  const { project } = await besideProject();
  await put('other/x.yaml', '1');
  await put('project/in.yaml', '1');
  await symlink('../other', join(project, 'linked'));
  const outside: MendedFile[] = [
    await mended('project/linked/x.yaml', '2'),
    await mended('project/linked/new/y.yaml', '2'),
    { path: join(project, 'linked/x.yaml'), mode: 0o600 },
    await mended('other/x.yaml', '2'),
  ];
  for (const file of outside) {
    await expect(
      writeFixes(ports, project, [await mended('project/in.yaml', '2'), file]),
    ).rejects.toMatchObject({ id: 'fix-link-outside' });
    expect([await read('project/in.yaml'), await read('other/x.yaml')]).toEqual(['1', '1']);
    expect(await modeOf('other/x.yaml')).toBe(0o644);
  }
  expect(await files.list(join(folder, 'other'))).toEqual(['x.yaml']);
  expect(await files.stat(join(project, '.clawproof'))).toBeNull();
});

test('the project may be reached through a link itself', async () => {
  await besideProject();
  await put('project/a', '1');
  await symlink('project', join(folder, 'here'));
  const here = join(folder, 'here');
  await writeFixes(ports, here, [await mended('here/a', '2')]);
  expect(await read('project/a')).toBe('2');
  expect((await undoFixes(ports, here)).restored).toEqual([join(here, 'a')]);
  expect(await read('project/a')).toBe('1');
});

test.each(['.clawproof', '.clawproof/fixes'])('backups go nowhere else: %s is a link', async (name) => {
  const { project, other } = await besideProject();
  await put('project/a', '1');
  await mkdir(join(project, name, '..'), { recursive: true });
  for (const target of [other, join(folder, 'missing')]) {
    await symlink(target, join(project, name));
    await expect(writeFixes(ports, project, [await mended('project/a', '2')])).rejects.toMatchObject({
      id: 'fix-backup-outside',
    });
    await expect(undoFixes(ports, project)).rejects.toMatchObject({ id: 'fix-backup-outside' });
    expect([await read('project/a'), await files.list(other)]).toEqual(['1', []]);
    await rm(join(project, name));
  }
});

test('a folder that becomes a link while it is worked on is not followed', async () => {
  const { project, other } = await besideProject();
  await mkdir(join(project, 'sub'));
  await put('project/sub/a', '1');
  await put('other/a', '1');
  const planned = [await mended('project/sub/a', '2')];
  const swapping: Files = {
    ...files,
    writeAtomic: async (path, text, options) => {
      await files.writeAtomic(path, text, options);
      if (!path.endsWith('manifest.json')) return;
      await rm(join(project, 'sub'), { recursive: true });
      await symlink(other, join(project, 'sub'));
    },
  };
  await expect(writeFixes({ ...ports, files: swapping }, project, planned)).rejects.toMatchObject({
    id: 'fix-file-changed',
  });
  expect(await read('other/a')).toBe('1');
});

/** A backup as somebody may have sent it along, changed from one that is right. */
async function forge(
  project: string,
  id: string,
  change: (file: Record<string, unknown>) => object,
): Promise<void> {
  const path = join(project, '.clawproof/fixes', id, 'manifest.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as { files: Record<string, unknown>[] };
  const forged = { ...manifest, files: manifest.files.map((file) => ({ ...file, ...change(file) })) };
  await writeFile(path, JSON.stringify(forged));
}

test('a backup that came along reaches nothing outside of the project', async () => {
  const { project } = await besideProject();
  await put('project/a', '1');
  // Names that a deployment's file may have, and with the text that the repair would have left.
  for (const name of ['.envrc', '.bashrc', 'x.yaml']) await put(`other/${name}`, '2');
  await symlink('../other', join(project, 'linked'));
  const id = await writeFixes(ports, project, [await mended('project/a', '2')]);
  for (const realPath of [
    `${project}/../other/.bashrc`,
    join(folder, 'other/.envrc'),
    join(folder, 'other/x.yaml'),
    `${project}/linked/x.yaml`,
    `${project}/linked/../a`,
    `${project}/./a`,
    `${project}-beside/a`,
    project,
  ]) {
    await forge(project, id, () => ({ realPath }));
    await expect(undoFixes(ports, project)).rejects.toMatchObject({ id: 'fix-backup-not-usable' });
  }
  for (const name of ['.envrc', '.bashrc', 'x.yaml']) expect(await read(`other/${name}`)).toBe('2');
  expect(await read('project/a')).toBe('2');
});

test('what undo tells is what it wrote, without setuid and with the owner that is there', async () => {
  await put('run.sh', '1', 0o755);
  await put('compose.yaml', '1');
  const id = await writeFixes(ports, folder, [await mended('run.sh', '2')]);
  await forge(folder, id, () => ({
    path: join(folder, 'compose.yaml'),
    mode: 0o4755,
    uid: 12345,
    gid: 12345,
  }));
  const before = await stat(join(folder, 'run.sh'));
  expect((await undoFixes(ports, folder)).restored).toEqual([join(folder, 'run.sh')]);
  const after = await stat(join(folder, 'run.sh'));
  expect(await read('run.sh')).toBe('1');
  expect([after.mode & 0o7777, after.uid, after.gid]).toEqual([0o755, before.uid, before.gid]);
});

test.each([
  { mode: '0644' },
  { mode: 1.5 },
  { realPath: 'a' },
  { original: '../../../x' },
  { sha256After: null },
])('a manifest with %j is damaged', async (change) => {
  await put('a', '1');
  const id = await writeFixes(ports, folder, [await mended('a', '2')]);
  await forge(folder, id, () => change);
  await expect(undoFixes(ports, folder)).rejects.toMatchObject({ id: 'fix-backup-not-usable' });
  expect(await read('a')).toBe('2');
});
