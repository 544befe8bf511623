import { relative, sep } from 'node:path';
import { structuredPatch, type StructuredPatchHunk } from 'diff';
import { maskLines } from '../documents/mask-lines.ts';
import type { MendedFile } from './mend-result.ts';

/** What the diff is coloured with; `report/style.ts` makes one. */
export interface DiffStyle {
  bold(text: string): string;
  red(text: string): string;
  green(text: string): string;
  cyan(text: string): string;
}

const CONTEXT_LINES = 3;

/** Control characters that a terminal would obey; a tab is none of them. */
const CONTROL =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/g;

/** What the log of a workflow obeys, at the begin of a line or anywhere in it. */
const WORKFLOW_COMMAND = /(?<=^ \s*):(?=:)|#(?=#\[)/g;

/**
 * The changes as a unified diff, file by file. Values that may be secrets are dots, also in lines that stay: what is
 * shown is for reading, what is written is not made of it.
 * @param cwd absolute folder that paths are shown relative to
 */
export function unifiedDiff(files: readonly MendedFile[], cwd: string, style: DiffStyle): string {
  return files.map((file) => fileDiff(file, cwd, style)).join('');
}

function fileDiff({ path, text, mode, modeBefore }: MendedFile, cwd: string, style: DiffStyle): string {
  const shown = shownPath(path, cwd);
  const lines: string[] = [];
  if (mode !== undefined && modeBefore !== undefined && mode !== modeBefore)
    lines.push(style.bold(`mode of ${shown}: ${octal(modeBefore)} → ${octal(mode)}`));
  else if (mode !== undefined && modeBefore === undefined)
    lines.push(style.bold(`mode of ${shown}: ${octal(mode)}`));
  if (text) lines.push(...textDiff(shown, text, style));
  return lines.map((line) => `${line}\n`).join('');
}

function textDiff(
  path: string,
  { before, after }: { before: string | null; after: string },
  style: DiffStyle,
): string[] {
  const patch = structuredPatch(path, path, before ?? '', after, undefined, undefined, {
    context: CONTEXT_LINES,
  });
  const [old, now] = [maskLines(before ?? '', path), maskLines(after, path)];
  const from = before === null ? '/dev/null' : `a/${path}`;
  return [
    style.bold(`--- ${from}`),
    style.bold(`+++ b/${path}`),
    ...patch.hunks.flatMap((hunk) => [
      style.cyan(`@@ -${span(hunk.oldStart, hunk.oldLines)} +${span(hunk.newStart, hunk.newLines)} @@`),
      ...shownLines(hunk, old, now).map((line) => coloured(line, style)),
    ]),
  ];
}

/** A part without lines is told by the line before it. */
function span(start: number, lines: number): string {
  return `${lines === 0 ? start - 1 : start},${lines}`;
}

/** Lines of a part of the diff, taken from the masked texts: what is a secret depends on what stands around it. */
function shownLines(
  { lines, oldStart, newStart }: StructuredPatchHunk,
  old: string[],
  now: string[],
): string[] {
  let [oldLine, newLine] = [oldStart - 1, newStart - 1];
  return lines.map((line) => {
    const sign = line.slice(0, 1);
    if (sign === '\\') return line;
    const masked = sign === '+' ? now[newLine] : old[oldLine];
    if (sign !== '+') oldLine += 1;
    if (sign !== '-') newLine += 1;
    return clean(sign + (masked ?? ''));
  });
}

function clean(line: string): string {
  return line.replace(/\r$/, '').replaceAll(CONTROL, '\uFFFD').replaceAll(WORKFLOW_COMMAND, '\uFFFD');
}

function coloured(line: string, style: DiffStyle): string {
  if (line.startsWith('+')) return style.green(line);
  return line.startsWith('-') ? style.red(line) : line;
}

function shownPath(path: string, cwd: string): string {
  const shown = relative(cwd, path).replaceAll(sep, '/');
  return (shown === '' ? path : shown).replaceAll(CONTROL, '\uFFFD').replaceAll(/[\t\n]/g, '\uFFFD');
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
