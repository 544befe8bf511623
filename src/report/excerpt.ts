import type { SourcePosition } from '../errors/app-error.ts';
import { printable } from './printable.ts';
import { createStyle, type Style } from './style.ts';
import { textWidth, truncate } from './width.ts';

export interface ExcerptOptions {
  /** Columns of the terminal; a longer line is cut around the marked part. 120 when absent. */
  columns?: number;
  /** Colours of the place, the margin and the marker; none when absent. */
  style?: Style;
}

const TAB = '    ';
const DEFAULT_COLUMNS = 120;
const MINIMUM_ROOM = 10;

/** No more text than this is looked at for each column, so that a huge line costs nothing. */
const UNITS_A_COLUMN = 8;

const INDENT = '  ';

/**
 * Lines that show a position: "file:line:column", then the line itself with a caret under each marked column. Tabs become spaces,
 * wide characters count twice, control characters are shown as �.
 */
export function renderExcerpt(position: SourcePosition, options: ExcerptOptions = {}): string[] {
  const style = options.style ?? createStyle(false);
  const place = `${INDENT}${style.cyan(`${shown(position.file)}:${position.line}:${position.column}`)}`;
  if (position.excerpt === undefined) return [place];
  const number = String(position.line);
  const margin = ' '.repeat(number.length);
  const room = Math.max(
    MINIMUM_ROOM,
    (options.columns ?? DEFAULT_COLUMNS) - INDENT.length - number.length - 3,
  );
  const { line, indent, marks } = markedLine(position, position.excerpt, room);
  return [
    place,
    `${INDENT}${style.dim(`${number} |`)} ${line}`.trimEnd(),
    `${INDENT}${style.dim(`${margin} |`)} ${' '.repeat(indent)}${style.red('^'.repeat(marks))}`,
  ];
}

function markedLine(
  position: SourcePosition,
  excerpt: string,
  room: number,
): { line: string; indent: number; marks: number } {
  const start = position.column - 1;
  const end = start + Math.max(1, position.length ?? 1);
  const units = room * UNITS_A_COLUMN + 1;
  const before = shown(excerpt.slice(Math.max(0, start - units), start));
  const marked = shown(excerpt.slice(start, Math.min(end, start + units)));
  const after = shown(excerpt.slice(end, end + units));
  const shownMarked = cutEnd(marked, Math.max(1, room - Math.min(textWidth(before), Math.floor(room / 2))));
  const marks = Math.max(1, textWidth(shownMarked));
  const shownBefore = cutStart(before, Math.max(0, room - marks));
  const shownAfter = cutEnd(after, Math.max(0, room - marks - textWidth(shownBefore)));
  return { line: shownBefore + shownMarked + shownAfter, indent: textWidth(shownBefore), marks };
}

function shown(text: string): string {
  return printable(text.replaceAll('\t', TAB));
}

function cutEnd(text: string, room: number): string {
  return truncate(text.slice(0, room * UNITS_A_COLUMN + 1), room);
}

/** Like cutEnd for the end of a text: "…the end". */
function cutStart(text: string, room: number): string {
  const tail = text.slice(-(room * UNITS_A_COLUMN + 1));
  if (tail.length === text.length && textWidth(text) <= room) return text;
  let kept = '';
  for (const character of [...tail].toReversed()) {
    if (textWidth(character + kept) > room - 1) break;
    kept = character + kept;
  }
  return room < 1 ? '' : `…${kept}`;
}
