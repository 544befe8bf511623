import { join } from 'node:path';
import type { Files } from '../ports/files.ts';

/** Names that `writeAtomic` gives its temporary files. */
export const TEMPORARY = /^\.clawproof-[0-9a-f]{16}\.tmp$/;

/** Folders in which clawproof writes. */
const WRITTEN = [
  '.',
  '.clawproof',
  '.clawproof/results',
  'build/gateway',
  'build/egress',
  'build/ingress',
  'config/gateway',
  'config/egress',
  'config/ingress',
  'config/openclaw',
  'scripts',
  'backups',
  'secrets',
  'secrets/keys',
];

/** Removes half-written files of a run that was killed. Only ever called while holding the folder's lock. */
export async function removeLeftovers(files: Files, folder: string): Promise<void> {
  for (const relative of WRITTEN) {
    const path = join(folder, relative);
    if ((await files.stat(path))?.kind !== 'directory') continue;
    const names = await files.list(path).catch(() => []);
    for (const name of names.filter((entry) => TEMPORARY.test(entry))) {
      // One of the folders is the gateway's own: a folder planted under such a name is left where it is.
      if ((await files.stat(join(path, name)))?.kind === 'file') await files.unlink(join(path, name));
    }
  }
}
