import { join } from 'node:path';
import type { Ports } from './ports.ts';

export type TempPorts = Pick<Ports, 'files' | 'system' | 'random'>;

const NAME = /^clawproof-[a-z]+-(\d+)-[0-9a-f]{16}$/;

/**
 * Gives `work` a new private folder (0700) and removes it afterwards, whether `work` succeeds, fails or is aborted.
 * Folders that killed runs of the same user left behind are removed first.
 * @param purpose lower-case letters, part of the folder's name
 * @param parent where to make it; the system's temporary folder when absent
 */
export async function withTempFolder<T>(
  ports: TempPorts,
  purpose: string,
  work: (folder: string) => Promise<T>,
  parent: string = ports.system.tempDir,
): Promise<T> {
  await removeLeftovers(ports, parent);
  const folder = join(parent, `clawproof-${purpose}-${ports.system.pid}-${ports.random.hex(8)}`);
  await ports.files.makeDirectory(folder, 0o700);
  try {
    return await work(folder);
  } finally {
    await ports.files.remove(folder);
  }
}

async function removeLeftovers({ files, system }: TempPorts, parent: string): Promise<void> {
  for (const name of await files.list(parent)) {
    const pid = Number(NAME.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid) || pid === system.pid || system.isAlive(pid)) continue;
    const path = join(parent, name);
    const found = await files.stat(path);
    // In a folder that everybody may write to, a name proves nothing: only what is ours and no link is removed.
    if (found?.kind === 'directory' && found.uid === system.uid) await files.remove(path);
  }
}
