import { join } from 'node:path';
import { z } from 'zod';
import { advisoriesUnreachable, advisoriesUnreadable } from '../../errors/update-errors.ts';
import { advisories, ADVISORIES_UP_TO, type Advisory } from '../../openclaw/advisories.ts';
import { importAdvisories, withImported } from '../../openclaw/advisory-import.ts';
import type { Ports } from '../../ports/ports.ts';
import { PATHS } from '../../render/layout.ts';

const FILE = `${PATHS.toolFolder}/advisories.json`;
const DOWNLOAD_MS = 60_000;
const DAY_MS = 86_400_000;
/** OpenClaw's flaws are found every week: what is older than this says little about what runs. */
const OLD_DAYS = 14;

/** What is known of published flaws, and how old that knowledge is. */
export interface AdvisoryData {
  advisories: readonly Advisory[];
  /** Day up to which it was brought together, YYYY-MM-DD. */
  upTo: string;
  /** Where the newest part came from: "clawproof" itself, or what the user named. */
  source: string;
  ageDays: number;
  isOld: boolean;
}

const stored = z.strictObject({
  schema: z.literal(1),
  source: z.string(),
  upTo: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  advisories: z.array(
    z.strictObject({
      id: z.string(),
      cvss: z.number().optional(),
      since: z.string().optional(),
      fixedIn: z.string(),
      ranges: z.array(z.strictObject({ since: z.string().optional(), fixedIn: z.string() })).optional(),
      what: z.string(),
    }),
  ),
});

/**
 * The advisories that came with clawproof, and those that `advisories update` put into the folder.
 * @throws AppError `advisories-unreadable` when that file was damaged
 */
export async function readAdvisories(
  { files, clock }: Pick<Ports, 'files' | 'clock'>,
  folder: string,
): Promise<AdvisoryData> {
  const now = clock.now().getTime();
  const content = await files.read(join(folder, FILE));
  if (content === null) return builtInAdvisories({ clock });
  const imported = parseStored(content, join(folder, FILE));
  // A newer clawproof may know more than a file that was fetched long ago; its words stay, its date is the newer one.
  const upTo = imported.upTo > ADVISORIES_UP_TO ? imported.upTo : ADVISORIES_UP_TO;
  return {
    advisories: withImported(imported.advisories as Advisory[]),
    source: imported.source,
    ...ageOf(upTo, now),
  };
}

/** Those that came with clawproof. */
export function builtInAdvisories({ clock }: Pick<Ports, 'clock'>): AdvisoryData {
  return { advisories, source: 'clawproof', ...ageOf(ADVISORIES_UP_TO, clock.now().getTime()) };
}

/** What an import brought. */
export interface AdvisoriesUpdated {
  source: string;
  found: number;
  /** How many of them did not come with clawproof. */
  isNew: number;
  leftOut: number;
}

/**
 * Takes advisories from a file, or from an address that the user names: clawproof itself asks nobody. What the folder had
 * stays when they cannot be read.
 * @param from path, or an https address
 * @throws AppError `advisories-unreachable`, `advisories-unreadable`
 */
export async function updateAdvisories(
  ports: Ports,
  folder: string,
  from: string,
): Promise<AdvisoriesUpdated> {
  const isAddress = /^https?:\/\//i.test(from);
  const json = isAddress ? await download(ports, from) : await ports.files.read(from);
  if (json === null) throw advisoriesUnreachable(from, 'there is no such file');
  const imported = importAdvisories(json);
  if (imported === null || imported.advisories.length === 0)
    throw advisoriesUnreadable(
      from,
      imported === null
        ? 'it is no list of advisories'
        : 'none of its entries is about OpenClaw and names a release that mends it',
    );
  const source = isAddress ? withoutSecrets(from) : from;
  const upTo = ports.clock.now().toISOString().slice(0, 10);
  const text = JSON.stringify({ schema: 1, source, upTo, advisories: imported.advisories }, null, 2);
  await ports.files.writeAtomic(join(folder, FILE), `${text}\n`, { mode: 0o600 });
  const known = new Set(advisories.map(({ id }) => id));
  return {
    source,
    found: imported.advisories.length,
    isNew: imported.advisories.filter(({ id }) => !known.has(id)).length,
    leftOut: imported.leftOut,
  };
}

async function download({ http, signal }: Pick<Ports, 'http' | 'signal'>, address: string): Promise<string> {
  const shown = withoutSecrets(address);
  if (!/^https:/i.test(address)) throw advisoriesUnreachable(shown, 'only https is trusted for this');
  const headers = { accept: 'application/json', 'user-agent': 'clawproof' };
  const answer = await http
    .request(address, { headers, timeoutMs: DOWNLOAD_MS, signal })
    .catch((error: unknown) => {
      signal.throwIfAborted();
      throw advisoriesUnreachable(shown, error instanceof Error ? error.message : String(error));
    });
  if (answer.status !== 200) throw advisoriesUnreachable(shown, `it answered ${answer.status}`);
  return answer.body;
}

/** An address without user, password and query: a token may stand in any of them. */
export function withoutSecrets(address: string): string {
  return address.replace(/^(https?:\/\/)[^/@]*@/i, '$1').replace(/[?#].*$/, '');
}

function parseStored(content: string, path: string): z.infer<typeof stored> {
  try {
    return stored.parse(JSON.parse(content));
  } catch {
    throw advisoriesUnreadable(path, 'it was changed by hand, or cut short');
  }
}

/** @param now milliseconds since 1970 */
export function ageOf(upTo: string, now: number): Pick<AdvisoryData, 'upTo' | 'ageDays' | 'isOld'> {
  const ageDays = Math.max(0, Math.floor((now - Date.parse(`${upTo}T00:00:00Z`)) / DAY_MS));
  return { upTo, ageDays, isOld: ageDays > OLD_DAYS };
}
