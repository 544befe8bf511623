import { join, resolve } from 'node:path';
import { z } from 'zod';
import { readTracker, type TrackerData } from '../../debian/tracker.ts';
import { debianDataUnreachable, debianDataUnreadable } from '../../errors/inventory-errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { PATHS } from '../../render/layout.ts';
import { ageOf, withoutSecrets } from '../update/advisory-data.ts';

/** Flaws of Debian's packages, as the security tracker has them, and how old that knowledge is. */
export interface DebianData {
  packages: TrackerData;
  source: string;
  /** Day of the list, YYYY-MM-DD: when the file was written, or what the address said. */
  upTo: string;
  ageDays: number;
  isOld: boolean;
}

type DataPorts = Pick<Ports, 'files' | 'clock' | 'http' | 'signal' | 'system'>;

const FILE = `${PATHS.toolFolder}/debian-flaws.json`;
const DOWNLOAD_MS = 10 * 60_000;
/** The list of 2026 has some 80 MiB. A longer text than this cannot be held in one piece. */
const MAX_BYTES = 400 * 1024 * 1024;

const flaw = z.tuple([
  z.string(),
  z.enum(['open', 'resolved', 'undetermined']),
  z.string().nullable(),
  z.string(),
]);
const stored = z.strictObject({
  schema: z.literal(1),
  source: z.string(),
  upTo: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  packages: z.record(z.string(), z.record(z.string(), z.array(flaw))),
});

/**
 * The list that was brought to a folder before; null when there is none.
 * @throws AppError `debian-data-unreadable` when it was damaged
 */
export async function readDebianData(
  { files, clock }: Pick<Ports, 'files' | 'clock'>,
  folder: string,
): Promise<DebianData | null> {
  const path = join(folder, FILE);
  const text = await files.read(path);
  if (text === null) return null;
  const { data } = stored.safeParse(jsonOrNull(text));
  if (data === undefined) throw debianDataUnreadable(path, 'it was changed by hand, or cut short');
  const { source, upTo } = data;
  return { packages: unpacked(data.packages), source, ...ageOf(upTo, clock.now().getTime()) };
}

/**
 * Takes the list from a file, or from an address that the user names: clawproof itself asks nobody.
 * @param from path, or an https address
 * @param folder where it is kept, in short form; null = nowhere
 * @throws AppError `debian-data-unreachable`, `debian-data-unreadable`
 */
export async function takeDebianData(
  ports: DataPorts,
  from: string,
  folder: string | null,
): Promise<DebianData> {
  const { text, source, writtenMs } = /^[a-z]+:\/\//i.test(from)
    ? await download(ports, from)
    : await readFile(ports, resolve(ports.system.cwd, from));
  const packages = readTracker(text);
  if (packages === null) throw debianDataUnreadable(source, 'it is no such list');
  const now = ports.clock.now().getTime();
  const upTo = new Date(Math.min(writtenMs, now)).toISOString().slice(0, 10);
  if (folder !== null) {
    const kept = JSON.stringify({ schema: 1, source, upTo, packages: packed(packages) });
    await ports.files.writeAtomic(join(folder, FILE), `${kept}\n`, { mode: 0o600 });
  }
  return { packages, source, ...ageOf(upTo, now) };
}

interface Taken {
  text: string;
  source: string;
  writtenMs: number;
}

async function readFile({ files }: DataPorts, path: string): Promise<Taken> {
  const stat = await files.stat((await files.realPath(path)) ?? path);
  if (stat === null) throw debianDataUnreachable(path, 'there is no such file');
  if (stat.kind !== 'file') throw debianDataUnreachable(path, 'it is no plain file');
  if (stat.size > MAX_BYTES) throw debianDataUnreachable(path, 'it is too large to be the list');
  const text = await files.read(path);
  if (text === null) throw debianDataUnreachable(path, 'there is no such file');
  return { text, source: path, writtenMs: stat.modifiedMs };
}

async function download({ http, signal, clock }: DataPorts, address: string): Promise<Taken> {
  const source = withoutSecrets(address);
  if (!/^https:/i.test(address)) throw debianDataUnreachable(source, 'only https is trusted for this');
  const headers = { accept: 'application/json', 'user-agent': 'clawproof' };
  const answer = await http
    .request(address, { headers, timeoutMs: DOWNLOAD_MS, maxBytes: MAX_BYTES, signal })
    .catch((error: unknown) => {
      signal.throwIfAborted();
      throw debianDataUnreachable(source, error instanceof Error ? error.message : String(error));
    });
  if (answer.status !== 200) throw debianDataUnreachable(source, `it answered ${answer.status}`);
  const told = Date.parse(answer.headers['last-modified'] ?? '');
  return { text: answer.body, source, writtenMs: Number.isNaN(told) ? clock.now().getTime() : told };
}

type Packed = z.infer<typeof stored>['packages'];

/** Without names of members: the list is long. */
function packed(data: TrackerData): Packed {
  return mapped(data, ({ id, status, fixedVersion, urgency }) => [id, status, fixedVersion, urgency]);
}

function unpacked(data: Packed): TrackerData {
  return mapped(data, ([id, status, fixedVersion, urgency]) => ({ id, status, fixedVersion, urgency }));
}

function mapped<A, B>(
  data: Record<string, Record<string, A[]>>,
  change: (one: A) => B,
): Record<string, Record<string, B[]>> {
  const entries = Object.entries(data).map(([source, releases]) => [
    source,
    Object.fromEntries(Object.entries(releases).map(([release, flaws]) => [release, flaws.map(change)])),
  ]);
  return Object.fromEntries(entries) as Record<string, Record<string, B[]>>;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
