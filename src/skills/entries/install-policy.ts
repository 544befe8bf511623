// Runs in the gateway's container: OpenClaw asks it before it installs a skill (security.installPolicy). JSON in, JSON out.
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { LIMITS } from '../limits.ts';
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

function readOne(folder: string, path: string): SkillEntry {
  const full = join(folder, path);
  const stat = lstatSync(full);
  const nothing = new Uint8Array();
  if (stat.isSymbolicLink())
    return { path, kind: 'link', bytes: nothing, mode: 0o777, target: readlinkSync(full) };
  if (!stat.isFile()) return { path, kind: 'other', bytes: nothing, mode: stat.mode & 0o777 };
  // One byte more than is looked at, so that the scanner sees that it is too large.
  const bytes = stat.size > LIMITS.fileBytes ? new Uint8Array(LIMITS.fileBytes + 1) : readFileSync(full);
  return { path, kind: 'file', bytes, mode: stat.mode & 0o777 };
}

function read(path: string): SkillEntry[] {
  return lstatSync(path).isDirectory() ? readFolder(path) : [readOne(join(path, '..'), basename(path))];
}

const request = JSON.parse(readFileSync(0, 'utf8')) as { sourcePath?: unknown; targetName?: unknown };
if (typeof request.sourcePath !== 'string') throw new TypeError('the request names no sourcePath');
process.stdout.write(`${JSON.stringify(decide(scanSkill(read(request.sourcePath))))}\n`);
