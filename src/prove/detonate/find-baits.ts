import { unpacked } from '../payload/detonation/unpack.ts';
import type { Bait } from './baits.ts';

export interface FoundBait {
  bait: Bait;
  /** How it was wrapped, outermost first; empty = as it is. */
  forms: string[];
}

interface Layer {
  bytes: Buffer;
  forms: string[];
}

const MOST_DEPTH = 4;
const MOST_LAYERS = 200;
const MOST_BYTES = 4 * 1024 * 1024;
/** Of all that is looked at for one visit: a hostile one must not take minutes. */
const MOST_WORK = 6 * 1024 * 1024;
/** A text that is shorter holds no bait. */
const SHORTEST = 12;

/**
 * Baits in what somebody sent, also in base64 (both alphabets, wrapped, without its beginning), hexadecimal digits, percent
 * signs, gzip, zlib and reversed, one within the other.
 */
export function findBaits(bytes: Uint8Array, baits: readonly Bait[]): FoundBait[] {
  const found = new Map<Bait, FoundBait>();
  const queue: Layer[] = [{ bytes: Buffer.from(bytes), forms: [] }];
  const seen = new Set<string>();
  let work = 0;
  for (const layer of queue) {
    work += layer.bytes.length;
    if (seen.size >= MOST_LAYERS || (seen.size > 0 && work > MOST_WORK)) break;
    const text = layer.bytes.toString('latin1');
    if (seen.has(text)) continue;
    seen.add(text);
    const backwards = reversed(text);
    for (const bait of baits) {
      if (found.has(bait)) continue;
      if (text.includes(bait.value)) found.set(bait, { bait, forms: layer.forms });
      else if (backwards.includes(bait.value)) found.set(bait, { bait, forms: [...layer.forms, 'reversed'] });
    }
    if (layer.forms.length < MOST_DEPTH)
      queue.push(
        ...unwrapped(layer, text),
        ...unwrapped({ ...layer, forms: [...layer.forms, 'reversed'] }, backwards),
      );
  }
  return [...found.values()];
}

/** What is wrapped in a layer, in all ways that are known. */
function unwrapped({ bytes, forms }: Layer, text: string): Layer[] {
  const layers: Layer[] = [];
  const add = (form: string, content: Buffer | undefined): void => {
    if (content === undefined || content.length < SHORTEST || content.length > MOST_BYTES) return;
    layers.push({ bytes: content, forms: [...forms, form] });
  };
  const isReversed = forms.at(-1) === 'reversed';
  const whole = isReversed ? Buffer.from(text, 'latin1') : bytes;
  for (const at of offsets(whole, Buffer.from([0x1f, 0x8b, 8])))
    add('gzip', unpacked('gzip', whole.subarray(at)));
  for (const head of ZLIB_HEADS)
    for (const at of offsets(whole, head).slice(0, 5)) add('zlib', unpacked('zlib', whole.subarray(at)));
  if (forms.length > 0) add('deflate', unpacked('deflate', whole));
  for (const run of runsOf(text, /[A-Za-z0-9+/_-]{16,}={0,2}/g))
    // Somebody may have put something before it, or sent it in pieces.
    for (const skip of [0, 1, 2, 3]) add('base64', Buffer.from(run.slice(skip), 'base64'));
  const joined = text.replaceAll(/[\r\n \t]+/g, '');
  if (joined !== text)
    for (const run of runsOf(joined, /[A-Za-z0-9+/]{60,}={0,2}/g)) add('base64', Buffer.from(run, 'base64'));
  for (const run of runsOf(text, /(?:[0-9a-fA-F]{2}[\s:]?){12,}/g)) {
    const digits = run.replaceAll(/[^0-9a-fA-F]/g, '');
    add('hex', Buffer.from(digits, 'hex'));
    add('hex', Buffer.from(digits.slice(1), 'hex'));
  }
  if (/%[0-9a-fA-F]{2}/.test(text)) add('percent-encoding', percentDecoded(text));
  return layers;
}

const ZLIB_HEADS = [Buffer.from([0x78, 0x9c]), Buffer.from([0x78, 0xda]), Buffer.from([0x78, 0x01])];

function offsets(bytes: Buffer, head: Buffer): number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(head); at >= 0 && found.length < 20; at = bytes.indexOf(head, at + 1))
    found.push(at);
  return found;
}

function runsOf(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([run]) => run).slice(0, 50);
}

function percentDecoded(text: string): Buffer {
  const plain = text
    .replaceAll('+', ' ')
    .replaceAll(/%([0-9a-fA-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return Buffer.from(plain, 'latin1');
}

function reversed(text: string): string {
  return Buffer.from(Buffer.from(text, 'latin1').toReversed()).toString('latin1');
}

/**
 * What names carry in their labels before the last two, of all names below the same two, in the order in which they were asked
 * for: all labels, and for those who number their pieces each place on its own, counted from either end.
 */
export function textOfNames(names: readonly string[]): Map<string, Buffer[]> {
  const carried = new Map<string, string[][]>();
  // Resolvers ask for both families, and again.
  for (const name of names.filter((each, index) => each !== names[index - 1])) {
    const labels = name.split('.');
    const below = labels.slice(-2).join('.');
    const rest = labels.slice(0, -2);
    if (rest.length > 0) rowsOf(carried, below).push(rest);
  }
  return new Map([...carried].map(([below, rows]) => [below, textsOfRows(rows)]));
}

function rowsOf(carried: Map<string, string[][]>, below: string): string[][] {
  const rows = carried.get(below) ?? [];
  carried.set(below, rows);
  return rows;
}

/** Most labels that a name of 253 letters has. */
const MOST_LABELS = 127;

function textsOfRows(rows: readonly string[][]): Buffer[] {
  const places = Math.min(MOST_LABELS, Math.max(...rows.map(({ length }) => length)));
  const texts = [rows.flat().join('')];
  if (places > 1)
    for (let place = 0; place < places; place += 1)
      texts.push(
        rows.map((row) => row[place] ?? '').join(''),
        rows.map((row) => row.at(-1 - place) ?? '').join(''),
      );
  return [...new Set(texts)].map((text) => Buffer.from(text));
}
