import { readBlockScalar } from './block-scalar.ts';
import { isFlowCollection, readFlowCollection } from './flow.ts';
import {
  applyProperties,
  isAlias,
  isProperty,
  readAlias,
  readProperty,
  type Properties,
} from './properties.ts';
import {
  COLON,
  column,
  current,
  DASH,
  enter,
  fail,
  HASH,
  isAtEnd,
  isBlank,
  codeAt,
  isBreakOrEnd,
  isDocumentMarker,
  isIndicator,
  leave,
  QUESTION,
  skipBlanks,
  skipTrivia,
  type Reader,
} from './reader.ts';
import { readPlain, readQuoted } from './scalars.ts';
import {
  emptyNode,
  type SyntaxList,
  type SyntaxMap,
  type SyntaxNode,
  type SyntaxPair,
} from './syntax-node.ts';

/** Where a node of a block stands. */
interface Place {
  /** Column of what is around it; it stands further to the right. */
  indent: number;
  /** A list or mapping may begin on the line where the node is expected: behind `-` and `?`, at the document's start. */
  isCompact: boolean;
  /** A list may stand as far to the left as the key that it belongs to. */
  mayOutdent: boolean;
}

const TWO_KEYS = 'Two keys stand on one line; a value that contains ": " needs quotes.';
const BAD_INDENT = 'The line is indented differently from the ones that it belongs to.';
const NO_COLON = 'A key must end on its line; perhaps a colon or a quote is missing.';

/** Reads the node that comes next; an empty one when nothing belongs to the place. */
export function readBlockNode(reader: Reader, place: Place): SyntaxNode {
  enter(reader);
  const node = readNode(reader, place);
  leave(reader);
  return node;
}

function readNode(reader: Reader, place: Place): SyntaxNode {
  const empty = emptyNode(reader.position);
  let mayBegin = skipTrivia(reader) || place.isCompact;
  if (isOver(reader, place, empty.start)) return empty;
  // Of a mapping: those before the last line break; those behind it are its first key's.
  const outer: Properties = {};
  let inner: Properties = {};
  let start = reader.position;
  while (isProperty(reader)) {
    readProperty(reader, inner, false);
    empty.start = empty.end = reader.position;
    if (skipTrivia(reader)) {
      join(reader, outer, inner);
      inner = {};
      mayBegin = true;
      start = reader.position;
    }
    if (isOver(reader, place, empty.start)) return applyProperties(empty, join(reader, outer, inner));
  }
  const node = readCollection(reader, start, mayBegin, inner);
  if (node) return applyProperties(node, outer);
  const content = readContent(reader, place.indent, mayBegin, start, inner);
  return applyProperties(
    content,
    content.kind === 'map' && content.start === start ? outer : join(reader, outer, inner),
  );
}

function join(reader: Reader, outer: Properties, inner: Properties): Properties {
  for (const member of ['anchor', 'tag'] as const) {
    const value = inner[member];
    if (value === undefined) continue;
    if (outer[member] !== undefined) fail(reader, `A value can have only one ${member}.`);
    outer[member] = value;
  }
  return outer;
}

/** True when the next line belongs to something around the node. */
function isOver(reader: Reader, place: Place, since: number): boolean {
  if (isAtEnd(reader) || isDocumentMarker(reader)) return true;
  if (reader.lineStart <= since) return false;
  if (column(reader) > place.indent) return false;
  return !(place.mayOutdent && column(reader) === place.indent && isIndicator(reader, DASH));
}

/** A list, or a mapping that begins with an indicator. */
function readCollection(
  reader: Reader,
  start: number,
  mayBegin: boolean,
  properties: Properties,
): SyntaxNode | undefined {
  const isList = isIndicator(reader, DASH);
  if (!isList && !isIndicator(reader, QUESTION) && !isIndicator(reader, COLON)) return undefined;
  if (!mayBegin || Object.keys(properties).length > 0 || start !== reader.position)
    fail(reader, isList ? 'A list begins on a line of its own.' : TWO_KEYS);
  return isList ? readList(reader) : readMap(reader, column(reader), start);
}

/** A scalar, an alias, something in brackets, or a mapping whose first key that is. */
function readContent(
  reader: Reader,
  indent: number,
  mayBegin: boolean,
  start: number,
  properties: Properties,
): SyntaxNode {
  const character = reader.text[reader.position];
  if (character === '|' || character === '>') return readBlockScalar(reader, indent);
  const { lineStart } = reader;
  const node = readInline(reader, indent);
  if (node.kind === 'alias' && Object.keys(properties).length > 0)
    fail(reader, 'An alias has neither an anchor nor a tag.', node.start);
  const isOneLine = lineStart === reader.lineStart;
  if (isColonNext(reader)) {
    if (!mayBegin) fail(reader, TWO_KEYS, node.start);
    if (!isOneLine) fail(reader, NO_COLON, node.start);
    return readMap(reader, start - lineStart, start, applyProperties(node, properties));
  }
  checkLineEnd(reader);
  return node;
}

function readInline(reader: Reader, indent: number): SyntaxNode {
  if (isAlias(reader)) return readAlias(reader);
  if (isFlowCollection(reader)) return readFlowCollection(reader);
  const character = reader.text[reader.position];
  return character === '"' || character === "'" ? readQuoted(reader) : readPlain(reader, indent, false);
}

/** Moves to the colon behind a key when there is one. */
function isColonNext(reader: Reader): boolean {
  const { position } = reader;
  skipBlanks(reader);
  if (isIndicator(reader, COLON)) return true;
  reader.position = position;
  return false;
}

function checkLineEnd(reader: Reader): void {
  const { position } = reader;
  skipBlanks(reader);
  const code = current(reader);
  const isComment = code === HASH && (reader.position > position || isBlank(codeAt(reader, position - 1)));
  if (!isComment && !isBreakOrEnd(code))
    fail(reader, 'Something stands behind the value; perhaps a quote or a comma is missing.');
}

function readList(reader: Reader): SyntaxList {
  const start = reader.position;
  const indent = column(reader);
  const items: SyntaxNode[] = [];
  let end = start;
  do {
    reader.position += 1;
    const item = readBlockNode(reader, { indent, isCompact: true, mayOutdent: false });
    items.push(item);
    end = Math.max(end, item.end);
  } while (isNext(reader, indent) && isIndicator(reader, DASH));
  return { kind: 'list', items, start, end };
}

/** @param first its first key, when that was read already and the colon comes next */
function readMap(reader: Reader, indent: number, start: number, first?: SyntaxNode): SyntaxMap {
  const pairs: SyntaxPair[] = [];
  let key = first;
  let end = start;
  do {
    const pair =
      isIndicator(reader, QUESTION) && !key
        ? readExplicitPair(reader, indent)
        : readPair(reader, indent, key);
    key = undefined;
    pairs.push(pair);
    end = Math.max(end, pair.key.end, pair.value.end);
  } while (isNext(reader, indent));
  return { kind: 'map', pairs, start, end };
}

/** True when another item or key follows in the same column. */
function isNext(reader: Reader, indent: number): boolean {
  skipTrivia(reader);
  if (isAtEnd(reader) || isDocumentMarker(reader) || column(reader) < indent) return false;
  if (column(reader) > indent) fail(reader, BAD_INDENT);
  return true;
}

function readPair(reader: Reader, indent: number, first: SyntaxNode | undefined): SyntaxPair {
  const key = first ?? readKey(reader);
  reader.position += 1;
  const value = readBlockNode(reader, { indent, isCompact: false, mayOutdent: true });
  return { key, value };
}

function readExplicitPair(reader: Reader, indent: number): SyntaxPair {
  const place = { indent, isCompact: true, mayOutdent: true };
  reader.position += 1;
  const key = readBlockNode(reader, place);
  skipTrivia(reader);
  if (column(reader) !== indent || !isIndicator(reader, COLON)) return { key, value: emptyNode(key.end) };
  reader.position += 1;
  return { key, value: readBlockNode(reader, place) };
}

/** A key on one line; the colon behind it comes next. */
function readKey(reader: Reader): SyntaxNode {
  const start = reader.position;
  if (isIndicator(reader, COLON)) return emptyNode(start);
  if (isIndicator(reader, DASH)) fail(reader, 'An item of a list stands where a key is expected.');
  const properties: Properties = {};
  while (isProperty(reader)) {
    readProperty(reader, properties, false);
    skipBlanks(reader);
  }
  const { lineStart } = reader;
  const node = isIndicator(reader, COLON) ? emptyNode(reader.position) : readInline(reader, column(reader));
  if (lineStart !== reader.lineStart || !isColonNext(reader)) fail(reader, NO_COLON, start);
  return applyProperties(node, properties);
}
