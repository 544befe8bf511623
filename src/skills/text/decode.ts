import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

/** A text that was hidden in another one. */
export interface Decoded {
  /** Offset in the text that hid it. */
  at: number;
  /** Name of the encoding. */
  by: string;
  text: string;
}

const MOST_BYTES = 4 * 1024 * 1024;
const SHORTEST = 6;

/** Characters that may still be decoded; one count for a whole skill. */
export interface DecodeBudget {
  chars: number;
  isUsedUp: boolean;
}

/**
 * Everything in a text that is another text in a usual encoding. What decodes to no readable text is left out. Each is decoded
 * when it is asked for, so that whoever asks can stop.
 */
export function* decodeAll(text: string, budget: DecodeBudget): Generator<Decoded> {
  yield* base64(text, budget);
  yield* hex(text, budget);
  yield* numbers(text, budget);
  yield* escapes(text);
  yield* backwards(text);
  yield* rotated(text);
}

function* base64(text: string, budget: DecodeBudget): Generator<Decoded> {
  // Lines of 60 to 76 characters are one block.
  for (const { 0: token, index } of text.matchAll(
    /[A-Za-z0-9+/_-]{16,}(?:\r?\n[A-Za-z0-9+/_-]{4,})*={0,2}/g,
  )) {
    const plain = token.replace(/\s+/g, '');
    // Words, paths and names of variables are no base64.
    if (/^[a-z]+$|^[A-Z_]+$|^[a-z]+(?:[-_/][a-z]+)+$/.test(plain)) continue;
    const read = readBytes(Buffer.from(plain, 'base64'), budget);
    if (read !== null) yield { at: index, by: `base64${read.packed}`, text: read.text };
  }
}

function* hex(text: string, budget: DecodeBudget): Generator<Decoded> {
  for (const { 0: token, index } of text.matchAll(/(?:[0-9a-fA-F]{2}){8,}/g)) {
    const read = readBytes(Buffer.from(token, 'hex'), budget);
    if (read !== null) yield { at: index, by: `hex${read.packed}`, text: read.text };
  }
}

/** Character codes in a list, plain or with one number XORed into each. */
function* numbers(text: string, budget: DecodeBudget): Generator<Decoded> {
  for (const { 0: list, index } of text.matchAll(
    /(?:\b(?:0x[0-9a-f]{1,2}|\d{1,3})\b\s*,\s*){7,4000}(?:0x[0-9a-f]{1,2}|\d{1,3})\b/gi,
  )) {
    const bytes = Uint8Array.from(list.split(',').map(Number));
    const plain = readBytes(bytes, budget);
    if (plain !== null) yield { at: index, by: 'character codes', text: plain.text };
    else {
      const found = xored(bytes);
      if (found !== null) yield { at: index, by: 'XOR', text: found };
    }
  }
}

function xored(bytes: Uint8Array): string | null {
  const start = bytes.subarray(0, 4096);
  for (let key = 1; key < 256; key += 1) {
    // Nearly every key gives no text within a few bytes; without this, many lists would take minutes.
    if (!start.every((byte) => isLetter(byte ^ key))) continue;
    const text = String.fromCharCode(...start.map((byte) => byte ^ key));
    if (/curl|wget|bash|https?:\/\/|\/bin\/|import |exec|eval|require/.test(text) && isReadable(text))
      return text;
  }
  return null;
}

function isLetter(code: number): boolean {
  return (code >= 0x20 && code <= 0x7e) || code >= 0xa0 || code === 10 || code === 13 || code === 9;
}

const ESCAPES: readonly [by: string, pattern: RegExp, base: number][] = [
  ['escapes', /(?:\\x[0-9a-f]{2}){4,}/gi, 16],
  ['escapes', /(?:\\u[0-9a-f]{4}){3,}/gi, 16],
  ['escapes', /(?:\\u\{[0-9a-f]{1,6}\}){3,}/gi, 16],
  ['escapes', /(?:\\[0-7]{3}){4,}/g, 8],
  ['URL escapes', /(?:%[0-9a-f]{2}){4,}/gi, 16],
  ['HTML entities', /(?:&#x[0-9a-f]{2,5};){4,}/gi, 16],
  ['HTML entities', /(?:&#\d{2,6};){4,}/g, 10],
];

function* escapes(text: string): Generator<Decoded> {
  for (const [by, pattern, base] of ESCAPES)
    for (const { 0: run, index } of text.matchAll(pattern)) {
      const codes = [...run.matchAll(/[0-9a-f]+/gi)].map(([digits]) => digits.replace(/^[xu]/i, ''));
      const decoded = codes
        .map((digits) => String.fromCodePoint(Math.min(Number.parseInt(digits, base) || 0, 0x10ffff)))
        .join('');
      if (isReadable(decoded)) yield { at: index, by, text: decoded };
    }
}

/** Only where the reversed text would be a command or an address: most quoted texts read backwards are noise. */
function* backwards(text: string): Generator<Decoded> {
  for (const { at, inner } of quotedIn(text))
    if (/hsab|lruc|tegw|\/\/:s?ptth|hs\/nib|metsys\.|cexe|lave/.test(inner))
      yield { at, by: 'reversed', text: Array.from(inner).toReversed().join('') };
}

function* rotated(text: string): Generator<Decoded> {
  if (!/rot_?13|tr\s+['"]?\[?a-z/i.test(text)) return;
  for (const { at, inner } of quotedIn(text)) yield { at, by: 'rot13', text: rot13(inner) };
}

/** What stands in quotes on one line, also within other quotes. By hand: a pattern tries every quote anew. */
function* quotedIn(text: string): Generator<{ at: number; inner: string }> {
  const opened = new Map<string, number>();
  for (const { 0: mark, index } of text.matchAll(/\n|\\?["'`]|\\\\/g)) {
    const begun = opened.get(mark);
    const inner = begun === undefined ? 0 : index - begun - mark.length;
    if (mark === '\n') opened.clear();
    else if (begun !== undefined && inner >= 8) {
      opened.delete(mark);
      if (inner <= 4000) yield { at: begun, inner: text.slice(begun + mark.length, index) };
      else opened.set(mark, index);
    } else if (mark !== '\\\\') opened.set(mark, index);
  }
}

function rot13(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => {
    const base = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
}

interface ReadBytes {
  text: string;
  /** " + gzip" where it was packed besides. */
  packed: string;
}

function readBytes(bytes: Uint8Array, budget: DecodeBudget): ReadBytes | null {
  const plain = readable(bytes);
  if (plain !== null) return { text: plain, packed: '' };
  for (const [packed, unpack] of [
    [' + gzip', bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync : null],
    [' + zlib', bytes[0] === 0x78 ? inflateSync : null],
    [' + deflate', bytes.length > 24 ? inflateRawSync : null],
  ] as const) {
    const text = unpack === null ? null : readable(unpacked(unpack, bytes, budget));
    if (text !== null) return { text, packed };
  }
  return null;
}

function unpacked(unpack: typeof gunzipSync, bytes: Uint8Array, budget: DecodeBudget): Uint8Array {
  try {
    const content = unpack(bytes, { maxOutputLength: Math.max(1, Math.min(MOST_BYTES, budget.chars)) });
    // Paid for even when it is no text: unpacking it took time all the same.
    budget.chars -= content.length;
    return content;
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') budget.isUsedUp = true;
    return new Uint8Array();
  }
}

function readable(bytes: Uint8Array): string | null {
  if (bytes.length < SHORTEST) return null;
  const wide = bytes.length >= 12 && bytes[1] === 0 && bytes[3] === 0 && bytes[5] === 0;
  const text = new TextDecoder(wide ? 'utf-16le' : 'utf-8').decode(bytes);
  return isReadable(text) ? text : null;
}

function isReadable(text: string): boolean {
  return (
    text.length >= SHORTEST &&
    !/[^\n\r\t\x20-\x7e\u00a0-\u024f\u0370-\u052f\u2010-\u2027\u3000-\u9fff\uac00-\ud7af]/.test(text)
  );
}
