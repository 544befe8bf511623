import { gunzipSync } from 'node:zlib';
import { LIMITS } from '../limits.ts';
import type { SkillEntry } from '../types.ts';
import { isTar, untar } from './tar.ts';
import { type ArchiveProblem, type Budget, type Unpacked, unzip, zipStart } from './zip.ts';

/** What was found about an archive, with the path of the file that it is or is in. */
export interface ExpandedProblem extends Omit<ArchiveProblem, 'kind'> {
  kind: ArchiveProblem['kind'] | 'too-deep' | 'appended';
  path: string;
}

export interface Expanded {
  /** All files, those in archives under "archive!/name". */
  entries: SkillEntry[];
  problems: ExpandedProblem[];
  /** Those of the entries that are archives. */
  opened: Set<SkillEntry>;
}

/** Opens archives in archives, down to `LIMITS.archiveDepth`, and never makes more than `LIMITS.totalBytes`. */
export function expand(entries: readonly SkillEntry[]): Expanded {
  const budget: Budget = { bytes: LIMITS.totalBytes, files: LIMITS.files };
  const expanded: Expanded = { entries: [], problems: [], opened: new Set() };
  for (const entry of entries) visit(entry, 0, budget, expanded);
  return expanded;
}

function visit(entry: SkillEntry, depth: number, budget: Budget, expanded: Expanded): void {
  expanded.entries.push(entry);
  if (entry.kind !== 'file') return;
  const opened = open(entry, budget);
  if (opened === null) return;
  expanded.opened.add(entry);
  // One by one: an archive may have more problems than a call may have arguments.
  for (const problem of opened.problems) expanded.problems.push({ ...problem, path: entry.path });
  if (opened.isAppended) expanded.problems.push({ kind: 'appended', name: '', path: entry.path });
  if (depth >= LIMITS.archiveDepth) {
    expanded.problems.push({ kind: 'too-deep', name: '', path: entry.path });
    return;
  }
  for (const inner of opened.entries)
    visit(
      { ...inner, path: `${entry.path}!/${inner.path}`, archives: depth + 1 },
      depth + 1,
      budget,
      expanded,
    );
}

/** What archives begin with that are not opened here: 7z, rar, xz, bzip2, zstd. */
const CLOSED = ['377abcaf', '52617221', 'fd377a58', '425a68', '28b52ffd'];

function open({ path, bytes }: SkillEntry, budget: Budget): (Unpacked & { isAppended: boolean }) | null {
  const head = Buffer.from(bytes.subarray(0, 8)).toString('hex');
  const isZip = /^504b0[35]0[46]/.test(head);
  const opened = isZip ? unzip(bytes, budget) : openPlain(path, bytes, head, budget);
  // A zip is read from its end: whatever a file begins with, it can be one besides.
  const start = bytes.length > 64 ? zipStart(bytes) : null;
  if (start === null || isZip) return opened && { ...opened, isAppended: start !== null && start !== 0 };
  const second = unzip(bytes, budget);
  if (opened === null) return { ...second, isAppended: true };
  return {
    entries: [...opened.entries, ...second.entries],
    problems: [...opened.problems, ...second.problems],
    // A tar may honestly end with a member that is a zip; what stands behind the tar's own end is a problem already.
    isAppended: !isTar(bytes) || opened.problems.some(({ name }) => name === ''),
  };
}

function openPlain(path: string, bytes: Uint8Array, head: string, budget: Budget): Unpacked | null {
  if (head.startsWith('1f8b')) return gunzip(path, bytes, budget);
  if (isTar(bytes)) return untar(bytes, budget);
  const isClosed = CLOSED.some((magic) => head.startsWith(magic));
  return isClosed ? { entries: [], problems: [{ kind: 'broken', name: '' }] } : null;
}

function gunzip(path: string, bytes: Uint8Array, budget: Budget): Unpacked {
  try {
    const content = gunzipSync(bytes, { maxOutputLength: Math.max(1, budget.bytes) });
    budget.bytes -= content.length;
    const name = (path.split('/').at(-1) ?? path).replace(/\.(?:gz|tgz)$/i, '');
    return { entries: [{ path: name, kind: 'file', bytes: content, mode: 0o644 }], problems: [] };
  } catch (error) {
    const isLarge = (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE';
    return { entries: [], problems: [{ kind: isLarge ? 'too-large' : 'broken', name: '' }] };
  }
}
