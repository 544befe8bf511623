import { commentEnd, skipTrivia } from './json5-scanner.ts';
import { styleOf, writeKey, writeValue, type Json5Style, type JsonValue } from './json5-style.ts';
import type { LocatedJson5 } from './located-json5.ts';
import {
  nearestNode,
  nodeAt,
  plainOf,
  type DocumentPath,
  type LocatedList,
  type LocatedMap,
  type LocatedNode,
} from './located.ts';
import type { TextEdit } from './text-edit.ts';

type Collection = LocatedMap | LocatedList;

/**
 * Edits that give the part at `path` this value, and make its parents where they are not there. A part in the way that
 * can hold no other (a text where a map is needed) is replaced.
 * @throws RangeError for a document without a map or list at its root
 */
export function setIn(document: LocatedJson5, path: DocumentPath, value: JsonValue): TextEdit[] {
  const { text } = document.source;
  const root = rootOf(document);
  const style = styleOf(text, root);
  const { node, depth } = nearestNode(root, path);
  if (depth === path.length) return replace(text, root, node, value, style);
  const rest = path.slice(depth);
  const [step, ...below] = rest;
  const inner = nested(below, value);
  if (node.kind === 'map') return insert(text, root, node, { key: String(step), value: inner }, style);
  if (node.kind === 'list') return insert(text, root, node, { value: inner }, style);
  return replace(text, root, node, nested(rest, value), style);
}

/** Edits that add an item to the list at `path`, unless it holds it already; the list is made where there is none. */
export function addTo(document: LocatedJson5, path: DocumentPath, value: JsonValue): TextEdit[] {
  const root = rootOf(document);
  const list = nodeAt(root, path);
  if (list?.kind !== 'list') return setIn(document, path, [value]);
  const wanted = JSON.stringify(value);
  if (list.items.some((item) => JSON.stringify(plainOf(item)) === wanted)) return [];
  return insert(document.source.text, root, list, { value }, styleOf(document.source.text, root));
}

/**
 * Edits that remove the part at `path` with its key and comma, and the parents that would be left with nothing in them,
 * not even a comment; the root stays. Nothing when there is no such part.
 */
export function removeIn(document: LocatedJson5, path: DocumentPath): TextEdit[] {
  const { text } = document.source;
  const root = rootOf(document);
  const node = nodeAt(root, path);
  const parent = nodeAt(root, path.slice(0, -1));
  if (!node || !parent || parent.kind === 'scalar' || path.length === 0) return [];
  if (path.length > 1 && isAllOf(text, parent, node)) return removeIn(document, path.slice(0, -1));
  return removeEntry(text, parent, node);
}

function rootOf(document: LocatedJson5): Collection {
  if (document.root === null || document.root.kind === 'scalar')
    throw new RangeError('the document has no map or list at its root');
  return document.root;
}

/** The value below keys that do not exist yet. */
function nested(path: DocumentPath, value: JsonValue): JsonValue {
  return path.reduceRight<JsonValue>(
    (inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }),
    value,
  );
}

function replace(
  text: string,
  root: Collection,
  node: LocatedNode,
  value: JsonValue,
  style: Json5Style,
): TextEdit[] {
  if (JSON.stringify(plainOf(node)) === JSON.stringify(value)) return [];
  const { start, end } = node.origin.range;
  const isOnOneLine = !hasLines(text, node.kind === 'scalar' ? root : node);
  const margin = isOnOneLine ? undefined : marginAt(text, start);
  return [{ start, end, text: writeValue(value, style, margin) }];
}

interface Addition {
  /** Absent for an item of a list. */
  key?: string;
  value: JsonValue;
}

function insert(
  text: string,
  root: Collection,
  into: Collection,
  addition: Addition,
  style: Json5Style,
): TextEdit[] {
  const { start, end } = into.origin.range;
  const last = childrenOf(into).at(-1);
  const written = (margin: string | undefined): string =>
    (addition.key === undefined ? '' : `${writeKey(addition.key, style)}: `) +
    writeValue(addition.value, style, margin);
  if (last !== undefined) return insertBehind(text, into, last, written, style);
  if (text.slice(start + 1, end - 1).trim() !== '') {
    // Only comments: what is added comes before them.
    const gap = /\s/.test(text[start + 1] ?? '') ? '' : ' ';
    return [{ start: start + 1, end: start + 1, text: ` ${written(undefined)}${gap}` }];
  }
  if (into !== root && !hasLines(text, root)) {
    const [open, close] = into.kind === 'map' ? ['{ ', ' }'] : ['[', ']'];
    return [{ start, end, text: open + written(undefined) + close }];
  }
  const margin = marginAt(text, start);
  const inner = margin + style.indent;
  const body = `${style.lineEnd}${inner}${written(inner)}${style.lineEnd}${margin}`;
  return [{ start: start + 1, end: end - 1, text: body }];
}

/** Behind the last entry: on a line of its own where the others are, and with the comma that they have. */
function insertBehind(
  text: string,
  into: Collection,
  last: LocatedNode,
  written: (margin: string | undefined) => string,
  style: Json5Style,
): TextEdit[] {
  const behind = last.origin.range.end;
  const comma = commaBehind(text, behind);
  const begin = entryStart(last);
  const isOwnLine = /^[ \t]*$/.test(text.slice(lineStartOf(text, begin), begin));
  if (!isOwnLine || lineStartOf(text, begin) <= into.origin.range.start) {
    const at = comma === undefined ? behind : comma + 1;
    const line = written(undefined);
    return [{ start: at, end: at, text: comma === undefined ? `, ${line}` : ` ${line},` }];
  }
  const margin = marginAt(text, begin);
  const at = endOfLineBehind(text, comma === undefined ? behind : comma + 1);
  const entry = style.lineEnd + margin + written(margin);
  if (comma !== undefined) return [{ start: at, end: at, text: `${entry},` }];
  if (at === behind) return [{ start: at, end: at, text: `,${entry}` }];
  return [
    { start: behind, end: behind, text: ',' },
    { start: at, end: at, text: entry },
  ];
}

/** Where the comments end that stand on the same line behind an entry. */
function endOfLineBehind(text: string, offset: number): number {
  let end = offset;
  let at = offset;
  for (;;) {
    while (text[at] === ' ' || text[at] === '\t') at += 1;
    const comment = commentEnd(text, at);
    if (comment === undefined) return end;
    end = comment;
    // What follows a comment of several lines belongs to a later line.
    if (text.slice(at, comment).includes('\n')) return end;
    at = comment;
  }
}

function removeEntry(text: string, parent: Collection, node: LocatedNode): TextEdit[] {
  const start = entryStart(node);
  const comma = commaBehind(text, node.origin.range.end);
  const children = childrenOf(parent);
  const before = children[children.indexOf(node) - 1];
  const edits: TextEdit[] = [];
  const previousComma = before && commaBehind(text, before.origin.range.end);
  if (comma === undefined && previousComma !== undefined)
    edits.push({ start: previousComma, end: previousComma + 1, text: '' });
  const valueEnd = node.origin.range.end;
  // A comment between the value and its comma stays.
  if (comma !== undefined && text.slice(valueEnd, comma).trim() !== '') {
    edits.push({ start, end: valueEnd, text: '' }, { start: comma, end: comma + 1, text: '' });
    return edits;
  }
  edits.push({ ...wholeLine(text, start, comma === undefined ? valueEnd : comma + 1), text: '' });
  return edits;
}

/** The range with the white space around it, and with the line end when nothing else stands on its lines. */
function wholeLine(text: string, start: number, end: number): { start: number; end: number } {
  const lineStart = lineStartOf(text, start);
  let behind = end;
  while (text[behind] === ' ' || text[behind] === '\t') behind += 1;
  const isAlone = text.slice(lineStart, start).trim() === '';
  const lineEnd = /^\r?\n/.exec(text.slice(behind, behind + 2))?.[0];
  if (isAlone && lineEnd !== undefined && lineStart > 0)
    return { start: lineStart, end: behind + lineEnd.length };
  if (isAlone) return { start, end: behind };
  const closes = text[behind] === '}' || text[behind] === ']' || lineEnd !== undefined;
  return closes
    ? { start: start - trailingSpace(text.slice(lineStart, start)), end }
    : { start, end: behind };
}

function hasLines(text: string, { origin }: LocatedNode): boolean {
  return text.slice(origin.range.start, origin.range.end).includes('\n');
}

function trailingSpace(line: string): number {
  return line.length - line.trimEnd().length;
}

/** True when a collection holds nothing but this one part: no other and no comment. */
function isAllOf(text: string, parent: Collection, node: LocatedNode): boolean {
  const { start, end } = parent.origin.range;
  const around = text.slice(start + 1, entryStart(node)) + text.slice(node.origin.range.end, end - 1);
  return childrenOf(parent).length === 1 && /^[\s,]*$/.test(around);
}

function childrenOf(node: Collection): LocatedNode[] {
  if (node.kind === 'list') return node.items;
  // A key that stands twice keeps the place of its first value, but has that of its last.
  return [...node.entries.values()].toSorted((a, b) => a.origin.range.start - b.origin.range.start);
}

function entryStart(node: LocatedNode): number {
  return node.origin.key?.start ?? node.origin.range.start;
}

function commaBehind(text: string, offset: number): number | undefined {
  const at = skipTrivia(text, offset);
  return text[at] === ',' ? at : undefined;
}

function lineStartOf(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** White space at the beginning of the line of an offset. */
function marginAt(text: string, offset: number): string {
  const start = lineStartOf(text, offset);
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}
