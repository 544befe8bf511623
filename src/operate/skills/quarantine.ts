import { join } from 'node:path';
import { quarantineChanged } from '../../errors/skill-errors.ts';
import type { Files } from '../../ports/files.ts';
import { PATHS } from '../../render/layout.ts';
import type { SkillEntry } from '../../skills/types.ts';
import { digestOf, installedMode, readEntries } from './entries.ts';

/** Writes what was read into a folder that nothing else reads; no file in it can be run. */
export async function putInQuarantine(
  files: Files,
  folder: string,
  name: string,
  entries: readonly SkillEntry[],
): Promise<string> {
  const place = `${PATHS.toolFolder}/quarantine/${name}`;
  await files.remove(join(folder, place));
  await files.makeDirectory(join(folder, PATHS.toolFolder, 'quarantine'), 0o700);
  for (const { path, bytes, mode } of entries)
    // The bit for running is kept for its owner alone, so that it is known when it is copied on.
    await files.writeAtomic(join(folder, place, path), bytes, { mode: installedMode(mode) & 0o500 });
  return place;
}

/**
 * Copies what is in quarantine into the folder of skills, readable for everybody and writable for nobody.
 * @throws AppError `quarantine-changed` when it is not what was looked at
 */
export async function releaseFromQuarantine(
  files: Files,
  from: string,
  to: string,
  { name, digest }: { name: string; digest: string },
): Promise<void> {
  const entries = await readEntries(files, from);
  if (digestOf(entries) !== digest) throw quarantineChanged(name);
  await files.remove(to);
  for (const { path, bytes, mode } of entries)
    await files.writeAtomic(join(to, path), bytes, { mode: installedMode(mode) });
  await openFolders(files, to);
}

/** The container's user has to be able to read it, whatever the umask took away. */
export async function openFolders(files: Files, folder: string): Promise<void> {
  if ((await files.stat(folder))?.mode !== 0o755) await files.setMode(folder, 0o755);
  for (const name of await files.list(folder))
    if ((await files.stat(join(folder, name)))?.kind === 'directory')
      await openFolders(files, join(folder, name));
}
