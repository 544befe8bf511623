import type { TextEdit } from '../text-edit.ts';
import { lineEndOf, lineStartOf } from './style.ts';
import type { YamlTree } from './tree.ts';

/**
 * Inserts lines below the content that ends at `end`: behind the comment on its line, and behind the comment lines
 * that follow at once and stand further right than `column`, since they belong to it.
 */
export function insertBelow(tree: YamlTree, end: number, column: number, lines: readonly string[]): TextEdit {
  const { text } = tree;
  const { lineBreak } = tree.style;
  const block = lines.map((line) => ' '.repeat(column) + line).join(lineBreak);
  // Content that takes its line end along: a block scalar with `+`.
  if (end > 0 && text[end - 1] === '\n') return { start: end, end, text: block + lineBreak };
  const at = behindComments(text, lineEndOf(text, end), column);
  return { start: at, end: at, text: lineBreak + block };
}

function behindComments(text: string, lineEnd: number, column: number): number {
  let end = lineEnd;
  for (;;) {
    const lineBreak = text.indexOf('\n', end);
    if (lineBreak < 0) return end;
    const comment = /^[ \t]*(?=#)/.exec(text.slice(lineBreak + 1, lineEndOf(text, lineBreak + 1)));
    if (!comment || comment[0].length <= column) return end;
    end = lineEndOf(text, lineBreak + 1);
  }
}

/** Removes what is written in a range, and the lines that become empty; every comment stays on its line. */
export function eraseLines(tree: YamlTree, start: number, end: number): TextEdit[] {
  const { text, comments } = tree;
  const edits: TextEdit[] = [];
  let position = start;
  while (position < end) {
    const lineStart = lineStartOf(text, position);
    const lineEnd = lineEndOf(text, position);
    const from = position;
    const to = Math.min(lineEnd, end);
    const comment = comments.find((range) => range.start >= from && range.start <= lineEnd);
    const nextLine = text.indexOf('\n', lineEnd) + 1 || text.length;
    edits.push(eraseOnLine(text, { lineStart, lineEnd, nextLine, from, to }, comment?.start));
    position = nextLine;
  }
  return withoutLastLineBreak(text, joined(edits));
}

interface LinePart {
  lineStart: number;
  lineEnd: number;
  nextLine: number;
  from: number;
  to: number;
}

function eraseOnLine(text: string, line: LinePart, commentStart: number | undefined): TextEdit {
  const { lineStart, lineEnd, nextLine, from, to } = line;
  const isBlankBefore = text.slice(lineStart, from).trim() === '';
  if (commentStart !== undefined) return eraseUpTo(text, line, commentStart, isBlankBefore);
  const isBlankBehind = text.slice(to, lineEnd).trim() === '';
  if (!isBlankBehind) return { start: from, end: to, text: '' };
  if (isBlankBefore) return { start: lineStart, end: nextLine, text: '' };
  const spaces = /[ \t]*$/.exec(text.slice(lineStart, from))?.[0].length ?? 0;
  return { start: from - spaces, end: lineEnd, text: '' };
}

/** Leaves the comment: where it is alone on its line with the indent of that line, behind other words with a space. */
function eraseUpTo(text: string, line: LinePart, commentStart: number, isBlankBefore: boolean): TextEdit {
  const { lineStart, lineEnd, from } = line;
  const indent = /^[ \t]*/.exec(text.slice(lineStart, lineEnd))?.[0].length ?? 0;
  const start = isBlankBefore ? Math.max(from, lineStart + indent) : from;
  const hasSpace = start === lineStart || /[ \t]/.test(text[start - 1] ?? ' ');
  return { start, end: Math.max(start, hasSpace ? commentStart : commentStart - 1), text: '' };
}

function joined(edits: readonly TextEdit[]): TextEdit[] {
  const result: TextEdit[] = [];
  for (const edit of edits) {
    const last = result.at(-1);
    if (last && last.end >= edit.start) last.end = Math.max(last.end, edit.end);
    else if (edit.end > edit.start) result.push({ ...edit });
  }
  return result;
}

/** A file that had no line break at its end gets none when its last line goes. */
function withoutLastLineBreak(text: string, edits: TextEdit[]): TextEdit[] {
  const last = edits.at(-1);
  if (!last || last.end !== text.length || text.endsWith('\n') || last.start === 0) return edits;
  if (text[last.start - 1] !== '\n') return edits;
  const start = last.start - (text[last.start - 2] === '\r' ? 2 : 1);
  return [...edits.slice(0, -1), { ...last, start }];
}

/** True when only white space stands before an offset on its line. */
export function isFirstOnLine(text: string, offset: number): boolean {
  return text.slice(lineStartOf(text, offset), offset).replace('\uFEFF', '').trim() === '';
}
