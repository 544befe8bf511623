import type { Ports } from '../../ports/ports.ts';
import { recoverChange } from '../change/run-change.ts';
import type { ChangeRequest } from '../change/run-change.ts';
import { withRunLock } from '../run-lock.ts';
import { openSession } from '../session.ts';
import { readRecord, removeRecord, type RollbackRecord } from './record.ts';
import { removeSnapshot, snapshotIds } from './snapshot.ts';

/** What was deleted. */
export interface Pruned {
  /** What a rollback would have gone back to; null when there was nothing. */
  record: RollbackRecord | null;
  snapshots: number;
}

/** Deletes what was kept for a rollback. Whatever a killed run left half deleted goes, too. */
export async function pruneSnapshots(ports: Ports, request: ChangeRequest): Promise<Pruned> {
  const { folder, toolVersion } = request;
  return withRunLock(ports, folder, 'clawproof update --prune', async () => {
    await recoverChange(ports, request);
    const context = { ...(await openSession(ports, folder)), ports, toolVersion };
    const record = await readRecord(ports.files, folder).catch(() => null);
    await removeRecord(ports.files, folder);
    const ids = await snapshotIds(ports.files, folder);
    for (const id of ids) await removeSnapshot(context, id);
    return { record, snapshots: ids.length };
  });
}
