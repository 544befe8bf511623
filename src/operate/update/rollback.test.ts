import { beforeEach, expect, test } from 'vitest';
import { fakeDocker } from '../../engine/fake/fake-docker.ts';
import { emptyLock, formatLock } from '../../engine/lock-file.ts';
import { defaultPolicy } from '../../policy/defaults.ts';
import { type FakePorts, fakePorts } from '../../ports/fake/fake-ports.ts';
import type { ChangeContext } from '../change/change.ts';
import { writeRecord } from './record.ts';
import { requireRollback } from './rollback.ts';

const FOLDER = '/srv/openclaw';
const ID = '0a1b2c3d';
const KEPT = `${FOLDER}/.clawproof/before-update/${ID}`;
const IMAGE = `sha256:${'a'.repeat(64)}`;
const CONFIG = 'config/openclaw/openclaw.json';
const VOLUME = `openclaw_before-update-${ID}`;
const RECORD = { schema: 1, id: ID, from: '2026.7.35', to: '2026.9.6', at: '', stateBytes: 1 } as const;

let ports: FakePorts;
let volumes: Set<string>;
let images: Set<string>;

beforeEach(async () => {
  ports = fakePorts();
  volumes = new Set([VOLUME]);
  images = new Set([IMAGE]);
  const lock = emptyLock('2026.7.35');
  const gateway = {
    source: 'build',
    reference: 'clawproof/gateway:x',
    digest: IMAGE,
    inputs: IMAGE,
  } as const;
  const { id, from, to, at, stateBytes } = RECORD;
  const files = ['clawproof.lock', CONFIG, '.env'].map((path) => ({
    path,
    mode: 0o600,
    existed: path !== '.env',
  }));
  await writeRecord(ports.files, FOLDER, RECORD);
  const snapshot = { schema: 1, id, from, to, at, volume: VOLUME, stateBytes, files };
  ports.files.put(`${KEPT}/snapshot.json`, JSON.stringify(snapshot));
  ports.files.put(
    `${KEPT}/files/clawproof.lock`,
    formatLock({ ...lock, images: { ...lock.images, gateway } }),
  );
  ports.files.put(`${KEPT}/files/${CONFIG}`, '{}');
});

function ask(): Promise<unknown> {
  const docker = {
    ...fakeDocker(),
    inspectVolume: async (name: string) => (volumes.has(name) ? { Name: name } : null),
    inspectImage: async (name: string) => (images.has(name) ? { Id: name } : null),
  };
  const context = { ports, path: FOLDER, docker, policy: defaultPolicy(), lock: emptyLock('2026.9.6') };
  return requireRollback(context as unknown as ChangeContext).then(
    ({ record }) => record.id,
    (error: unknown) => error,
  );
}

test('what is whole can be gone back to', async () => {
  expect(await ask()).toBe(ID);
});

test.each<[string, () => unknown, string, string]>([
  [
    'no record',
    () => ports.files.remove(`${FOLDER}/.clawproof/before-update.json`),
    'no-rollback',
    'nothing',
  ],
  [
    'a damaged record',
    () => ports.files.put(`${FOLDER}/.clawproof/before-update.json`, '{"schema":1'),
    'update-record-unreadable',
    'before-update.json cannot be understood',
  ],
  [
    'a snapshot without its record',
    () => ports.files.remove(`${KEPT}/snapshot.json`),
    'rollback-incomplete',
    'its record is gone',
  ],
  [
    'a snapshot with a damaged record',
    () => ports.files.put(`${KEPT}/snapshot.json`, ''),
    'update-record-unreadable',
    'snapshot.json cannot be understood',
  ],
  ['no volume', () => volumes.clear(), 'rollback-incomplete', `the volume ${VOLUME} is gone`],
  ['no image', () => images.clear(), 'rollback-incomplete', 'is not on this machine any more'],
  [
    'no pins',
    () => ports.files.remove(`${KEPT}/files/clawproof.lock`),
    'rollback-incomplete',
    'clawproof.lock is missing',
  ],
  [
    'damaged pins',
    () => ports.files.put(`${KEPT}/files/clawproof.lock`, 'schema: 1\nimages:'),
    'rollback-incomplete',
    'clawproof.lock is damaged',
  ],
  [
    'no openclaw.json',
    () => ports.files.remove(`${KEPT}/files/${CONFIG}`),
    'rollback-incomplete',
    `${CONFIG} is missing`,
  ],
  [
    'a damaged openclaw.json',
    () => ports.files.put(`${KEPT}/files/${CONFIG}`, '{"gateway":'),
    'rollback-incomplete',
    `${CONFIG} is damaged`,
  ],
])('%s is said before anything is stopped', async (_name, damage, id, words) => {
  await damage();
  const error = await ask();
  expect(error).toMatchObject({ id, entry: { state: 'Nothing was changed.' } });
  expect((error as Error).message).toContain(words);
});
