import { inflateRawSync } from 'node:zlib';
import type { SkillEntry } from '../types.ts';

/** Entries of an archive, and what was wrong with it. */
export interface Unpacked {
  entries: SkillEntry[];
  problems: ArchiveProblem[];
}

export interface ArchiveProblem {
  kind: 'encrypted' | 'outside' | 'link' | 'too-large' | 'broken';
  /** Name in the archive; empty for the archive itself. */
  name: string;
}

/** Bytes that may still be unpacked; counted down by whoever unpacks. */
export interface Budget {
  bytes: number;
  files: number;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_SIZE = 22;
const MOST_COMMENT = 65_535;

interface ZipMember {
  name: string;
  flags: number;
  method: number;
  packed: number;
  mode: number;
  local: number;
}

/**
 * Unpacks a zip by its directory, as unzip does. Sizes that it claims are not believed: each member is inflated up to what the
 * budget still allows, and no further.
 */
export function unzip(bytes: Uint8Array, budget: Budget): Unpacked {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const result: Unpacked = { entries: [], problems: [] };
  const members = readDirectory(bytes, view);
  if (members === null) return { entries: [], problems: [{ kind: 'broken', name: '' }] };
  for (const member of members) readMember(bytes, view, member, budget, result);
  return result;
}

/** Where the archive begins that ends at the end of these bytes; null when there is none. */
export function zipStart(bytes: Uint8Array): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(bytes, view);
  if (end === null) return null;
  const shift = end - view.getUint32(end + 12, true) - view.getUint32(end + 16, true);
  if (shift < 0) return null;
  // Offsets can be set right for what stands in front: then only the first member shows where the archive begins.
  let start = Number.POSITIVE_INFINITY;
  for (const { local } of readDirectory(bytes, view) ?? []) start = Math.min(start, local);
  return Number.isFinite(start) ? start : shift;
}

function findEnd(bytes: Uint8Array, view: DataView): number | null {
  const first = Math.max(0, bytes.length - END_SIZE - MOST_COMMENT);
  for (let at = bytes.length - END_SIZE; at >= first; at -= 1)
    if (view.getUint32(at, true) === END) return at;
  return null;
}

function readDirectory(bytes: Uint8Array, view: DataView): ZipMember[] | null {
  const end = findEnd(bytes, view);
  if (end === null) return null;
  // Data in front of the archive moves all offsets.
  const shift = end - view.getUint32(end + 12, true) - view.getUint32(end + 16, true);
  let at = view.getUint32(end + 16, true) + shift;
  if (shift < 0) return null;
  const members: ZipMember[] = [];
  // To its end, as other programs do: the count in the last record may be a lie.
  while (at < end) {
    if (at + 46 > end || view.getUint32(at, true) !== CENTRAL) return null;
    const nameLength = view.getUint16(at + 28, true);
    members.push({
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      packed: view.getUint32(at + 20, true),
      mode: view.getUint16(at + 40, true),
      local: view.getUint32(at + 42, true) + shift,
      name: new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength)),
    });
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  const isCounted = [8, 10].every((field) => view.getUint16(end + field, true) === members.length);
  return isCounted && at === end ? members : null;
}

function readMember(
  bytes: Uint8Array,
  view: DataView,
  member: ZipMember,
  budget: Budget,
  { entries, problems }: Unpacked,
): void {
  const { name, mode } = member;
  if (name.endsWith('/')) return;
  if (isOutside(name)) problems.push({ kind: 'outside', name });
  const content = readContent(bytes, view, member, budget);
  if (typeof content === 'string') problems.push({ kind: content, name });
  else entries.push({ path: name, kind: 'file', bytes: content, mode: mode & 0o777 || 0o644 });
}

function readContent(
  bytes: Uint8Array,
  view: DataView,
  { flags, method, packed, mode, local }: ZipMember,
  budget: Budget,
): Uint8Array | ArchiveProblem['kind'] {
  if ((mode & 0o170000) === 0o120000) return 'link';
  if ((flags & 1) !== 0) return 'encrypted';
  if (local + 30 > bytes.length || view.getUint32(local, true) !== LOCAL) return 'broken';
  if (budget.files <= 0) return 'too-large';
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  const data = bytes.subarray(start, start + packed);
  const content = method === 0 ? data : method === 8 ? inflate(data, budget) : null;
  if (content === null) return 'broken';
  if (content === 'too-large' || content.length > budget.bytes) return 'too-large';
  budget.bytes -= content.length;
  budget.files -= 1;
  return content;
}

function inflate(data: Uint8Array, budget: Budget): Uint8Array | 'too-large' | null {
  try {
    return inflateRawSync(data, { maxOutputLength: Math.max(1, budget.bytes) });
  } catch (error) {
    return (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : null;
  }
}

/** True for a name that leads out of the folder into which the archive is unpacked. */
export function isOutside(name: string): boolean {
  return /^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|\0/.test(name);
}
