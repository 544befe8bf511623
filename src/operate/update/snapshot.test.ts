import { beforeEach, describe, expect, test } from 'vitest';
import { emptyLock } from '../../engine/lock-file.ts';
import type { Docker } from '../../engine/docker.ts';
import type { ChangeContext } from '../change/change.ts';
import { fakeUpContext } from '../testing/fake-up-context.ts';
import {
  keptFile,
  readSnapshot,
  removeSnapshot,
  restoreFiles,
  restoreState,
  snapshotIds,
  takeSnapshot,
} from './snapshot.ts';

const ID = '0123abcd';
const PATHS = [
  'clawproof.yaml',
  'config/openclaw/openclaw.json',
  'config/egress/squid.conf',
  'build/gateway/new',
];
const REQUEST = { id: ID, from: '2026.7.35', to: '2026.9.6', stateBytes: 7, paths: PATHS };

interface World {
  context: ChangeContext;
  volumes: Map<string, Record<string, string>>;
  /** What a comparison of two volumes finds. */
  different: string[];
  copies: string[];
}

async function createWorld(): Promise<World> {
  const up = fakeUpContext();
  const lock = emptyLock('2026.7.35');
  const digest = `sha256:${'a'.repeat(64)}`;
  lock.images.gateway = { source: 'build', reference: 'clawproof/gateway:a', digest, inputs: digest };
  const world: World = { volumes: new Map([['openclaw_state', {}]]), different: [], copies: [] } as never;
  up.docker.oneOffReply = ({ labels, mounts = [] }) => {
    if (labels?.['dev.clawproof.work'] === 'state-compare')
      return { stdout: JSON.stringify(world.different) };
    world.copies.push(mounts.map((mount) => /source=([^,]+)/.exec(mount)?.[1]).join(' → '));
    return {};
  };
  const docker: Partial<Docker> = {
    inspectVolume: (name) =>
      Promise.resolve(world.volumes.has(name) ? ({ Labels: world.volumes.get(name) } as never) : null),
    createVolume: (name, labels = {}) => Promise.resolve(void world.volumes.set(name, labels)),
    removeVolume: (name) => Promise.resolve(world.volumes.delete(name)),
    containersUsing: () => Promise.resolve([]),
    runOneOff: (options) => up.docker.runOneOff(options),
  };
  const { files } = up.ports;
  for (const path of PATHS.slice(0, 3))
    await files.writeAtomic(`${up.folder}/${path}`, `old ${path}`, { mode: 0o600 });
  world.context = { ...up, path: up.folder, lock, policyText: '', isNew: false, docker: docker as Docker };
  return world;
}

describe('a snapshot', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
  });
  const folder = '/srv/openclaw';

  test('brings every file back byte for byte, and removes what was not there', async () => {
    await takeSnapshot(world.context, REQUEST);
    const { files: now } = world.context.ports;
    for (const path of PATHS) await now.writeAtomic(`${folder}/${path}`, 'new', { mode: 0o644 });
    const snapshot = await readSnapshot(now, folder, ID);
    if (snapshot === null) throw new Error('no snapshot');
    await restoreFiles(world.context, snapshot);
    for (const path of PATHS.slice(0, 3)) expect(await now.read(`${folder}/${path}`)).toBe(`old ${path}`);
    expect(await now.read(`${folder}/build/gateway/new`)).toBeNull();
    await restoreState(world.context, snapshot);
    expect(world.copies).toEqual([
      'openclaw_state → openclaw_before-update-0123abcd',
      'openclaw_before-update-0123abcd → openclaw_state',
    ]);
  });

  test('counts only when it is whole: a copy that differs is none', async () => {
    world.different = ['agents/main/sessions.sqlite'];
    await expect(takeSnapshot(world.context, REQUEST)).rejects.toMatchObject({ id: 'state-copy-differs' });
    expect(await readSnapshot(world.context.ports.files, folder, ID)).toBeNull();
    expect(await snapshotIds(world.context.ports.files, folder)).toEqual([ID]);
    await removeSnapshot(world.context, ID);
    expect(await snapshotIds(world.context.ports.files, folder)).toEqual([]);
    expect([...world.volumes.keys()]).toEqual(['openclaw_state']);
  });

  test('is closed to others, and may be removed twice', async () => {
    await takeSnapshot(world.context, REQUEST);
    const now = world.context.ports.files;
    expect((await now.stat(`${folder}/.clawproof/before-update`))?.mode).toBe(0o700);
    expect(
      (await now.stat(`${folder}/.clawproof/before-update/${ID}/files/config/openclaw/openclaw.json`))?.mode,
    ).toBe(0o600);
    expect(await keptFile(now, folder, { id: ID }, 'clawproof.yaml')).toBe('old clawproof.yaml');
    await removeSnapshot(world.context, ID);
    await removeSnapshot(world.context, ID);
    expect(await readSnapshot(now, folder, ID)).toBeNull();
  });

  test('that was changed by hand is an error', async () => {
    await takeSnapshot(world.context, REQUEST);
    const now = world.context.ports.files;
    await now.writeAtomic(`${folder}/.clawproof/before-update/${ID}/snapshot.json`, '{', { mode: 0o600 });
    await expect(readSnapshot(now, folder, ID)).rejects.toMatchObject({ id: 'update-record-unreadable' });
  });
});
