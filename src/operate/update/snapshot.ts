import { join } from 'node:path';
import { z } from 'zod';
import { recordUnreadable, stateDiffers } from '../../errors/update-errors.ts';
import type { Files } from '../../ports/files.ts';
import { PATHS } from '../../render/layout.ts';
import type { ChangeContext } from '../change/change.ts';
import { ownerContext, readOwned } from '../container-owner.ts';
import { writeGatewayConfig } from '../gateway-config-file.ts';
import {
  compareState,
  copyState,
  gatewayImage,
  removeStateCopy,
  stateVolume,
} from '../state/state-volume.ts';

const FOLDER = `${PATHS.toolFolder}/before-update`;
const RECORD = 'snapshot.json';

const snapshotSchema = z.strictObject({
  schema: z.literal(1),
  id: z.string().regex(/^[0-9a-f]{8}$/),
  /** The version that it was made of, and the one that came after it. */
  from: z.string(),
  to: z.string(),
  /** ISO 8601. */
  at: z.string(),
  volume: z.string(),
  stateBytes: z.number(),
  files: z.array(z.strictObject({ path: z.string(), mode: z.number(), existed: z.boolean() })),
});

/** A deployment's state and files as they were at one moment. The state is in a volume of its own. */
export type Snapshot = z.infer<typeof snapshotSchema>;

/** @returns null when there is none, or none that was completed */
export async function readSnapshot(files: Files, folder: string, id: string): Promise<Snapshot | null> {
  const path = join(folder, FOLDER, id, RECORD);
  const text = await files.read(path);
  if (text === null) return null;
  try {
    return snapshotSchema.parse(JSON.parse(text));
  } catch {
    throw recordUnreadable(path);
  }
}

export interface SnapshotRequest extends Pick<Snapshot, 'id' | 'from' | 'to' | 'stateBytes'> {
  /** Files to keep, relative to the folder; those that are not there are remembered as such. */
  paths: readonly string[];
}

/**
 * Keeps files and state of a stopped deployment; the copy of the state is compared with it, byte for byte. It counts only
 * once its record is written, which is last.
 */
export async function takeSnapshot(context: ChangeContext, request: SnapshotRequest): Promise<void> {
  const { ports, path: folder, policy } = context;
  const { id, paths, ...rest } = request;
  const into = join(folder, FOLDER, id);
  await ports.files.remove(into);
  await ports.files.makeDirectory(join(folder, FOLDER), 0o700);
  await ports.files.makeDirectory(into, 0o700);
  const files: Snapshot['files'] = [];
  for (const path of paths) {
    const text = await readFile(context, path);
    const mode = text === null ? 0 : ((await modeOf(context, path)) ?? 0o600);
    if (text !== null) await ports.files.writeAtomic(join(into, 'files', path), text, { mode: 0o600 });
    files.push({ path, mode, existed: text !== null });
  }
  const volume = `${policy.name}_before-update-${id}`;
  await copyState(context, stateVolume(policy), volume);
  await requireSame(context, volume);
  const at = ports.clock.now().toISOString();
  const record: Snapshot = { schema: 1, id, ...rest, at, volume, files };
  await ports.files.writeAtomic(join(into, RECORD), `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
}

/** Puts every file back as it was, byte for byte; those that were not there are removed. */
export async function restoreFiles(context: ChangeContext, snapshot: Snapshot): Promise<void> {
  const { ports, path: folder } = context;
  for (const { path, mode, existed } of snapshot.files) {
    if (!existed) {
      await ports.files.remove(join(folder, path));
      continue;
    }
    const text = await keptFile(ports.files, folder, snapshot, path);
    if (text === null) throw recordUnreadable(join(folder, FOLDER, snapshot.id, 'files', path));
    if ((await readFile(context, path)) === text) continue;
    if (isContainers(path))
      await writeGatewayConfig(ownerContext(context, gatewayImage(context)), folder, text);
    else await ports.files.writeAtomic(join(folder, path), text, { mode });
  }
}

/** Text of a file as the snapshot has it. */
export async function keptFile(
  files: Files,
  folder: string,
  { id }: Pick<Snapshot, 'id'>,
  path: string,
): Promise<string | null> {
  return files.read(join(folder, FOLDER, id, 'files', path));
}

/** Makes the state what it was, byte for byte. The gateway must be stopped. */
export async function restoreState(context: ChangeContext, snapshot: Snapshot): Promise<void> {
  await copyState(context, snapshot.volume, stateVolume(context.policy));
  await requireSame(context, snapshot.volume);
}

/** Deletes a snapshot, also one that was not completed; its record goes first, so that nothing half deleted ever counts. */
export async function removeSnapshot(context: ChangeContext, id: string): Promise<void> {
  const { ports, path: folder, policy } = context;
  await ports.files.remove(join(folder, FOLDER, id, RECORD));
  await removeStateCopy(context, `${policy.name}_before-update-${id}`);
  await ports.files.remove(join(folder, FOLDER, id));
}

/** Ids of all snapshots in a folder, complete or not. */
export async function snapshotIds(files: Files, folder: string): Promise<string[]> {
  return (await files.list(join(folder, FOLDER))).filter((name) => /^[0-9a-f]{8}$/.test(name));
}

async function requireSame(context: ChangeContext, volume: string): Promise<void> {
  const different = await compareState(context, stateVolume(context.policy), volume);
  if (different.length > 0) throw stateDiffers(different);
}

async function readFile(context: ChangeContext, path: string): Promise<string | null> {
  if (!isContainers(path)) return context.ports.files.read(join(context.path, path));
  return readOwned(ownerContext(context, gatewayImage(context)), context.path, path);
}

/** Its folder may be closed to this user; its mode is always the same. */
async function modeOf(context: ChangeContext, path: string): Promise<number | undefined> {
  if (isContainers(path)) return 0o600;
  return (await context.ports.files.stat(join(context.path, path)))?.mode;
}

function isContainers(path: string): boolean {
  return path === PATHS.openclawConfig;
}
