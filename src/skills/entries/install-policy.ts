// Runs in the gateway's container: OpenClaw asks it before it installs a skill (security.installPolicy). JSON in, JSON out.
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { LIMITS, tooLarge } from '../limits.ts';
import { decide } from '../install-decision.ts';
import { scanSkill } from '../scan.ts';
import type { SkillEntry } from '../types.ts';

function readFolder(folder: string): SkillEntry[] {
  const entries: SkillEntry[] = [];
  const visit = (path: string): void => {
    for (const name of readdirSync(join(folder, path)).toSorted()) {
      if (entries.length > LIMITS.files) return;
      const inner = path === '' ? name : `${path}/${name}`;
      if (lstatSync(join(folder, inner)).isDirectory()) visit(inner);
      else entries.push(readOne(folder, inner));
    }
  };
  visit('');
  return entries;
}

let room: number = LIMITS.totalBytes;

function readOne(folder: string, path: string): SkillEntry {
  const full = join(folder, path);
  const stat = lstatSync(full);
  const nothing = new Uint8Array();
  if (stat.isSymbolicLink())
    return { path, kind: 'link', bytes: nothing, mode: 0o777, target: readlinkSync(full) };
  if (!stat.isFile()) return { path, kind: 'other', bytes: nothing, mode: stat.mode & 0o777 };
  const isLarge = stat.size > Math.min(LIMITS.fileBytes, room);
  const bytes = isLarge ? tooLarge() : readFileSync(full);
  if (!isLarge) room -= bytes.length;
  return { path, kind: 'file', bytes, mode: stat.mode & 0o777 };
}

function read(path: string): SkillEntry[] {
  return lstatSync(path).isDirectory() ? readFolder(path) : [readOne(join(path, '..'), basename(path))];
}

const request = JSON.parse(readFileSync(0, 'utf8')) as { sourcePath?: unknown; targetName?: unknown };
if (typeof request.sourcePath !== 'string') throw new TypeError('the request names no sourcePath');
process.stdout.write(`${JSON.stringify(decide(scanSkill(read(request.sourcePath))))}\n`);
