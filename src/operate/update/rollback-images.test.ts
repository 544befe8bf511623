import { beforeEach, expect, test } from 'vitest';
import { emptyLock, formatLock } from '../../engine/lock-file.ts';
import { fakePorts } from '../../ports/fake/fake-ports.ts';
import type { Files } from '../../ports/files.ts';
import { writeRecord } from './record.ts';
import { rollbackImages } from './rollback-images.ts';

const FOLDER = '/srv/openclaw';
const RECORD = {
  schema: 1,
  id: '0a1b2c3d',
  from: '2026.7.35',
  to: '2026.9.6',
  at: '',
  stateBytes: 1,
} as const;
const ID = `sha256:${'a'.repeat(64)}`;

let files: Files;
beforeEach(() => {
  files = fakePorts().files;
});

async function keepLock(text: string): Promise<void> {
  const path = `${FOLDER}/.clawproof/before-update/${RECORD.id}/files/clawproof.lock`;
  await files.writeAtomic(path, text, { mode: 0o600 });
}

test('what a rollback would start is named by the pins from before the update', async () => {
  const lock = emptyLock('2026.7.35');
  const gateway = { source: 'build', reference: 'clawproof/gateway:x', digest: ID, inputs: ID } as const;
  await writeRecord(files, FOLDER, RECORD);
  await keepLock(formatLock({ ...lock, images: { ...lock.images, gateway } }));
  expect(await rollbackImages(files, FOLDER)).toEqual([ID]);
});

test('without a record, or with one that is damaged, there is none', async () => {
  await keepLock('{');
  expect(await rollbackImages(files, FOLDER)).toEqual([]);
  await writeRecord(files, FOLDER, RECORD);
  expect(await rollbackImages(files, FOLDER)).toEqual([]);
});
