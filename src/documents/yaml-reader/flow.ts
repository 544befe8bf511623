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
  current,
  enter,
  fail,
  isAtEnd,
  isDocumentMarker,
  leave,
  QUESTION,
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

const COMMA = 0x2c;
const BRACKET = 0x5b;
const BRACE = 0x7b;
const CLOSING_BRACKET = 0x5d;
const CLOSING_BRACE = 0x7d;

const UNCLOSED = 'A bracket or brace that was opened here is not closed.';
const MISSING = 'A bracket, brace, quote, comma or colon is missing.';

export function isFlowCollection(reader: Reader): boolean {
  return current(reader) === BRACKET || current(reader) === BRACE;
}

/** `[…]` or `{…}`. */
export function readFlowCollection(reader: Reader): SyntaxList | SyntaxMap {
  enter(reader);
  const node = current(reader) === BRACKET ? readFlowList(reader) : readFlowMap(reader);
  leave(reader);
  return node;
}

function readFlowList(reader: Reader): SyntaxList {
  const start = reader.position;
  const items: SyntaxNode[] = [];
  reader.position += 1;
  while (!isClosed(reader, start, CLOSING_BRACKET)) {
    const pair = readPair(reader);
    items.push('key' in pair ? mapOf(pair) : pair);
    readComma(reader, CLOSING_BRACKET);
  }
  return { kind: 'list', items, start, end: reader.position };
}

function readFlowMap(reader: Reader): SyntaxMap {
  const start = reader.position;
  const pairs: SyntaxPair[] = [];
  reader.position += 1;
  while (!isClosed(reader, start, CLOSING_BRACE)) {
    const pair = readPair(reader);
    pairs.push('key' in pair ? pair : { key: pair, value: emptyNode(pair.end) });
    readComma(reader, CLOSING_BRACE);
  }
  return { kind: 'map', pairs, start, end: reader.position };
}

/** `[a: b]` is a list with a mapping of one key. */
function mapOf(pair: SyntaxPair): SyntaxMap {
  return { kind: 'map', pairs: [pair], start: pair.key.start, end: Math.max(pair.key.end, pair.value.end) };
}

/** Moves behind the closing bracket when it comes next. */
function isClosed(reader: Reader, start: number, closing: number): boolean {
  skipTrivia(reader, true);
  if (isAtEnd(reader) || isDocumentMarker(reader)) fail(reader, UNCLOSED, start);
  if (current(reader) !== closing) return false;
  reader.position += 1;
  return true;
}

function readComma(reader: Reader, closing: number): void {
  skipTrivia(reader, true);
  const code = current(reader);
  if (code === COMMA) reader.position += 1;
  else if (code !== closing && code !== -1) fail(reader, MISSING);
}

/** One entry: a node alone, or a key and what is behind its colon. */
function readPair(reader: Reader): SyntaxNode | SyntaxPair {
  const isExplicit = current(reader) === QUESTION;
  if (isExplicit) {
    reader.position += 1;
    skipTrivia(reader, true);
  }
  if (current(reader) === COMMA) fail(reader, MISSING);
  const { lineStart } = reader;
  const key = readFlowNode(reader);
  skipTrivia(reader, true);
  if (current(reader) === COLON) {
    if (!isExplicit && lineStart !== reader.lineStart) fail(reader, MISSING, key.end);
    reader.position += 1;
    const at = reader.position;
    skipTrivia(reader, true);
    return { key, value: endsHere(reader) ? emptyNode(at) : readFlowNode(reader) };
  }
  return isExplicit ? { key, value: emptyNode(key.end) } : key;
}

function endsHere(reader: Reader): boolean {
  const code = current(reader);
  return code === COMMA || code === CLOSING_BRACKET || code === CLOSING_BRACE || code === -1;
}

function readFlowNode(reader: Reader): SyntaxNode {
  const properties: Properties = {};
  while (isProperty(reader)) {
    readProperty(reader, properties, true);
    skipTrivia(reader, true);
  }
  if (isAlias(reader)) {
    if (properties.anchor !== undefined || properties.tag !== undefined)
      fail(reader, 'An alias has neither an anchor nor a tag.');
    return readAlias(reader);
  }
  return applyProperties(readFlowContent(reader), properties);
}

function readFlowContent(reader: Reader): SyntaxNode {
  if (endsHere(reader) || current(reader) === COLON) return emptyNode(reader.position);
  if (isDocumentMarker(reader)) fail(reader, MISSING);
  if (isFlowCollection(reader)) return readFlowCollection(reader);
  const character = reader.text[reader.position];
  return character === '"' || character === "'" ? readQuoted(reader) : readPlain(reader, -1, true);
}
