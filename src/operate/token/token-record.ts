import { join } from 'node:path';
import { z } from 'zod';
import { isAppError } from '../../errors/app-error.ts';
import type { Files } from '../../ports/files.ts';
import type { Clock } from '../../ports/system.ts';
import { PATHS } from '../../render/layout.ts';
import { contentHash } from '../content-hash.ts';

/** Where it is written when the token was made: a copy or a backup of the token file has another date. */
export const TOKEN_RECORD = `${PATHS.toolFolder}/token.json`;

const schema = z.strictObject({
  schema: z.literal(1),
  /** When the token was made, ISO 8601. */
  madeAt: z.iso.datetime(),
  /** Tells whether the token is still the one that is meant; says nothing about it. */
  mark: z.string(),
});

/** When the gateway token was made, and how that is known. */
export interface TokenAge {
  madeAt: Date;
  /** record = written down when it was made; file = the date of its file, the token may be older. */
  source: 'record' | 'file';
}

/** Writes down that this token was made now. */
export async function recordToken(
  { files, clock }: { files: Files; clock: Clock },
  folder: string,
  token: string,
): Promise<void> {
  const record = { schema: 1, madeAt: clock.now().toISOString(), mark: markOf(token) };
  await files.writeAtomic(join(folder, TOKEN_RECORD), `${JSON.stringify(record)}\n`, { mode: 0o600 });
}

/** Age of a deployment's token; null when there is none. */
export async function readTokenAge(files: Files, folder: string): Promise<TokenAge | null> {
  const path = join(folder, PATHS.gatewayToken);
  const stat = await files.stat(path);
  if (stat === null) return null;
  const record = parseRecord(await files.read(join(folder, TOKEN_RECORD)));
  if (record !== null && isMeant(record.mark, await readIfAllowed(files, path)))
    return { madeAt: new Date(record.madeAt), source: 'record' };
  return { madeAt: new Date(stat.modifiedMs), source: 'file' };
}

/** A record of another token tells nothing. Whoever may not read the token believes the record. */
function isMeant(mark: string, token: string | null): boolean {
  return token === null || mark === markOf(token);
}

async function readIfAllowed(files: Files, path: string): Promise<string | null> {
  try {
    return await files.read(path);
  } catch (error) {
    if (isAppError(error) && error.id === 'file-permission-denied') return null;
    throw error;
  }
}

/** A record that cannot be read is none: the date of the file takes its place. */
function parseRecord(text: string | null): z.infer<typeof schema> | null {
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function markOf(token: string): string {
  return contentHash(`token ${token.trim()}`);
}
