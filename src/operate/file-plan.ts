import { join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { maskSecrets } from '../documents/mask-secrets.ts';
import type { Files } from '../ports/files.ts';
import type { FileSet, RenderedFile } from '../render/file-set.ts';

export interface FileChange {
  file: RenderedFile;
  /** Text on disk now; null = there is no such file. */
  before: string | null;
  /** Permission bits on disk now, when they differ from the wanted ones. */
  modeBefore?: number;
}

/**
 * Files whose text or permission bits on disk are not those of the set.
 * @param owned texts, by path, of files that belong to the gateway's user and were read in another way; null = not there
 */
export async function planFiles(
  files: Files,
  folder: string,
  set: FileSet,
  owned: Readonly<Record<string, string | null>> = {},
): Promise<FileChange[]> {
  const changes: FileChange[] = [];
  for (const file of set) {
    const known = owned[file.path];
    if (known !== undefined) {
      if (known !== file.text) changes.push({ file, before: known });
      continue;
    }
    const path = join(folder, file.path);
    const before = await files.read(path);
    const stat = await files.stat(path);
    const modeDiffers = stat !== null && stat.kind === 'file' && stat.mode !== file.mode;
    if (before !== file.text || modeDiffers) {
      changes.push({ file, before, ...(modeDiffers ? { modeBefore: stat.mode } : {}) });
    }
  }
  return changes;
}

/** Writes the changed files, each in one step; a run that is killed in between is completed by the next. */
export async function writeChanges(
  files: Files,
  folder: string,
  changes: readonly FileChange[],
): Promise<void> {
  for (const { file } of changes)
    await files.writeAtomic(join(folder, file.path), file.text, { mode: file.mode });
}

/**
 * Unified diff of what would change, as `up --dry-run` prints it. What is rendered holds no secret, but what is on disk may:
 * openclaw.json keeps the user's own keys, and anybody may have edited the rest. Such values are masked.
 */
export function diffText(changes: readonly FileChange[]): string {
  return changes.map(changeText).join('').split('\n').map(maskLine).join('\n');
}

/** A key that only opens an object or a list has no value of its own to hide. */
function maskLine(line: string): string {
  return /[:=]\s*[{[]$/.test(line) ? line : maskSecrets(line);
}

function changeText({ file, before, modeBefore }: FileChange): string {
  const mode =
    modeBefore === undefined ? '' : `mode of ${file.path}: ${octal(modeBefore)} → ${octal(file.mode)}\n`;
  if (before === file.text) return mode;
  const from = before === null ? '/dev/null' : `a/${file.path}`;
  const patch = createTwoFilesPatch(from, `b/${file.path}`, before ?? '', file.text, undefined, undefined, {
    context: 3,
  });
  return mode + patch.replace(/^=+\n/, '');
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
