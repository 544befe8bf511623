import { isAppError } from '../../errors/app-error.ts';
import { noRollback, rollbackIncomplete } from '../../errors/update-errors.ts';
import { lockedReferences } from '../../engine/images/reference.ts';
import { parseLock } from '../../engine/lock-file.ts';
import type { Ports } from '../../ports/ports.ts';
import { PATHS } from '../../render/layout.ts';
import type { ChangeContext } from '../change/change.ts';
import { type ChangeRequest, runChange } from '../change/run-change.ts';
import { containerName } from '../up/start.ts';
import { parseConfig } from '../openclaw-config.ts';
import { readRecord, type RollbackRecord } from './record.ts';
import { rollbackChange, type RollbackMemo } from './rollback-change.ts';
import { keptFile, readSnapshot, type Snapshot } from './snapshot.ts';
import { requireSpace, stateSize } from './update.ts';

/**
 * What `rollback` would go back to.
 * @throws AppError `no-rollback`, `update-record-unreadable`
 */
export async function rollbackTarget(ports: Ports, folder: string): Promise<RollbackRecord> {
  const record = await readRecord(ports.files, folder);
  if (record === null) throw noRollback(folder);
  return record;
}

/** Brings files, pins and state back to what they were before the last update, or leaves all as it is. */
export async function rollback(ports: Ports, request: ChangeRequest): Promise<RollbackMemo> {
  return runChange(ports, request, rollbackChange, begin);
}

async function begin(context: ChangeContext): Promise<RollbackMemo> {
  const { ports, docker } = context;
  const { record, snapshot } = await requireRollback(context);
  const stateBytes = await stateSize(context);
  await requireSpace(context, stateBytes + snapshot.stateBytes);
  const gateway = await docker.inspectContainer(containerName(context, 'gateway'));
  return {
    id: record.id,
    safety: ports.random.hex(4),
    from: context.policy.openclaw.version,
    to: record.from,
    wasRunning: gateway?.State.Running === true,
    stateBytes,
  };
}

/**
 * What is gone back to, whole; nothing is changed.
 * @throws AppError `no-rollback`, `update-record-unreadable`, `rollback-incomplete`
 */
export async function requireRollback(
  context: ChangeContext,
): Promise<{ record: RollbackRecord; snapshot: Snapshot }> {
  const { ports, path: folder, docker } = context;
  const record = await rollbackTarget(ports, folder);
  const snapshot = await readSnapshot(ports.files, folder, record.id);
  if (snapshot === null) throw rollbackIncomplete('its record is gone');
  if ((await docker.inspectVolume(snapshot.volume)) === null)
    throw rollbackIncomplete(`the volume ${snapshot.volume} is gone`);
  await requireWhole(context, snapshot);
  await requireImages(context, record.id);
  return { record, snapshot };
}

/** Whatever is missing or damaged is found before anything is stopped. */
async function requireWhole({ ports, path: folder }: ChangeContext, snapshot: Snapshot): Promise<void> {
  for (const { path, existed } of snapshot.files) {
    const text = await keptFile(ports.files, folder, snapshot, path);
    if (existed && text === null) throw rollbackIncomplete(`${path} is missing`);
    if (text === null) continue;
    try {
      if (path === PATHS.openclawConfig) parseConfig(text);
      if (path === PATHS.lock) parseLock(text, path);
    } catch (error) {
      throw isAppError(error) ? rollbackIncomplete(`${path} is damaged`) : error;
    }
  }
}

/** The old version must be here before anything is stopped. */
async function requireImages({ ports, path: folder, docker }: ChangeContext, id: string): Promise<void> {
  const text = await keptFile(ports.files, folder, { id }, PATHS.lock);
  if (text === null) throw rollbackIncomplete(`${PATHS.lock} is missing`);
  const lock = parseLock(text);
  if (lock.images.gateway === null) throw rollbackIncomplete(`${PATHS.lock} names no image`);
  for (const reference of lockedReferences(lock))
    if ((await docker.inspectImage(reference)) === null)
      throw rollbackIncomplete(`the image ${reference} is not on this machine any more`);
}
