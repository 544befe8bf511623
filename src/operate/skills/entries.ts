import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { notASkill } from '../../errors/skill-errors.ts';
import type { Files } from '../../ports/files.ts';
import { expand } from '../../skills/archive/expand.ts';
import { LIMITS, tooLarge } from '../../skills/limits.ts';
import type { SkillEntry } from '../../skills/types.ts';

const NOTHING = new Uint8Array();

/** Bytes of plain files that may still be read. */
interface Room {
  bytes: number;
}

/**
 * All that is in a folder, or the one file that an archive is. Follows no link.
 * @throws AppError `not-a-skill` where there is neither
 */
export async function readEntries(files: Files, path: string): Promise<SkillEntry[]> {
  const stat = await files.stat(path);
  if (stat === null) throw notASkill(path, 'is not there');
  const room: Room = { bytes: LIMITS.totalBytes };
  if (stat.kind === 'file') return [await readEntry(files, dirname(path), basename(path), room)];
  if (stat.kind !== 'directory') throw notASkill(path, 'is a link or a device; name what it leads to');
  const entries: SkillEntry[] = [];
  await visit(files, path, '', entries, room);
  return entries;
}

async function visit(
  files: Files,
  root: string,
  inner: string,
  entries: SkillEntry[],
  room: Room,
): Promise<void> {
  for (const name of await files.list(join(root, inner))) {
    if (entries.length > LIMITS.files) return;
    const path = inner === '' ? name : `${inner}/${name}`;
    if ((await files.stat(join(root, path)))?.kind === 'directory')
      await visit(files, root, path, entries, room);
    else entries.push(await readEntry(files, root, path, room));
  }
}

async function readEntry(files: Files, root: string, path: string, room: Room): Promise<SkillEntry> {
  const stat = await files.stat(join(root, path));
  if (stat?.kind === 'symlink') return { path, kind: 'link', bytes: NOTHING, mode: stat.mode };
  if (stat?.kind !== 'file') return { path, kind: 'other', bytes: NOTHING, mode: stat?.mode ?? 0 };
  const isLarge = stat.size > Math.min(LIMITS.fileBytes, room.bytes);
  const bytes = isLarge ? tooLarge() : ((await files.readBytes(join(root, path))) ?? NOTHING);
  if (!isLarge) room.bytes -= bytes.length;
  return { path, kind: 'file', bytes, mode: stat.mode };
}

/**
 * The files of the skill itself: those of its folder, or of the folder with SKILL.md in an archive.
 * @throws AppError `not-a-skill` where there is no SKILL.md
 */
export function skillFiles(given: string, entries: readonly SkillEntry[]): SkillEntry[] {
  const [only] = entries;
  const isArchive = entries.length === 1 && only !== undefined && !only.path.endsWith('SKILL.md');
  const all = isArchive ? expand(entries).entries : entries;
  const manifests = all.filter(({ path }) => /(?:^|\/)SKILL\.md$/.test(path));
  const manifest = manifests.toSorted((left, right) => left.path.length - right.path.length)[0];
  if (manifest === undefined) throw notASkill(given, 'holds no SKILL.md');
  const prefix = manifest.path.slice(0, -'SKILL.md'.length);
  return all
    .filter(
      ({ path, kind, archives }) =>
        path.startsWith(prefix) && kind === 'file' && archives === manifest.archives,
    )
    .map((entry) => ({ ...entry, path: entry.path.slice(prefix.length) }));
}

/** Permission bits that a file of an installed skill has: nobody writes it. */
export function installedMode(mode: number): number {
  return (mode & 0o111) === 0 ? 0o444 : 0o555;
}

/** "sha256:…" over paths, contents and whether they can be run; the order of the files is none of it. */
export function digestOf(entries: readonly SkillEntry[]): string {
  const hash = createHash('sha256');
  // All that is too large has the same bytes, which are added up once.
  const known = new Map<Uint8Array, string>();
  for (const { path, kind, bytes, mode } of entries.toSorted((left, right) =>
    left.path < right.path ? -1 : 1,
  )) {
    const content = known.get(bytes) ?? createHash('sha256').update(bytes).digest('hex');
    known.set(bytes, content);
    hash.update(`${JSON.stringify([path, kind, installedMode(mode), content])}\n`);
  }
  return `sha256:${hash.digest('hex')}`;
}
