import { isPlaceholder } from '../../../measures/placeholder.ts';
import { secretShapesIn } from '../../../measures/secret-patterns.ts';
import type { Form } from './forms.ts';

/** Something that was found; never with the text itself. */
export interface Hit {
  /** Name of the known key; null for what only looks like one. */
  name: string | null;
  /** "OPENAI_API_KEY", "OPENAI_API_KEY, in base64", "looks like an API key". */
  what: string;
  /** Line in the text, from 1; null in what is no text. */
  line: number | null;
}

export interface SearchOptions {
  forms: readonly Form[];
  /** Also look for what looks like a key, and for known ones that are broken over lines. */
  thorough: boolean;
}

/** Longest text that is still found where two pieces meet. */
const OVERLAP = 8192;
/** Of each kind, in one place. */
const MOST = 5;
/** What stands between the parts of a key that a program broke over lines: space, quotes, signs of continuation. */
const BREAKS = /[\s"'\\+,]+/g;

/** Searches one text that comes in pieces. */
export class Searcher {
  readonly #options: SearchOptions;
  readonly #hits: Hit[] = [];
  readonly #seen = new Set<string>();
  #rest: Buffer = Buffer.alloc(0);
  /** Of the first byte of `#rest`, from the beginning. */
  #offset = 0;
  #lines = 1;
  #isBinary = false;

  constructor(options: SearchOptions) {
    this.#options = options;
  }

  push(piece: Uint8Array): void {
    const window = this.#rest.length === 0 ? Buffer.from(piece) : Buffer.concat([this.#rest, piece]);
    if (!this.#isBinary && window.includes(0)) this.#isBinary = true;
    this.#search(window);
    const keep = Math.min(OVERLAP, window.length);
    const passed = window.subarray(0, window.length - keep);
    this.#lines += countLines(passed);
    this.#offset += passed.length;
    // A copy: the piece's memory may be used again.
    this.#rest = Buffer.from(window.subarray(passed.length));
  }

  /** What was found, in the order in which it stands. */
  end(): Hit[] {
    return this.#hits;
  }

  #search(window: Buffer): void {
    for (const form of this.#options.forms) this.#searchForm(window, form);
    if (!this.#options.thorough) return;
    const text = window.toString('latin1');
    for (const { kind, index, found } of secretShapesIn(text))
      if (!isNoKey(found)) this.#report(null, `looks like ${kind}`, window, index);
    if (this.#isBinary) return;
    const joined = text.replaceAll(BREAKS, '');
    if (joined.length === text.length) return;
    for (const { name, how, bytes } of this.#options.forms) {
      const plain = bytes.toString('latin1').replaceAll(BREAKS, '');
      const known = this.#hits.some((hit) => hit.name === name);
      if (!known && plain.length >= 16 && joined.includes(plain))
        this.#report(name, [name, how, 'broken over lines'].filter(Boolean).join(', '), window, 0);
    }
  }

  #searchForm(window: Buffer, { name, how, bytes }: Form): void {
    const what = how === '' ? name : `${name}, ${how}`;
    for (let at = window.indexOf(bytes); at >= 0; at = window.indexOf(bytes, at + bytes.length))
      this.#report(name, what, window, at);
  }

  #report(name: string | null, what: string, window: Buffer, index: number): void {
    // The same place is seen twice where two pieces overlap.
    const key = `${what} ${this.#offset + index}`;
    const alike = this.#hits.filter((hit) => hit.what === what).length;
    if (this.#seen.has(key) || alike >= MOST) return;
    this.#seen.add(key);
    const line = this.#isBinary ? null : this.#lines + countLines(window.subarray(0, index));
    if (this.#hits.some((hit) => hit.what === what && hit.line === line)) return;
    this.#hits.push({ name, what, line });
  }
}

/** Searches a text that is there as a whole. */
export function searchText(text: string | Uint8Array, options: SearchOptions): Hit[] {
  const searcher = new Searcher(options);
  searcher.push(typeof text === 'string' ? Buffer.from(text) : text);
  return searcher.end();
}

/** Examples and placeholders have the shape, too. */
function isNoKey(found: string): boolean {
  return isPlaceholder(found) || new Set(found).size < 10 || /example|redacted|your[-_]/i.test(found);
}

function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
}
