import type { SourcePosition } from '../errors/app-error.ts';
import { interpolate, type VariableLookup } from './interpolate.ts';
import { createSourceText, type SourceText } from './source-text.ts';
import type { TextRange } from './text-edit.ts';
import { withoutMarks } from './unknown-variable.ts';

export interface DotenvVariable {
  name: string;
  /** May be a secret. */
  value: string;
  /** The value as written, with its quotes; the name for an inherited one. */
  range: TextRange;
  nameRange: TextRange;
  /** True when only the name is written and the value comes from the environment. */
  isInherited?: boolean;
}

export interface DotenvProblem {
  /** One sentence. */
  message: string;
  position: SourcePosition;
}

export interface Dotenv {
  source: SourceText;
  /** In the order of the file. A name may stand here twice; the last one counts. */
  variables: DotenvVariable[];
  /** Compose refuses a file with any. */
  problems: DotenvProblem[];
}

const MAX_PROBLEMS = 20;
const BOM = '\uFEFF';

interface Reader {
  source: SourceText;
  text: string;
  position: number;
  values: Map<string, string>;
  lookup: VariableLookup;
  unset: 'mark' | 'empty';
  dotenv: Dotenv;
}

/**
 * Reads a file of variables as Compose does: `NAME=value`, `NAME: value`, `export`, quotes of both kinds that may span
 * lines, escapes and variables in double quotes, comments, and bare names that are inherited from the environment. After
 * a problem it goes on with the next line.
 * @param lookup environment of whoever starts the deployment; it wins over names that stand earlier in the file
 */
export function parseDotenv(
  text: string,
  file: string,
  lookup: VariableLookup,
  unset: 'mark' | 'empty' = 'empty',
): Dotenv {
  const source = createSourceText(text, file);
  const dotenv: Dotenv = { source, variables: [], problems: [] };
  const reader: Reader = {
    source,
    text: withoutMarks(text),
    position: text.startsWith(BOM) ? 1 : 0,
    values: new Map(),
    lookup,
    unset,
    dotenv,
  };
  while (skipToStatement(reader)) readStatement(reader);
  return dotenv;
}

/** Skips blank lines and comments. @returns false at the end of the text */
function skipToStatement(reader: Reader): boolean {
  for (;;) {
    skip(reader, /[\s\u0085]*/y);
    if (reader.text[reader.position] !== '#') return reader.position < reader.text.length;
    reader.position = lineEnd(reader);
  }
}

/** Space that ends no line. */
const BLANKS = /[\t\v\f\r \u0085\u00A0]*/y;
const EXPORT = /export(?=[\t\n\f\r ])/y;
const NAME = /[\p{L}\p{N}_.[\]\-\t\v\f\r \u0085\u00A0]*/uy;

function readStatement(reader: Reader): void {
  const statement = reader.position;
  if (skip(reader, EXPORT) > 0) skip(reader, BLANKS);
  const start = reader.position;
  skip(reader, NAME);
  const end = reader.position;
  const separator = reader.text[end];
  const name = trimEnd(reader.text.slice(start, end));
  const nameRange = { start, end: start + name.length };
  if (separator !== undefined && !'=:\n'.includes(separator)) {
    report(reader, 'A name of a variable has a character that is not allowed there.', end, end + 1);
    reader.position = lineEnd(reader);
    return;
  }
  // Compose reads a bare name at the very end of a file as a value without a name.
  if (separator === undefined) return;
  reader.position = end + 1;
  if (name.includes(' ')) {
    report(reader, 'A name of a variable cannot contain a space.', statement, nameRange.end);
    if (separator !== '\n') reader.position = lineEnd(reader);
    return;
  }
  if (separator === '\n') inherit(reader, name, nameRange);
  else readValue(reader, name, nameRange);
}

function inherit(reader: Reader, name: string, nameRange: TextRange): void {
  const value = reader.lookup(name);
  if (value !== undefined) add(reader, { name, value, range: nameRange, nameRange, isInherited: true });
}

function readValue(reader: Reader, name: string, nameRange: TextRange): void {
  skip(reader, BLANKS);
  const start = reader.position;
  const quote = reader.text[start];
  if (quote === '"' || quote === "'") {
    const end = closingQuote(reader.text, start);
    if (end === undefined) {
      report(reader, `The quote behind ${name} is not closed.`, start, start + 1);
      reader.position = lineEnd(reader);
      return;
    }
    reader.position = end + 1;
    const inner = unescapeQuotes(reader.text.slice(start + 1, end), quote);
    const value = quote === '"' ? expand(reader, expandEscapes(inner), start, end + 1) : inner;
    add(reader, { name, value, range: { start, end: end + 1 }, nameRange });
    return;
  }
  const end = lineEnd(reader);
  reader.position = end + 1;
  const line = reader.text.slice(start, end);
  const comment = line.indexOf(' #');
  const written = trimEnd(comment < 0 ? line : line.slice(0, comment));
  const range = { start, end: start + written.length };
  add(reader, { name, value: expand(reader, written, range.start, range.end), range, nameRange });
}

function add(reader: Reader, variable: DotenvVariable): void {
  reader.values.set(variable.name, variable.value);
  if (variable.name !== '') reader.dotenv.variables.push(variable);
}

function closingQuote(text: string, start: number): number | undefined {
  const quote = text[start];
  for (let index = start + 1; index < text.length; index += 1) {
    if (text[index] === quote) return index;
    if (text[index] === '\\') index += 1;
  }
  return undefined;
}

/** Of escapes, only those of the quote itself are resolved in quotes of both kinds. */
function unescapeQuotes(text: string, quote: string): string {
  return text.replaceAll(/\\([^])/g, (escape, character: string) => (character === quote ? quote : escape));
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  // Variables are put in later; there, two dollars are one.
  $: '$$',
  '"': '"',
  '\\': '\\',
};

function expandEscapes(text: string): string {
  return text.replaceAll(/\\(?:([abcfnrtv$"\\])|0(\d{0,3}))/g, (escape, letter?: string, digits?: string) => {
    if (letter !== undefined) return ESCAPES[letter] ?? escape;
    const code = /^[0-3][0-7]{2}$/.test(digits ?? '') ? Number.parseInt(digits ?? '', 8) : undefined;
    return code === undefined ? `\\${digits}` : String.fromCodePoint(code);
  });
}

function expand(reader: Reader, text: string, start: number, end: number): string {
  const lookup = (name: string): string | undefined => reader.lookup(name) ?? reader.values.get(name);
  const result = interpolate(text, lookup, reader.unset);
  for (const problem of result.problems) report(reader, problem, start, end);
  return result.text;
}

function report(reader: Reader, message: string, start: number, end: number): void {
  if (reader.dotenv.problems.length >= MAX_PROBLEMS) return;
  // The line may hold a secret, so the excerpt is left out.
  const { excerpt: _, ...position } = reader.source.positionAt(start, end);
  reader.dotenv.problems.push({ message, position });
}

/** Moves behind what the pattern finds. @returns how far */
function skip(reader: Reader, pattern: RegExp): number {
  pattern.lastIndex = reader.position;
  const length = pattern.exec(reader.text)?.[0].length ?? 0;
  reader.position += length;
  return length;
}

function lineEnd(reader: Reader): number {
  const end = reader.text.indexOf('\n', reader.position);
  return end < 0 ? reader.text.length : end;
}

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && /[\s\u0085]/.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
