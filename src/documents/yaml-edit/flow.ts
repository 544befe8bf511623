import type { TextEdit } from '../text-edit.ts';
import { isFirstOnLine } from './places.ts';
import { columnOf, lineEndOf } from './style.ts';
import type { YamlPart, YamlTree } from './tree.ts';

/** Adds an item, already written, to a list in brackets or a map in braces. */
export function insertIntoFlow(tree: YamlTree, part: YamlPart, item: string): TextEdit[] {
  const { text } = tree;
  const last = part.entries.at(-1);
  if (!last) {
    const [start, end] = [part.contentStart + 1, part.end - 1];
    if (text.slice(start, end).trim() !== '') return [{ start, end: start, text: item }];
    return [{ start, end, text: part.kind === 'map' ? ` ${item} ` : item }];
  }
  const comma = commaBehind(tree, last.end, part.end);
  const closing = lineEndOf(text, last.end) < part.end - 1;
  // Older readers take "key:," for a text.
  const gap = text[last.end - 1] === ':' ? ' ' : '';
  if (!isFirstOnLine(text, last.start) || !text.slice(part.contentStart, last.start).includes('\n')) {
    if (comma === undefined) return [{ start: last.end, end: last.end, text: `${gap}, ${item}` }];
    return [{ start: comma + 1, end: comma + 1, text: ` ${item},` }];
  }
  const line = tree.style.lineBreak + ' '.repeat(columnOf(text, last.start)) + item;
  if (!closing) {
    if (comma === undefined) return [{ start: last.end, end: last.end, text: `${gap},${line}` }];
    return [{ start: comma + 1, end: comma + 1, text: `${line},` }];
  }
  const end = lineEndOf(text, Math.max(last.end, comma ?? 0));
  if (comma !== undefined) return [{ start: end, end, text: `${line},` }];
  return [
    { start: last.end, end: last.end, text: `${gap},` },
    { start: end, end, text: line },
  ];
}

/** Removes one of the items of a list in brackets or a map in braces; comments stay. */
export function removeFromFlow(tree: YamlTree, part: YamlPart, index: number): TextEdit[] {
  const entry = part.entries[index];
  if (!entry) return [];
  const next = part.entries[index + 1];
  const previous = part.entries[index - 1];
  if (next && !hasComment(tree, entry.start, next.start))
    return [{ start: entry.start, end: next.start, text: '' }];
  if (!next && previous && !hasComment(tree, previous.end, entry.end))
    return [{ start: previous.end, end: entry.end, text: tree.text[previous.end - 1] === ':' ? ' ' : '' }];
  const comma = commaBehind(tree, entry.end, part.end);
  const edits: TextEdit[] = [{ start: entry.start, end: entry.end, text: '' }];
  if (comma !== undefined) edits.push({ start: comma, end: comma + 1, text: '' });
  return edits;
}

function hasComment(tree: YamlTree, start: number, end: number): boolean {
  return tree.comments.some((comment) => comment.start >= start && comment.start < end);
}

/** The comma behind an item, if any, comments skipped. */
function commaBehind(tree: YamlTree, from: number, end: number): number | undefined {
  for (let at = from; at < end - 1; at += 1) {
    const comment = tree.comments.find((range) => range.start === at);
    if (comment) at = comment.end;
    if (tree.text[at] === ',') return at;
    if (tree.text.slice(at, at + 1).trim() !== '') return undefined;
  }
  return undefined;
}
