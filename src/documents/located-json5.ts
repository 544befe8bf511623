import type { SourcePosition } from '../errors/app-error.ts';
import {
  Json5SyntaxError,
  scanIdentifier,
  scanNumber,
  scanString,
  skipTrivia,
  type Scanned,
} from './json5-scanner.ts';
import type { DocumentPath, LocatedNode, LocatedScalar, Origin } from './located.ts';
import { createSourceText, type SourceText } from './source-text.ts';
import type { TextRange } from './text-edit.ts';
import { withoutMarks } from './unknown-variable.ts';

/** One JSON5 document: its data with the places where they stand. */
export interface LocatedJson5 {
  source: SourceText;
  /** Null when the text is not JSON5. */
  root: LocatedNode | null;
  /** Syntax errors, keys that stand twice, and keys that no document of this kind may have. */
  problems: { message: string; position: SourcePosition }[];
}

/** OpenClaw's own documents have about ten levels. */
const maxDepth = 100;
/** OpenClaw itself reads included files of at most 2 MiB. */
const maxLength = 4 * 1024 * 1024;
const maxProblems = 20;
const words: Record<string, LocatedScalar['value']> = { true: true, false: false, null: null };

/**
 * Reads JSON5, and with it JSON. Never throws for bad input: what is wrong is in `problems`. A key that stands twice has
 * its last value, as OpenClaw reads it; `__proto__` is left out.
 */
export function parseLocatedJson5(text: string, file: string): LocatedJson5 {
  const source = createSourceText(text, file);
  const problems: LocatedJson5['problems'] = [];
  const report: Reading['report'] = (message, start, end) => {
    if (problems.length < maxProblems) problems.push({ message, position: source.positionAt(start, end) });
  };
  if (text.length > maxLength) {
    report('The document is larger than 4 MiB.', 0);
    return { source, root: null, problems };
  }
  try {
    const root = parseDocument({ text, file, report });
    return { source, root, problems };
  } catch (error) {
    if (!(error instanceof Json5SyntaxError)) throw error;
    report(error.message, error.offset);
    return { source, root: null, problems };
  }
}

interface Reading {
  text: string;
  file: string;
  report(message: string, start: number, end?: number): void;
}

function parseDocument(reading: Reading): LocatedNode {
  const { value, end } = parseValue(reading, skipTrivia(reading.text, 0), []);
  const rest = skipTrivia(reading.text, end);
  if (rest < reading.text.length) fail(reading, rest, 'the end of the document');
  return value;
}

function parseValue(
  reading: Reading,
  start: number,
  path: DocumentPath,
  key?: TextRange,
): Scanned<LocatedNode> {
  if (path.length > maxDepth)
    throw new Json5SyntaxError(`The document is nested deeper than ${maxDepth} levels.`, start);
  const letter = reading.text[start];
  if (letter === '{') return parseMap(reading, start, path, key);
  if (letter === '[') return parseList(reading, start, path, key);
  const { value, end, inset } = parseScalar(reading, start);
  const origin = originOf(reading, { start, end }, path, key);
  return {
    value: { kind: 'scalar', value, source: reading.text.slice(start + inset, end - inset), origin },
    end,
  };
}

/** @returns `inset` = length of the quotes on either side */
function parseScalar(reading: Reading, start: number): Scanned<LocatedScalar['value']> & { inset: number } {
  const letter = reading.text[start];
  if (letter === '"' || letter === "'") {
    const scanned = scanString(reading.text, start);
    return { value: withoutMarks(scanned.value), end: scanned.end, inset: 1 };
  }
  const scanned = scanNumber(reading.text, start) ?? scanWord(reading, start);
  const next = reading.text[scanned.end] ?? '';
  if (next !== ',' && next !== '\n' && /[\p{L}\p{N}$_.+-]/u.test(next))
    fail(reading, scanned.end, 'the end of the value');
  return { ...scanned, inset: 0 };
}

function scanWord(reading: Reading, start: number): Scanned<LocatedScalar['value']> {
  const word = scanIdentifier(reading.text, start);
  if (word === undefined || !Object.hasOwn(words, word.value)) fail(reading, start, 'a value');
  return { value: words[word.value] ?? null, end: word.end };
}

function parseMap(
  reading: Reading,
  start: number,
  path: DocumentPath,
  key?: TextRange,
): Scanned<LocatedNode> {
  const entries = new Map<string, LocatedNode>();
  let at = skipTrivia(reading.text, start + 1);
  while (reading.text[at] !== '}') {
    const name = parseKey(reading, at);
    const range = { start: at, end: name.end };
    const colon = skipTrivia(reading.text, name.end);
    if (reading.text[colon] !== ':') fail(reading, colon, '":" behind the key');
    const entry = parseValue(reading, skipTrivia(reading.text, colon + 1), [...path, name.value], range);
    addEntry(reading, entries, name.value, entry.value, range);
    at = behindItem(reading, entry.end, '}');
  }
  return {
    value: { kind: 'map', entries, origin: originOf(reading, { start, end: at + 1 }, path, key) },
    end: at + 1,
  };
}

function addEntry(
  reading: Reading,
  entries: Map<string, LocatedNode>,
  name: string,
  node: LocatedNode,
  key: TextRange,
): void {
  if (name === '__proto__') {
    reading.report('The key __proto__ is not allowed.', key.start, key.end);
    return;
  }
  if (entries.has(name))
    reading.report(`The key "${name}" stands here for the second time.`, key.start, key.end);
  entries.set(name, node);
}

function parseKey(reading: Reading, start: number): Scanned<string> {
  const letter = reading.text[start];
  const name =
    letter === '"' || letter === "'" ? scanString(reading.text, start) : scanIdentifier(reading.text, start);
  if (name === undefined) fail(reading, start, 'a key or "}"');
  return { value: withoutMarks(name.value), end: name.end };
}

function parseList(
  reading: Reading,
  start: number,
  path: DocumentPath,
  key?: TextRange,
): Scanned<LocatedNode> {
  const items: LocatedNode[] = [];
  let at = skipTrivia(reading.text, start + 1);
  while (reading.text[at] !== ']') {
    const item = parseValue(reading, at, [...path, items.length]);
    items.push(item.value);
    at = behindItem(reading, item.end, ']');
  }
  return {
    value: { kind: 'list', items, origin: originOf(reading, { start, end: at + 1 }, path, key) },
    end: at + 1,
  };
}

/** Offset of the next item, or of the closing bracket. */
function behindItem(reading: Reading, end: number, closing: string): number {
  const at = skipTrivia(reading.text, end);
  if (reading.text[at] === ',') return skipTrivia(reading.text, at + 1);
  if (reading.text[at] !== closing) fail(reading, at, `"," or "${closing}"`);
  return at;
}

function originOf(reading: Reading, range: TextRange, path: DocumentPath, key?: TextRange): Origin {
  const { file } = reading;
  return key === undefined ? { file, range, path } : { file, range, key, path };
}

/** Says what was expected and never what is there, which may be part of a secret. */
function fail(reading: Reading, offset: number, expected: string): never {
  throw new Json5SyntaxError(
    offset >= reading.text.length
      ? `The document ends where ${expected} was expected.`
      : `Here ${expected} was expected.`,
    offset,
  );
}
