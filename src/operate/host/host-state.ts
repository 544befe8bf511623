import { dirname, join } from 'node:path';
import { z } from 'zod';
import { hostRecordUnreadable } from '../../errors/host-errors.ts';
import type { Files } from '../../ports/files.ts';
import type { SetKey } from './daemon-file.ts';

/** What is changed in daemon.json: each kind can be taken back by itself. */
export type HostKind = 'harden' | 'sandbox';

/** What clawproof has set in a daemon.json, for the way back. */
export interface HostRecord {
  schema: 1;
  at: string;
  /** Hash of the file as clawproof left it. */
  after: string;
  /** True = whatever else changed in the file since the copy was kept is clawproof's, too: its bytes may come back. */
  exact: boolean;
  /** False = there was no file. */
  hadFile: boolean;
  set: SetKey[];
  /** Folder that the engine kept its data in before userns-remap; absent = it did not change. */
  rootBefore?: string;
}

const schema = z.strictObject({
  schema: z.literal(1),
  at: z.string(),
  after: z.string(),
  exact: z.boolean(),
  hadFile: z.boolean(),
  set: z.array(
    z.strictObject({ path: z.array(z.string()).min(1), value: z.json(), before: z.json().optional() }),
  ),
  rootBefore: z.string().optional(),
});

/** Where clawproof keeps what it knows of an engine's host; only root may look. */
export function stateFolder(configFile: string): string {
  return configFile === '/etc/docker/daemon.json'
    ? '/var/lib/clawproof/host'
    : join(dirname(configFile), 'clawproof-host');
}

/** Files of the state folder. */
export const HOST_FILES = {
  record: (kind: HostKind) => `${kind}.json`,
  /** daemon.json before the change: its bytes may hold secrets of others. */
  before: (kind: HostKind) => `${kind}.before`,
  next: 'next.json',
  former: 'former.json',
  images: 'images.tar',
} as const;

/** @throws AppError `host-record-unreadable` */
export async function readRecord(files: Files, folder: string, kind: HostKind): Promise<HostRecord | null> {
  const path = join(folder, HOST_FILES.record(kind));
  const text = await files.read(path);
  if (text === null) return null;
  try {
    const { rootBefore, ...rest } = schema.parse(JSON.parse(text));
    return { ...rest, set: rest.set as SetKey[], ...(rootBefore === undefined ? {} : { rootBefore }) };
  } catch (error) {
    throw hostRecordUnreadable(path, error);
  }
}
