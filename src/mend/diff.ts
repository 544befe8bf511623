import { relative, sep } from 'node:path';
import { structuredPatch } from 'diff';
import { maskSecrets } from '../documents/mask-secrets.ts';
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

/** A value that only names where the secret comes from. */
const REFERENCE = /[:=]\s*["']?(?:\$\{?\w+(?::?\?[^}]*)?\}?|\/run\/secrets\/[\w.-]+)["']?,?\s*(?:#.*)?$/;

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
  const from = before === null ? '/dev/null' : `a/${path}`;
  return [
    style.bold(`--- ${from}`),
    style.bold(`+++ b/${path}`),
    ...patch.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
      style.cyan(`@@ -${span(oldStart, oldLines)} +${span(newStart, newLines)} @@`),
      ...lines.map((line) => coloured(shownLine(line), style)),
    ]),
  ];
}

/** A part without lines is told by the line before it. */
function span(start: number, lines: number): string {
  return `${lines === 0 ? start - 1 : start},${lines}`;
}

/** A key that only opens an object or a list has no value of its own to hide. */
function shownLine(line: string): string {
  const clean = line.replace(/\r$/, '').replaceAll(CONTROL, '\uFFFD').replaceAll(WORKFLOW_COMMAND, '\uFFFD');
  const isHarmless = /[:=]\s*[{[]$/.test(clean) || REFERENCE.test(clean);
  return isHarmless ? clean : clean.slice(0, 1) + maskSecrets(clean.slice(1));
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
