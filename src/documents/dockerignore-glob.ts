/** any = all but a slash, many = any number of those, folders = nothing or anything up to a slash, all = anything. */
export type GlobToken =
  | { kind: 'letter'; letter: string }
  | { kind: 'any' | 'many' | 'folders' | 'all' }
  | { kind: 'class'; isNegated: boolean; ranges: [from: string, to: string][] };

/** Reads one pattern of a .dockerignore that was cleaned. */
export function compileGlob(pattern: string): GlobToken[] {
  const letters = Array.from(pattern);
  // Newer engines compare what stands behind leading stars with the end of the path, whether a slash follows or not.
  if (/^\*\*[^/*?[\\][^*?[\\]*$/.test(pattern))
    return [{ kind: 'all' }, ...letters.slice(2).map((letter): GlobToken => ({ kind: 'letter', letter }))];
  const tokens: GlobToken[] = [];
  for (let at = 0; at < letters.length;) {
    const { token, next } = tokenAt(letters, at);
    tokens.push(token);
    at = next;
  }
  return tokens;
}

interface ReadToken {
  token: GlobToken;
  next: number;
}

function tokenAt(letters: readonly string[], at: number): ReadToken {
  const letter = letters[at] ?? '';
  const itself: ReadToken = { token: { kind: 'letter', letter }, next: at + 1 };
  if (letter === '*') {
    const { kind, next } = starsAt(letters, at);
    return { token: { kind }, next };
  }
  if (letter === '?') return { token: { kind: 'any' }, next: at + 1 };
  if (letter === '\\') return { token: { kind: 'letter', letter: letters[at + 1] ?? letter }, next: at + 2 };
  return letter === '[' ? classAt(letters, at) : itself;
}

function starsAt(letters: readonly string[], at: number): { kind: 'many' | 'folders' | 'all'; next: number } {
  if (letters[at + 1] !== '*') return { kind: 'many', next: at + 1 };
  const next = at + (letters[at + 2] === '/' ? 3 : 2);
  return { kind: next >= letters.length ? 'all' : 'folders', next };
}

function classAt(letters: readonly string[], at: number): ReadToken {
  const isNegated = letters[at + 1] === '^';
  const ranges: [string, string][] = [];
  let position = at + (isNegated ? 2 : 1);
  while (position < letters.length && (letters[position] !== ']' || ranges.length === 0)) {
    const from = escapedAt(letters, position);
    const isRange = letters[from.next] === '-' && letters[from.next + 1] !== ']';
    const to = isRange && from.next + 1 < letters.length ? escapedAt(letters, from.next + 1) : from;
    ranges.push([from.letter, to.letter]);
    position = to.next;
  }
  // Builders refuse a class that is never closed, and then nothing is built.
  return { token: { kind: 'class', isNegated, ranges }, next: position + 1 };
}

function escapedAt(letters: readonly string[], at: number): { letter: string; next: number } {
  return letters[at] === '\\'
    ? { letter: letters[at + 1] ?? '\\', next: at + 2 }
    : { letter: letters[at] ?? '', next: at + 1 };
}

/**
 * True when the pattern stands for exactly this path. Follows all possibilities at once instead of one after the other:
 * the time is the product of both lengths at most, whatever stars there are.
 */
export function matchesGlob(tokens: readonly GlobToken[], path: string): boolean {
  let now: States = { before: new Uint8Array(tokens.length + 1), within: new Uint8Array(tokens.length + 1) };
  let next: States = { before: new Uint8Array(tokens.length + 1), within: new Uint8Array(tokens.length + 1) };
  enter(now, tokens, 0);
  for (const letter of path) {
    next.before.fill(0);
    next.within.fill(0);
    let isAlive = false;
    for (const [index, token] of tokens.entries()) {
      const isHere = now.before[index] === 1 || now.within[index] === 1;
      if (isHere) isAlive = advance(next, tokens, index, token, letter) || isAlive;
    }
    if (!isAlive) return false;
    [now, next] = [next, now];
  }
  return now.before[tokens.length] === 1;
}

/** Where a search stands: in front of which tokens, and within which folders that a token stands for. */
interface States {
  before: Uint8Array;
  within: Uint8Array;
}

/** Stands in front of a token, and in front of those behind it as long as each may stand for nothing. */
function enter(states: States, tokens: readonly GlobToken[], start: number): void {
  for (let index = start; states.before[index] !== 1; index += 1) {
    states.before[index] = 1;
    const kind = tokens[index]?.kind;
    if (kind !== 'many' && kind !== 'all' && kind !== 'folders') return;
  }
}

/** Takes one letter from in front of a token; false when the letter does not fit. */
function advance(
  next: States,
  tokens: readonly GlobToken[],
  index: number,
  token: GlobToken,
  letter: string,
): boolean {
  if (token.kind === 'folders') {
    // Ends only behind a slash.
    next.within[index] = 1;
    if (letter === '/') enter(next, tokens, index + 1);
    return true;
  }
  const stays = token.kind === 'all' || (token.kind === 'many' && letter !== '/');
  if (!stays && !isOne(token, letter)) return false;
  enter(next, tokens, stays ? index : index + 1);
  return true;
}

/** True when the token stands for this one letter. */
function isOne(token: GlobToken, letter: string): boolean {
  if (token.kind === 'letter') return token.letter === letter;
  if (letter === '/') return false;
  if (token.kind !== 'class') return token.kind === 'any';
  return token.ranges.some(([from, to]) => from <= letter && letter <= to) !== token.isNegated;
}
