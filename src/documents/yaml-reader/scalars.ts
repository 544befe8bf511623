import {
  codeAt,
  COLON,
  column,
  current,
  fail,
  HASH,
  isAtEnd,
  isBlank,
  isBlankOrEnd,
  isBreakOrEnd,
  isDocumentMarker,
  skipBreaks,
  type Reader,
} from './reader.ts';
import { readEscape } from './escapes.ts';
import type { SyntaxScalar } from './syntax-node.ts';

/** Characters that a plain scalar cannot begin with. */
const NOT_PLAIN = ',[]{}#&*!|>\'"%@`';

/** A text without quotes, which may go on in the following lines as long as they are indented more than `indent`. */
export function readPlain(reader: Reader, indent: number, isFlow: boolean): SyntaxScalar {
  const start = reader.position;
  checkPlainStart(reader, isFlow);
  let end = readPlainLine(reader, isFlow);
  let text = reader.text.slice(start, end);
  for (;;) {
    const { position, lineStart } = reader;
    if (!isBreakOrEnd(current(reader)) || isAtEnd(reader)) break;
    const breaks = skipBreaks(reader);
    const from = reader.position;
    if (!isContinued(reader, indent, isFlow) || (end = readPlainLine(reader, isFlow)) === from) {
      // What follows belongs to somebody else, its line break included.
      reader.position = position;
      reader.lineStart = lineStart;
      break;
    }
    text += folded(breaks) + reader.text.slice(from, end);
  }
  return { kind: 'scalar', text, isPlain: true, start, end: endOfText(reader, start) };
}

/** Where the text ends before the white space that `reader.position` may be behind. */
function endOfText(reader: Reader, start: number): number {
  let end = reader.position;
  while (end > start && isBlank(codeAt(reader, end - 1))) end -= 1;
  return end;
}

function checkPlainStart(reader: Reader, isFlow: boolean): void {
  const code = current(reader);
  const character = reader.text.charAt(reader.position);
  const isLone = isBlankOrEnd(codeAt(reader, reader.position + 1));
  const isBad =
    NOT_PLAIN.includes(character) ||
    (character === '-' && isLone) ||
    ((code === COLON || character === '?') && (isFlow || isLone));
  if (isBad) fail(reader, `A value cannot begin with ${character}; a text that does needs quotes.`);
}

function isContinued(reader: Reader, indent: number, isFlow: boolean): boolean {
  if (isAtEnd(reader) || current(reader) === HASH) return false;
  if (!isFlow && column(reader) <= indent) return false;
  return column(reader) > 0 || !isDocumentMarker(reader);
}

/** What may end a line of a plain scalar. Searched for natively: this is where most of a document is read. */
const STOP = /[:#\r\n]/g;
const FLOW_STOP = /[:#\r\n,?[\]{}]/g;

/** Moves to the end of the scalar or of its line. @returns the end without trailing white space */
function readPlainLine(reader: Reader, isFlow: boolean): number {
  const start = reader.position;
  const pattern = isFlow ? FLOW_STOP : STOP;
  pattern.lastIndex = start;
  let offset = reader.text.length;
  while (pattern.test(reader.text))
    if (isStop(reader, pattern.lastIndex - 1, start)) {
      offset = pattern.lastIndex - 1;
      break;
    }
  reader.position = offset;
  let end = offset;
  while (end > start && isBlank(codeAt(reader, end - 1))) end -= 1;
  return end;
}

/** A colon ends a scalar in front of white space, a hash behind it. */
function isStop(reader: Reader, offset: number, start: number): boolean {
  const code = codeAt(reader, offset);
  if (code === COLON) return isBlankOrEnd(codeAt(reader, offset + 1));
  return code !== HASH || (offset > start && isBlank(codeAt(reader, offset - 1)));
}

/** One line break is a space; of more, all but one are kept. */
function folded(breaks: number): string {
  return breaks === 1 ? ' ' : '\n'.repeat(breaks - 1);
}

/** A text in quotes. */
export function readQuoted(reader: Reader): SyntaxScalar {
  const start = reader.position;
  const quote = reader.text.charAt(start);
  reader.position += 1;
  let text = '';
  for (;;) {
    const from = reader.position;
    const to = endOfPiece(reader, quote);
    const piece = reader.text.slice(from, to);
    reader.position = to;
    const code = current(reader);
    if (code === -1) fail(reader, 'A quote is not closed.', start);
    if (isBreakOrEnd(code)) {
      text += trimBlanks(piece) + folded(skipBreaks(reader));
      if (isDocumentMarker(reader)) fail(reader, 'A quote is not closed.', start);
      continue;
    }
    text += piece;
    if (reader.text[to] === '\\') {
      text += readEscape(reader);
    } else if (quote === "'" && reader.text[to + 1] === "'") {
      text += "'";
      reader.position += 2;
    } else {
      reader.position += 1;
      return { kind: 'scalar', text, isPlain: false, start, end: reader.position };
    }
  }
}

function endOfPiece(reader: Reader, quote: string): number {
  const pattern = quote === '"' ? /[^"\\\r\n]*/y : /[^'\r\n]*/y;
  pattern.lastIndex = reader.position;
  return reader.position + (pattern.exec(reader.text)?.[0].length ?? 0);
}

function trimBlanks(text: string): string {
  let end = text.length;
  while (end > 0 && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
