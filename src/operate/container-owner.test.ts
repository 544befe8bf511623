import { describe, expect, it } from 'vitest';
import { type FakeDocker, fakeDocker } from '../engine/fake/fake-docker.ts';
import { type FakePorts, fakePorts } from '../ports/fake/fake-ports.ts';
import { FakeSystem } from '../ports/fake/fake-host.ts';
import {
  overwriteOwned,
  ownByContainer,
  type OwnerContext,
  readOwned,
  writeOwned,
} from './container-owner.ts';

const FOLDER = '/srv/our "claws", 1';
const CONFIG = 'config/openclaw/openclaw.json';
const TOKEN = 'secrets/gateway_token';
const FILE = { path: CONFIG, text: '{"new":1}\n', mode: 0o600, owner: 'container' as const, readBy: [] };

interface Context extends OwnerContext {
  ports: FakePorts;
  docker: FakeDocker;
}

/** Files that a user of this id has just written, with modes that are too wide. */
async function host(uid: number, mapsUsers = false): Promise<Context> {
  const ports = fakePorts({ system: new FakeSystem({ uid, gid: uid }) });
  ports.files.uid = uid;
  ports.files.gid = uid;
  await ports.files.makeDirectory(`${FOLDER}/config/openclaw`, 0o755);
  ports.files.put(`${FOLDER}/${CONFIG}`, '{}', { mode: 0o644 });
  ports.files.put(`${FOLDER}/${TOKEN}`, 'secret', { mode: 0o600 });
  return {
    ports,
    docker: fakeDocker(),
    image: 'sha256:abc',
    mapsUsers,
    uid: 1000,
    hostUid: mapsUsers ? null : 1000,
  };
}

async function owners(context: Context): Promise<string[]> {
  const paths = ['config/openclaw', CONFIG, TOKEN];
  const stats = await Promise.all(paths.map((path) => context.ports.files.stat(`${FOLDER}/${path}`)));
  return stats.map((stat) => `${stat?.uid}:${stat?.gid} ${stat?.mode.toString(8)}`);
}

describe('ownByContainer', () => {
  it('gives the files to the number that userns-remap makes of the gateway’s user', async () => {
    const context = { ...(await host(0)), uid: 201_000 };
    await ownByContainer(context, FOLDER);
    expect(await owners(context)).toEqual(['201000:201000 700', '201000:201000 600', '201000:201000 400']);
    expect(context.docker.oneOffs).toEqual([]);
  });

  it.each([0, 1000])('is done by user %i itself, without a container', async (uid) => {
    const context = await host(uid);
    await ownByContainer(context, FOLDER);
    expect(await owners(context)).toEqual(['1000:1000 700', '1000:1000 600', '1000:1000 400']);
    expect(context.docker.oneOffs).toEqual([]);
  });

  it('leaves out what is not there', async () => {
    const context = await host(0);
    await context.ports.files.remove(`${FOLDER}/${TOKEN}`);
    await ownByContainer(context, FOLDER);
    expect(await context.ports.files.stat(`${FOLDER}/${TOKEN}`)).toBeNull();
  });

  it.each([
    ['another user', 1001, false],
    ['root, where the engine maps users', 0, true],
    ['user 1000, where the engine maps users', 1000, true],
  ])(
    'is done in a container for %s: no network, three capabilities, two folders',
    async (_name, uid, maps) => {
      const context = await host(uid, maps);
      await ownByContainer(context, FOLDER);
      const [call] = context.docker.oneOffs;
      expect(call).toMatchObject({
        image: 'sha256:abc',
        user: '0:0',
        capabilities: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'],
        mounts: [
          'type=bind,"source=/srv/our ""claws"", 1/config",target=/deployment/config',
          'type=bind,"source=/srv/our ""claws"", 1/secrets",target=/deployment/secrets',
        ],
      });
      expect(call?.network ?? 'none').toBe('none');
      const script = call?.args.at(-1) ?? '';
      for (const [mode, path] of [
        ['700', 'config/openclaw'],
        ['600', CONFIG],
        ['400', TOKEN],
      ]) {
        expect(script).toContain(`chmod ${mode} /deployment/${path};`);
        expect(script).toMatch(new RegExp(`chown (?:-h )?1000:1000 /deployment/${path};`));
      }
      // The path on the host never gets into a shell.
      expect(script).not.toContain('claws');
      expect(await owners(context)).toEqual([`${uid}:${uid} 755`, `${uid}:${uid} 644`, `${uid}:${uid} 600`]);
    },
  );

  it('says what to do by hand when the container fails', async () => {
    const context = await host(1001);
    context.docker.oneOffReply = () => ({ code: 1, stderr: 'chown: not permitted\n' });
    await expect(ownByContainer(context, "/srv/it's")).rejects.toMatchObject({
      id: 'ownership-failed',
      message: expect.stringContaining('chown: not permitted'),
      entry: {
        next: expect.arrayContaining([expect.stringContaining(String.raw`'/srv/it'\''s/config/openclaw'`)]),
      },
    });
    context.docker.oneOffReply = () => ({ code: 125 });
    await expect(ownByContainer(context, FOLDER)).rejects.toThrow('exit code 125');
  });
});

describe('readOwned', () => {
  it('reads itself what it may', async () => {
    for (const uid of [0, 1000, 1001]) {
      const context = await host(uid);
      expect(await readOwned(context, FOLDER, TOKEN)).toBe('secret');
      await context.ports.files.remove(`${FOLDER}/${TOKEN}`);
      expect(await readOwned(context, FOLDER, TOKEN)).toBeNull();
      await context.ports.files.remove(`${FOLDER}/secrets`);
      expect(await readOwned(context, FOLDER, TOKEN)).toBeNull();
      expect(context.docker.oneOffs).toEqual([]);
    }
  });

  it("reads another user's file in a container, which tells an empty file from none", async () => {
    const context = await host(1001);
    await context.ports.files.setOwner(`${FOLDER}/config/openclaw`, 1000, 1000);
    context.docker.oneOffReply = () => ({ stdout: 'found\n{"a":1}\n' });
    expect(await readOwned(context, FOLDER, CONFIG)).toBe('{"a":1}\n');
    context.docker.oneOffReply = () => ({ stdout: 'found\n' });
    expect(await readOwned(context, FOLDER, CONFIG)).toBe('');
    context.docker.oneOffReply = () => ({ stdout: '' });
    expect(await readOwned(context, FOLDER, CONFIG)).toBeNull();
    expect(context.docker.oneOffs[0]?.capabilities).toEqual(['DAC_OVERRIDE']);
    context.docker.oneOffReply = () => ({ code: 1, stderr: 'head: failed' });
    await expect(readOwned(context, FOLDER, CONFIG)).rejects.toMatchObject({ id: 'ownership-failed' });
  });

  it('never follows a link that the gateway put in its folder', async () => {
    const context = await host(0);
    await context.ports.files.remove(`${FOLDER}/${CONFIG}`);
    context.ports.files.put('/etc/shadow', 'root:x').putLink(`${FOLDER}/${CONFIG}`, '/etc/shadow');
    await expect(readOwned(context, FOLDER, CONFIG)).rejects.toMatchObject({ id: 'symlink-refused' });
  });
});

describe('writeOwned', () => {
  it('gives the file away from its first byte as root', async () => {
    const context = await host(0);
    await writeOwned(context, FOLDER, FILE);
    expect(await context.ports.files.stat(`${FOLDER}/${CONFIG}`)).toMatchObject({
      uid: 1000,
      gid: 1000,
      mode: 0o600,
    });
    expect(await context.ports.files.read(`${FOLDER}/${CONFIG}`)).toBe('{"new":1}\n');
  });

  it('writes into a folder of its own as any user', async () => {
    for (const uid of [1000, 1001]) {
      const context = await host(uid);
      await writeOwned(context, FOLDER, FILE);
      expect(await context.ports.files.read(`${FOLDER}/${CONFIG}`)).toBe('{"new":1}\n');
      expect(context.docker.oneOffs).toEqual([]);
    }
  });

  it("writes into the gateway's folder through a container, with the text on stdin", async () => {
    const context = await host(1001);
    await context.ports.files.setOwner(`${FOLDER}/config/openclaw`, 1000, 1000);
    await writeOwned(context, FOLDER, FILE);
    expect(await context.ports.files.read(`${FOLDER}/${CONFIG}`)).toBe('{}');
    const [call] = context.docker.oneOffs;
    expect(call?.input).toBe('{"new":1}\n');
    expect(call?.args.join('\n')).not.toContain('new":1');
    expect(call?.args.at(-1)).toMatch(
      /cat > (\S+)[\s\S]*chmod 600 \1[\s\S]*mv (?:-T )?\1 \/deployment\/config\/openclaw\/openclaw\.json$/,
    );
  });
});

describe('overwriteOwned', () => {
  const NEW = { path: TOKEN, text: 'public', mode: 0o400 };

  it.each([0, 1000])('lets user %i write into the very file, which may not be writable', async (uid) => {
    const context = await host(uid);
    await ownByContainer(context, FOLDER);
    await overwriteOwned(context, FOLDER, NEW);
    expect(await context.ports.files.read(`${FOLDER}/${TOKEN}`)).toBe('public');
    expect((await owners(context))[2]).toBe('1000:1000 400');
    expect(context.docker.oneOffs).toEqual([]);
  });

  it("is done in a container where the file is somebody else's; the text goes through stdin", async () => {
    const context = await host(1001);
    context.ports.files.put(`${FOLDER}/${TOKEN}`, 'secret', { mode: 0o400, uid: 1000, gid: 1000 });
    await overwriteOwned(context, FOLDER, NEW);
    const [call] = context.docker.oneOffs;
    expect(call).toMatchObject({ input: 'public', capabilities: ['DAC_OVERRIDE', 'FOWNER'] });
    expect(JSON.stringify(call?.args)).not.toContain('public');
    expect(JSON.stringify(call?.args)).toContain('conv=notrunc');
  });

  it('says that there is no such file', async () => {
    const context = await host(1001);
    await context.ports.files.remove(`${FOLDER}/${TOKEN}`);
    await expect(overwriteOwned(context, FOLDER, NEW)).rejects.toMatchObject({ id: 'path-missing' });
  });
});
