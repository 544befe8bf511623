import { join } from 'node:path';
import type { Files } from '../ports/files.ts';
import type { Clock, Random } from '../ports/system.ts';
import { PATHS } from '../render/layout.ts';
import { recordToken } from './token/token-record.ts';

/** Bytes of entropy in a gateway token (row H6): 256 bits. */
const TOKEN_BYTES = 32;

/** A gateway token: 64 hexadecimal digits. */
export function newToken(random: Random): string {
  return random.hex(TOKEN_BYTES);
}

/**
 * Makes the gateway token when there is none. The token itself is never returned.
 * @returns true when a token was made.
 */
export async function ensureGatewayToken(
  ports: { files: Files; random: Random; clock: Clock },
  folder: string,
): Promise<boolean> {
  const path = join(folder, PATHS.gatewayToken);
  await ports.files.makeDirectory(join(folder, 'secrets'), 0o700);
  // Its files are the container's; who gets as far as here may see their names.
  await ports.files.makeDirectory(join(folder, PATHS.keys), 0o755);
  if ((await ports.files.stat(path)) !== null) return false;
  const token = newToken(ports.random);
  await recordToken(ports, folder, token);
  await ports.files.writeAtomic(path, token, { mode: 0o400 });
  return true;
}
