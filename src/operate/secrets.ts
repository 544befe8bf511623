import { join } from 'node:path';
import type { Files } from '../ports/files.ts';
import type { Random } from '../ports/system.ts';
import { PATHS } from '../render/layout.ts';

/** Bytes of entropy in a gateway token (row H6): 256 bits. */
const TOKEN_BYTES = 32;

/**
 * Makes the gateway token when there is none. The token itself is never returned.
 * @returns true when a token was made.
 */
export async function ensureGatewayToken(
  ports: { files: Files; random: Random },
  folder: string,
): Promise<boolean> {
  const path = join(folder, PATHS.gatewayToken);
  await ports.files.makeDirectory(join(folder, 'secrets'), 0o700);
  if ((await ports.files.stat(path)) !== null) return false;
  await ports.files.writeAtomic(path, ports.random.hex(TOKEN_BYTES), { mode: 0o400 });
  return true;
}
