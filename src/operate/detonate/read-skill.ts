import { createHash } from 'node:crypto';
import { basename, join, posix } from 'node:path';
import { noSkillToDetonate } from '../../errors/detonate-errors.ts';
import type { Files, FileStat } from '../../ports/files.ts';
import { expand } from '../../skills/archive/expand.ts';
import { LIMITS } from '../../skills/limits.ts';
import type { SkillEntry } from '../../skills/types.ts';
import type { ReadSkill, SkillFile } from '../../prove/detonate/detonation.ts';
import { SKILL_FILE } from '../../prove/detonate/layout.ts';

/** Longest path that an archive for the engine holds, below the skill's own folder. */
const LONGEST_PATH = 150;

/**
 * Reads a skill from its folder or from an archive of it. Links are left out, and nothing outside is followed.
 * @param path absolute
 * @throws AppError `no-skill-to-detonate`
 */
export async function readSkill(files: Files, path: string): Promise<ReadSkill> {
  const stat = await files.stat(path);
  if (stat === null) throw noSkillToDetonate(path, 'nothing is there');
  const leftOut: string[] = [];
  const entries =
    stat.kind === 'directory'
      ? await readFolder(files, path, leftOut)
      : await readArchive(files, path, stat.size, leftOut);
  const found = atRoot(plainFiles(entries, leftOut));
  if (found === null) throw noSkillToDetonate(path, `it holds no ${SKILL_FILE}`);
  const folderName =
    found.root === ''
      ? basename(path).replace(/\.(?:zip|skill|tgz|tar(?:\.gz)?)$/i, '')
      : posix.basename(found.root);
  return { source: path, folderName, files: found.files, sha256: hashOf(found.files), leftOut };
}

async function readFolder(files: Files, root: string, leftOut: string[]): Promise<SkillEntry[]> {
  const entries: SkillEntry[] = [];
  const waiting = [''];
  const room = { files: LIMITS.files, bytes: LIMITS.totalBytes };
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const name of await files.list(join(root, folder))) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const stat = await files.stat(join(root, path));
      if (stat?.kind === 'directory' && !NOT_ITS_OWN.has(name)) waiting.push(path);
      else if (stat?.kind === 'file') entries.push(await readFile(files, root, path, stat, room));
      else if (stat !== null) leftOut.push(path);
    }
  }
  return entries;
}

/** Folders that no skill brings, and whoever works on one has. */
const NOT_ITS_OWN = new Set(['.git', 'node_modules']);

async function readFile(
  files: Files,
  root: string,
  path: string,
  { size, mode }: FileStat,
  room: { files: number; bytes: number },
): Promise<SkillEntry> {
  room.files -= 1;
  room.bytes -= size;
  if (room.files < 0 || room.bytes < 0)
    throw noSkillToDetonate(root, 'it is larger than any skill: more than 5000 files or 64 MiB');
  return { path, kind: 'file', bytes: (await files.readBytes(join(root, path))) ?? new Uint8Array(), mode };
}

async function readArchive(
  files: Files,
  path: string,
  size: number,
  leftOut: string[],
): Promise<SkillEntry[]> {
  if (size > LIMITS.totalBytes) throw noSkillToDetonate(path, 'it is larger than 64 MiB');
  const bytes = (await files.readBytes(path)) ?? new Uint8Array();
  if (basename(path) === SKILL_FILE) return [{ path: SKILL_FILE, kind: 'file', bytes, mode: 0o644 }];
  const { entries, problems } = expand([{ path: 'archive', kind: 'file', bytes, mode: 0o644 }]);
  // "archive!/x" in a zip or a tar, "archive!/archive!/x" in a tar that is packed.
  const depth = bytes[0] === 0x1f && bytes[1] === 0x8b ? 3 : 2;
  const found = entries.flatMap((entry) => {
    const parts = entry.path.split('!/');
    return parts.length === depth ? [{ ...entry, path: parts.at(-1) ?? '' }] : [];
  });
  if (found.length === 0)
    throw noSkillToDetonate(
      path,
      'it is neither a folder nor an archive that can be read (.zip, .tar, .tar.gz)',
    );
  for (const { kind, name } of problems)
    leftOut.push(`${name === '' ? 'a part of the archive' : name} (${kind})`);
  return found;
}

function plainFiles(entries: readonly SkillEntry[], leftOut: string[]): SkillFile[] {
  return entries.flatMap(({ path, kind, bytes, mode }) => {
    const plain = posix.normalize(path.replaceAll('\\', '/'));
    const isInside = !plain.startsWith('/') && !plain.startsWith('../') && plain !== '..';
    if (kind !== 'file' || !isInside || Buffer.byteLength(plain) > LONGEST_PATH || plain.includes('\0')) {
      leftOut.push(`${plain}${kind === 'file' ? ' (its path)' : `, which is a ${kind}`}`);
      return [];
    }
    return [{ path: plain, content: bytes, mode }];
  });
}

/** Archives often hold the skill's folder. */
function atRoot(files: readonly SkillFile[]): { root: string; files: SkillFile[] } | null {
  const manifests = files.filter(({ path }) => posix.basename(path) === SKILL_FILE);
  const [first] = manifests.toSorted((a, b) => a.path.split('/').length - b.path.split('/').length);
  if (first === undefined) return null;
  const root = posix.dirname(first.path) === '.' ? '' : posix.dirname(first.path);
  const prefix = root === '' ? '' : `${root}/`;
  const inside = files.filter(({ path }) => path.startsWith(prefix));
  return { root, files: inside.map((file) => ({ ...file, path: file.path.slice(prefix.length) })) };
}

function hashOf(files: readonly SkillFile[]): string {
  const hash = createHash('sha256');
  for (const { path, mode, content } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    hash.update(`${path}\0${(mode & 0o111) === 0 ? '-' : 'x'}\0${content.length}\0`);
    hash.update(content);
  }
  return hash.digest('hex');
}
