import { describe, expect, it, test } from 'vitest';
import { fileError } from '../errors/file-errors.ts';
import { defaultPolicy } from '../policy/defaults.ts';
import { FakeFiles } from '../ports/fake/fake-files.ts';
import { readFolder } from './folder.ts';

const FOLDER = '/srv/openclaw';

describe('a new folder', () => {
  it.each([
    ['that does not exist', new FakeFiles()],
    ['in which a run was killed at once', new FakeFiles({ [`${FOLDER}/.clawproof/run.lock`]: '' })],
    [
      'in which a run was killed while it wrote its first file',
      new FakeFiles({
        [`${FOLDER}/.clawproof/run.lock`]: '',
        [`${FOLDER}/.clawproof-00112233445566ff.tmp`]: 'ver',
      }),
    ],
  ])('%s gets the defaults', async (_name, files) => {
    const before = files.snapshot();
    const read = await readFolder({ files }, FOLDER);
    expect(read).toMatchObject({ path: FOLDER, isNew: true, policy: defaultPolicy() });
    expect(read.lock.images).toEqual({ gateway: null, egress: null, ingress: null });
    expect(read.policyText).toMatch(/^version: 1$/m);
    expect(files.snapshot()).toEqual(before);
    expect(files.changes).toEqual([]);
  });

  it('may be behind a link', async () => {
    const files = new FakeFiles();
    await files.makeDirectory('/data/claw', 0o755);
    files.putLink(FOLDER, '/data/claw');
    expect((await readFolder({ files }, FOLDER)).isNew).toBe(true);
  });
});

test('a folder that has a clawproof.yaml is read with its lock, whatever else is in it', async () => {
  const files = new FakeFiles({
    [`${FOLDER}/clawproof.yaml`]: 'version: 1\nname: claws\n',
    [`${FOLDER}/compose.yaml`]: 'services: {}\n',
    [`${FOLDER}/notes.txt`]: 'mine',
  });
  const read = await readFolder({ files }, FOLDER);
  expect(read).toMatchObject({
    isNew: false,
    policyText: 'version: 1\nname: claws\n',
    policy: { name: 'claws' },
  });
  files.put(`${FOLDER}/clawproof.lock`, 'schema: 1\n');
  await expect(readFolder({ files }, FOLDER)).rejects.toMatchObject({
    id: 'lock-invalid',
    message: expect.stringContaining(`${FOLDER}/clawproof.lock`),
  });
});

describe('what clawproof did not write is not touched', () => {
  it.each(['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'])(
    'a Compose project in %s',
    async (name) => {
      const files = new FakeFiles({ [`${FOLDER}/${name}`]: 'services: {}\n', [`${FOLDER}/a.txt`]: '' });
      await expect(readFolder({ files }, FOLDER)).rejects.toMatchObject({
        id: 'foreign-folder',
        message: expect.stringContaining(`a Compose project (${name})`),
      });
    },
  );

  it('other files, of which it names some', async () => {
    const files = new FakeFiles();
    for (const name of ['a', 'b', 'c', 'd', '.clawproof/x']) files.put(`${FOLDER}/${name}`, '');
    await expect(readFolder({ files }, FOLDER)).rejects.toMatchObject({
      id: 'foreign-folder',
      message: expect.stringContaining('other files (a, b, c)'),
    });
  });

  it('a file of the name of the folder', async () => {
    const files = new FakeFiles({ [FOLDER]: '' });
    await expect(readFolder({ files }, FOLDER)).rejects.toMatchObject({ id: 'foreign-folder' });
  });
});

describe('a symbolic link is refused', () => {
  const places = [
    'secrets',
    'secrets/gateway_token',
    'config',
    'config/openclaw',
    'config/openclaw/openclaw.json',
    'config/gateway',
    'config/egress',
    'config/ingress',
    '.clawproof',
    'build',
    'build/gateway',
    'build/egress',
    'build/ingress',
  ];
  it.each(places)('as %s', async (place) => {
    const files = new FakeFiles({ [`${FOLDER}/clawproof.yaml`]: 'version: 1\n', '/elsewhere/x': '' });
    files.putLink(`${FOLDER}/${place}`, '/elsewhere');
    await expect(readFolder({ files }, FOLDER)).rejects.toMatchObject({
      id: 'symlink-in-way',
      message: expect.stringContaining(`${FOLDER}/${place} is a symbolic link`),
    });
    expect(files.changes).toEqual([]);
  });
});

/** Files in which some places may not even be looked at. */
class LockedFiles extends FakeFiles {
  code = 'EACCES';

  override async stat(path: string): ReturnType<FakeFiles['stat']> {
    if (!path.startsWith(`${FOLDER}/config/openclaw/`)) return super.stat(path);
    throw fileError('read', path, Object.assign(new Error(this.code), { code: this.code }));
  }
}

test('what belongs to the gateway alone is left for it, but any other failure is told', async () => {
  const files = new LockedFiles({ [`${FOLDER}/clawproof.yaml`]: 'version: 1\n' });
  expect((await readFolder({ files }, FOLDER)).isNew).toBe(false);
  files.code = 'EIO';
  await expect(readFolder({ files }, FOLDER)).rejects.toThrow('EIO');
});

test('an error in clawproof.yaml names the file with its path, the line and the column', async () => {
  const files = new FakeFiles({ [`${FOLDER}/clawproof.yaml`]: 'version: 1\nexec:\n  mode: sometimes\n' });
  await expect(readFolder({ files }, FOLDER)).rejects.toMatchObject({
    id: 'policy-invalid',
    entry: { position: { file: `${FOLDER}/clawproof.yaml`, line: 3, column: 9 } },
  });
});
