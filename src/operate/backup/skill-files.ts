import { join } from 'node:path';
import type { Lock } from '../../engine/lock-file.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Files } from '../../ports/files.ts';
import { PATHS } from '../../render/layout.ts';
import { LIMITS } from '../../skills/limits.ts';
import type { SkillEntry } from '../../skills/types.ts';
import { digestOf, installedMode, readEntries } from '../skills/entries.ts';
import { openFolders } from '../skills/quarantine.ts';
import type { FolderFile } from './archive.ts';
import type { PlannedFile } from './folder-plan.ts';

const PREFIX = `${PATHS.skills}/`;

/** All files of installed skills, for a backup. Links are left out: no skill that was judged has one. */
export async function readSkillFiles(files: Files, folder: string): Promise<FolderFile[]> {
  return [...(await skillsIn(files, folder))].flatMap(([skill, entries]) =>
    entries
      .filter(({ kind, bytes }) => kind === 'file' && bytes.length <= LIMITS.fileBytes)
      .map(({ path, bytes, mode }) => ({ path: archiveName(`${PREFIX}${skill}/${path}`), bytes, mode })),
  );
}

/** Name in an archive, where a character is a byte. */
function archiveName(path: string): string {
  return Buffer.from(path, 'utf8').toString('latin1');
}

/**
 * What the folder of skills shall hold after a restore: what the archive holds of each pinned skill, if it is what was
 * judged. Archives of former versions hold no skills; then one that is here stays, if it is the one that was pinned.
 * Everything else goes, as OpenClaw would load it.
 * @param lock with the archive's pins of skills
 */
export async function planSkills(
  files: Files,
  folder: string,
  archive: ReadonlyMap<string, { bytes: Buffer; mode: number }>,
  { policy, lock }: { policy: Pick<Policy, 'skills'>; lock: Lock },
): Promise<{ files: PlannedFile[]; notes: string[] }> {
  const archived = archivedSkills(archive);
  const here = await skillsIn(files, folder);
  const found = new Map<string, PlannedFile>();
  const missing = new Set(policy.skills.use);
  for (const [skill, entries] of here)
    for (const { path } of entries) put(found, `${PREFIX}${skill}/${path}`, 0o444, null);
  for (const [skill, { digest }] of Object.entries(lock.skills ?? {})) {
    const entries = archived.get(skill);
    if (entries !== undefined && digestOf(entries) === digest) {
      for (const { path, bytes, mode } of entries)
        put(found, `${PREFIX}${skill}/${path}`, installedMode(mode), bytes);
    } else if (digestOf(here.get(skill) ?? []) === digest) {
      for (const { path } of here.get(skill) ?? []) found.delete(`${PREFIX}${skill}/${path}`);
    } else continue;
    missing.delete(skill);
  }
  return { files: [...found.values()], notes: [...missing].map(missingNote) };
}

function put(found: Map<string, PlannedFile>, path: string, mode: number, bytes: Uint8Array | null): void {
  const base64 = bytes === null ? null : Buffer.from(bytes).toString('base64');
  found.set(path, { path, mode, owned: false, base64 });
}

function missingNote(skill: string): string {
  return `The skill ${skill}, which clawproof.yaml lists, is neither in the backup nor here as it was judged: install it again ("clawproof skills install"), or take it out of skills.use. Until then "clawproof up" refuses to start.`;
}

function archivedSkills(
  archive: ReadonlyMap<string, { bytes: Buffer; mode: number }>,
): Map<string, SkillEntry[]> {
  const found = new Map<string, SkillEntry[]>();
  for (const [name, { bytes, mode }] of archive) {
    if (!name.startsWith(PREFIX)) continue;
    const path = Buffer.from(name.slice(PREFIX.length), 'latin1').toString('utf8');
    const slash = path.indexOf('/');
    const entry: SkillEntry = { path: path.slice(slash + 1), kind: 'file', bytes, mode };
    found.set(path.slice(0, slash), [...(found.get(path.slice(0, slash)) ?? []), entry]);
  }
  return found;
}

async function skillsIn(files: Files, folder: string): Promise<Map<string, SkillEntry[]>> {
  const root = join(folder, PATHS.skills);
  const found = new Map<string, SkillEntry[]>();
  if ((await files.stat(root))?.kind !== 'directory') return found;
  for (const name of await files.list(root))
    if ((await files.stat(join(root, name)))?.kind === 'directory')
      found.set(name, await readEntries(files, join(root, name)));
  return found;
}

/** Takes folders away that hold nothing any more, and makes the others readable for the container's user. */
export async function tidySkillFolders(files: Files, folder: string): Promise<void> {
  const root = join(folder, PATHS.skills);
  if ((await files.stat(root))?.kind !== 'directory') return;
  for (const name of await files.list(root)) await removeEmpty(files, join(root, name));
  await openFolders(files, root);
}

/** @returns whether nothing is there any more */
async function removeEmpty(files: Files, path: string): Promise<boolean> {
  if ((await files.stat(path))?.kind !== 'directory') return false;
  let isEmpty = true;
  for (const name of await files.list(path))
    if (!(await removeEmpty(files, join(path, name)))) isEmpty = false;
  if (isEmpty) await files.remove(path);
  return isEmpty;
}
