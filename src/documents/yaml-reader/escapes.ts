import { current, fail, isBreakOrEnd, skipBlanks, skipBreaks, skipLine, type Reader } from './reader.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\u0007',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\u001B',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '/': '/',
  '\\': '\\',
  N: '\u0085',
  _: '\u00A0',
  L: '\u2028',
  P: '\u2029',
};

const CODE_LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** Reads what stands behind a backslash in double quotes; a line break there joins two lines, blank ones stay. */
export function readEscape(reader: Reader): string {
  const start = reader.position;
  reader.position += 1;
  if (isBreakOrEnd(current(reader))) {
    skipLine(reader);
    skipBlanks(reader);
    return '\n'.repeat(skipBreaks(reader));
  }
  const letter = reader.text.charAt(reader.position);
  const simple = ESCAPES[letter];
  reader.position += 1;
  if (simple !== undefined) return simple;
  const length = CODE_LENGTHS[letter];
  if (length === undefined) fail(reader, 'There is no such escape; a backslash is written as \\\\.', start);
  const digits = reader.text.slice(reader.position, reader.position + length);
  const code = /^[\da-fA-F]+$/.test(digits) && digits.length === length ? Number.parseInt(digits, 16) : -1;
  if (code < 0 || code > 0x10_ff_ff || (code >= 0xd8_00 && code <= 0xdf_ff))
    fail(reader, 'The escape is no character.', start);
  reader.position += length;
  return String.fromCodePoint(code);
}
