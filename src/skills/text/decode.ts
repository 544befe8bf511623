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

/** Everything in a text that is another text in a usual encoding. What decodes to no readable text is left out. */
export function decodeAll(text: string): Decoded[] {
  return [
    ...base64(text),
    ...hex(text),
    ...numbers(text),
    ...escapes(text),
    ...backwards(text),
    ...rotated(text),
  ];
}

function* base64(text: string): Generator<Decoded> {
  // Lines of 60 to 76 characters are one block.
  for (const { 0: token, index } of text.matchAll(
    /[A-Za-z0-9+/_-]{16,}(?:\r?\n[A-Za-z0-9+/_-]{4,})*={0,2}/g,
  )) {
    const plain = token.replace(/\s+/g, '');
    // Words, paths and names of variables are no base64.
    if (/^[a-z]+$|^[A-Z_]+$|^[a-z]+(?:[-_/][a-z]+)+$/.test(plain)) continue;
    const read = readBytes(Buffer.from(plain, 'base64'));
    if (read !== null) yield { at: index, by: `base64${read.packed}`, text: read.text };
  }
}

function* hex(text: string): Generator<Decoded> {
  for (const { 0: token, index } of text.matchAll(/(?:[0-9a-fA-F]{2}){8,}/g)) {
    const read = readBytes(Buffer.from(token, 'hex'));
    if (read !== null) yield { at: index, by: `hex${read.packed}`, text: read.text };
  }
}

/** Character codes in a list, plain or with one number XORed into each. */
function* numbers(text: string): Generator<Decoded> {
  for (const { 0: list, index } of text.matchAll(
    /(?:\b(?:0x[0-9a-f]{1,2}|\d{1,3})\b\s*,\s*){7,4000}(?:0x[0-9a-f]{1,2}|\d{1,3})\b/gi,
  )) {
    const bytes = Uint8Array.from(list.split(',').map(Number));
    const plain = readBytes(bytes);
    if (plain !== null) yield { at: index, by: 'character codes', text: plain.text };
    else {
      const found = xored(bytes);
      if (found !== null) yield { at: index, by: 'XOR', text: found };
    }
  }
}

function xored(bytes: Uint8Array): string | null {
  for (let key = 1; key < 256; key += 1) {
    const text = String.fromCharCode(...bytes.subarray(0, 4096).map((byte) => byte ^ key));
    if (/curl|wget|bash|https?:\/\/|\/bin\/|import |exec|eval|require/.test(text) && isReadable(text))
      return text;
  }
  return null;
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
      const decoded = String.fromCodePoint(
        ...codes.slice(0, 8192).map((digits) => Math.min(Number.parseInt(digits, base) || 0, 0x10ffff)),
      );
      if (isReadable(decoded)) yield { at: index, by, text: decoded };
    }
}

/** Only where the reversed text would be a command or an address: most quoted texts read backwards are noise. */
function* backwards(text: string): Generator<Decoded> {
  for (const { 0: quoted, 1: quote, index } of text.matchAll(/(["'`])(?:(?!\1)[^\n\\]|\\.){8,2000}\1/g)) {
    if (quote === undefined || !/hsab|lruc|tegw|\/\/:s?ptth|hs\/nib|metsys\.|cexe|lave/.test(quoted))
      continue;
    yield { at: index, by: 'reversed', text: Array.from(quoted.slice(1, -1)).toReversed().join('') };
  }
}

function* rotated(text: string): Generator<Decoded> {
  if (!/rot_?13|tr\s+['"]?\[?a-z/i.test(text)) return;
  for (const { 0: quoted, index } of text.matchAll(/(["'`])(?:(?!\1)[^\n\\]|\\.){8,2000}\1/g))
    yield { at: index, by: 'rot13', text: rot13(quoted.slice(1, -1)) };
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

function readBytes(bytes: Uint8Array): ReadBytes | null {
  const plain = readable(bytes);
  if (plain !== null) return { text: plain, packed: '' };
  for (const [packed, unpack] of [
    [' + gzip', bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync : null],
    [' + zlib', bytes[0] === 0x78 ? inflateSync : null],
    [' + deflate', bytes.length > 24 ? inflateRawSync : null],
  ] as const) {
    const text = unpack === null ? null : readable(unpacked(unpack, bytes));
    if (text !== null) return { text, packed };
  }
  return null;
}

function unpacked(unpack: typeof gunzipSync, bytes: Uint8Array): Uint8Array {
  try {
    return unpack(bytes, { maxOutputLength: MOST_BYTES });
  } catch {
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
