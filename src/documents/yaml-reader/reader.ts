/** Where the reading of a text stands. */
export interface Reader {
  readonly text: string;
  /** True when there is a tab anywhere, and so perhaps where none may be. */
  readonly hasTabs: boolean;
  position: number;
  /** Offset of the first character of the line that `position` is in. */
  lineStart: number;
  /** How deep the part is that is being read. */
  depth: number;
  /** Handle of tags, such as `!!`, and what it stands for. */
  tagPrefixes: Map<string, string>;
}

const MAX_DEPTH = 100;

/** The text is no YAML. */
export class YamlSyntaxError extends Error {
  readonly start: number;
  readonly end: number;

  constructor(message: string, start: number, end: number = start + 1) {
    super(message);
    this.start = start;
    this.end = end;
  }
}

export function fail(reader: Reader, message: string, start: number = reader.position): never {
  throw new YamlSyntaxError(message, Math.min(start, reader.text.length));
}

/** Before and after reading something that lies in another part: stops a document that is nested without end. */
export function enter(reader: Reader): void {
  if (reader.depth >= MAX_DEPTH) fail(reader, 'The document is nested too deeply.');
  reader.depth += 1;
}

export function leave(reader: Reader): void {
  reader.depth -= 1;
}

export const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
export const SPACE = 0x20;
export const HASH = 0x23;
export const COLON = 0x3a;
export const DASH = 0x2d;
export const QUESTION = 0x3f;

/** Character at an offset; `end` stands for the end of the text. */
export function codeAt(reader: Reader, offset: number): number {
  return offset < reader.text.length ? reader.text.charCodeAt(offset) : -1;
}

export function current(reader: Reader): number {
  return codeAt(reader, reader.position);
}

export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** Behind a line, or behind the text. A carriage return stands only in front of a line feed here. */
export function isBreakOrEnd(code: number): boolean {
  return code === LINE_FEED || code === CARRIAGE_RETURN || code === -1;
}

export function isBlankOrEnd(code: number): boolean {
  return isBlank(code) || isBreakOrEnd(code);
}

export function isAtEnd(reader: Reader): boolean {
  return reader.position >= reader.text.length;
}

export function column(reader: Reader): number {
  return reader.position - reader.lineStart;
}

/** An indicator such as `-`, `?` or `:`, which means itself only in front of white space. */
export function isIndicator(reader: Reader, code: number): boolean {
  return current(reader) === code && isBlankOrEnd(codeAt(reader, reader.position + 1));
}

/** `---` or `...` at the beginning of a line. */
export function isDocumentMarker(reader: Reader): boolean {
  if (reader.position !== reader.lineStart) return false;
  const { text, position } = reader;
  return (
    (text.startsWith('---', position) || text.startsWith('...', position)) &&
    isBlankOrEnd(codeAt(reader, position + 3))
  );
}

const BLANKS = /[ \t]+/y;

export function skipBlanks(reader: Reader): void {
  if (!isBlank(current(reader))) return;
  BLANKS.lastIndex = reader.position;
  BLANKS.test(reader.text);
  reader.position = BLANKS.lastIndex;
}

/** Moves from a line break, or from anywhere in a comment, to the beginning of the next line. */
export function skipLine(reader: Reader): void {
  const end = reader.text.indexOf('\n', reader.position);
  reader.position = end < 0 ? reader.text.length : end + 1;
  reader.lineStart = reader.position;
}

/** Skips line breaks and the white space behind them. @returns how many line breaks */
export function skipBreaks(reader: Reader): number {
  let breaks = 0;
  while (isBreakOrEnd(current(reader)) && !isAtEnd(reader)) {
    skipLine(reader);
    breaks += 1;
    skipBlanks(reader);
  }
  return breaks;
}

/**
 * Skips white space, line breaks and comments.
 * @returns true when it went on to another line
 */
export function skipTrivia(reader: Reader, isFlow: boolean = false): boolean {
  const start = reader.position;
  let isOtherLine = false;
  for (;;) {
    skipBlanks(reader);
    const code = current(reader);
    if (code === HASH && isCommentHere(reader, start)) skipToLineEnd(reader);
    else if (!isBreakOrEnd(code)) break;
    if (isAtEnd(reader)) return isOtherLine;
    skipLine(reader);
    isOtherLine = true;
  }
  if ((isOtherLine || start === reader.lineStart) && !isFlow) checkIndentation(reader);
  return isOtherLine;
}

/** A hash that stands directly behind something is part of it, or an error. */
function isCommentHere(reader: Reader, start: number): boolean {
  const { position, lineStart } = reader;
  return position === lineStart || position > start || isBlank(codeAt(reader, position - 1));
}

function skipToLineEnd(reader: Reader): void {
  const end = reader.text.indexOf('\n', reader.position);
  reader.position = end < 0 ? reader.text.length : end;
}

function checkIndentation(reader: Reader): void {
  const tab = reader.hasTabs ? reader.text.slice(reader.lineStart, reader.position).indexOf('\t') : -1;
  if (tab >= 0)
    fail(reader, 'A tab indents the line; YAML allows only spaces there.', reader.lineStart + tab);
}
