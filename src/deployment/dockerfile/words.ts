import { unknownVariable } from '../../documents/unknown-variable.ts';
import { endOfQuoted } from './quotes.ts';

/** A word of an instruction: what it means is left to `expand`. */
export interface Word {
  /** As written, quotes included. */
  text: string;
  /** Offset in the text that was split. */
  start: number;
}

/** Cuts at blanks outside of quotes. */
export function splitWords(text: string, escape: string): Word[] {
  const words: Word[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at] ?? '')) {
      at += 1;
      continue;
    }
    const start = at;
    while (at < text.length && !/\s/.test(text[at] ?? ''))
      at = Math.max(at + 1, endOfQuoted(text, at, escape));
    words.push({ text: text.slice(start, at), start });
  }
  return words;
}

/** Options in front of an instruction's arguments, and where these begin. */
export interface Flags {
  flags: { name: string; value: string }[];
  /** Offset of the first argument. */
  rest: number;
}

/** Reads `--name=value` words at the beginning. */
export function readFlags(text: string): Flags {
  const flags: Flags['flags'] = [];
  const pattern = /\s*--([A-Za-z][\w.-]*)(?:=(\S*))?(?=\s|$)/y;
  let rest = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    flags.push({ name: match[1] ?? '', value: match[2] ?? '' });
    rest = pattern.lastIndex;
  }
  while (rest < text.length && /\s/.test(text[rest] ?? '')) rest += 1;
  return { flags, rest };
}

/** A variable's value; null = it is set, and nobody here knows to what; undefined = there is no such variable. */
export type VariableLookup = (name: string) => string | null | undefined;

const deepest = 8;
const longest = 64 * 1024;

/**
 * What a word means: quotes and escapes taken away, variables put in as BuildKit does it. A variable without a value
 * that could be known becomes a mark of `unknown-variable.ts`.
 */
export function expand(word: string, lookup: VariableLookup, escape: string, depth = 0): string {
  const expansion: Expansion = { lookup, escape, depth, closers: closersOf(word) };
  const parts: string[] = [];
  let length = 0;
  let quote = '';
  for (let at = 0; at < word.length && length < longest;) {
    const letter = word[at] ?? '';
    const turned = quoteAfter(letter, quote);
    let part: Part = { text: turned === quote ? letter : '', end: at + 1 };
    if (quote !== "'" && letter === '$') part = variableAt(word, at, expansion);
    else if (quote !== "'" && letter === escape) part = escapedAt(word, at, quote === '"');
    quote = turned;
    parts.push(part.text);
    length += part.text.length;
    at = part.end;
  }
  return parts.join('');
}

/** The quote that is open behind a letter; "" = none. */
function quoteAfter(letter: string, quote: string): string {
  if (letter === quote) return '';
  return quote === '' && (letter === '"' || letter === "'") ? letter : quote;
}

interface Part {
  text: string;
  /** Offset behind what it stands for. */
  end: number;
}

interface Expansion {
  lookup: VariableLookup;
  escape: string;
  depth: number;
  /** Offset of an opening brace → that of the one that closes it. */
  closers: ReadonlyMap<number, number>;
}

/** Between double quotes only a few letters can be escaped; in front of others the escape character is itself. */
function escapedAt(word: string, at: number, isQuoted: boolean): Part {
  const letter = word[at] ?? '';
  const next = word[at + 1] ?? '';
  const stays = next === '' || (isQuoted && next !== '"' && next !== '$' && next !== letter);
  return { text: stays ? letter + next : next, end: at + 2 };
}

function variableAt(word: string, at: number, expansion: Expansion): Part {
  const bare = /\$([A-Za-z_]\w*|[0-9@*#?$!-])/y;
  bare.lastIndex = at;
  const match = bare.exec(word);
  if (match) return { text: valueOf(match[1] ?? '', expansion.lookup), end: bare.lastIndex };
  const close = word[at + 1] === '{' ? expansion.closers.get(at + 1) : undefined;
  if (close === undefined) return { text: '$', end: at + 1 };
  return { text: braced(word.slice(at + 2, close), expansion), end: close + 1 };
}

/** The part of `${NAME:-word}` between the braces. */
function braced(inner: string, expansion: Expansion): string {
  const match = /^([A-Za-z_]\w*)(?:(:?)([-+?])|$)/.exec(inner);
  // What newer builders can do beside (`#`, `%`, `/`) is not followed here.
  if (!match || expansion.depth >= deepest) return unknownVariable(/^\w*/.exec(inner)?.[0] ?? '');
  const [whole, name = '', colon, operator = '-'] = match;
  const value = expansion.lookup(name);
  if (value === null) return unknownVariable(name);
  const isThere = colon === ':' ? value !== undefined && value !== '' : value !== undefined;
  const other = { text: inner.slice(whole.length), ...expansion };
  return chosen(operator, isThere, value ?? '', other) ?? unknownVariable(name);
}

/** What an operator makes of a value; undefined where the build would stop. */
function chosen(
  operator: string,
  isThere: boolean,
  value: string,
  other: Expansion & { text: string },
): string | undefined {
  if (operator === '?') return isThere ? value : undefined;
  if (operator === '-' && isThere) return value;
  if (operator === '+' && !isThere) return '';
  return expand(other.text, other.lookup, other.escape, other.depth + 1);
}

function valueOf(name: string, lookup: VariableLookup): string {
  const value = lookup(name);
  return value === null ? unknownVariable(name) : (value ?? '');
}

function closersOf(word: string): ReadonlyMap<number, number> {
  const closers = new Map<number, number>();
  if (!word.includes('${')) return closers;
  const open: number[] = [];
  for (let at = 0; at < word.length; at += 1) {
    if (word[at] === '{') open.push(at);
    else if (word[at] === '}') {
      const opener = open.pop();
      if (opener !== undefined) closers.set(opener, at);
    }
  }
  return closers;
}
