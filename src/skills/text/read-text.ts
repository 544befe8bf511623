import { isTextNamed } from '../layers.ts';

/** How a file's bytes become text. No file is left out: what runs a script skips over bytes that are no text. */
export interface ReadText {
  /** What it most likely says. */
  text: string;
  /** Every way in which a program may read it, the likeliest first. */
  readings: string[];
  /** Read as UTF-16. */
  isUnusual: boolean;
  /** A text by its name or its first line, with NUL bytes in it. */
  hasNulls: boolean;
  /** What is no text: the readings hold only the plain characters in it. */
  binary: 'media' | 'unknown' | null;
}

const SAMPLE = 64 * 1024;

/** Readings of a file. UTF-16 is read too: PowerShell and editors on Windows do. */
export function readText(path: string, bytes: Uint8Array): ReadText {
  const wide = wideReading(bytes);
  const isWide = wide?.includes('\0') === false;
  const isText = isTextNamed(path) || (bytes[0] === 0x23 && bytes[1] === 0x21);
  const binary = isText ? null : binaryKind(bytes, isWide);
  // Only plain characters of pictures and the like: the rest is noise, and slow to look at.
  const isMostlyText = isText || (binary !== 'media' && !isNoise(bytes));
  const narrow = isMostlyText ? withoutNulls(bytes) : plainText(bytes);
  return {
    text: isWide ? wide : narrow,
    readings: wide === null ? [narrow] : [...new Set([wide, narrow])],
    isUnusual: isWide,
    hasNulls: isText && !isWide && bytes.includes(0),
    binary,
  };
}

function binaryKind(bytes: Uint8Array, isWide: boolean): ReadText['binary'] {
  const head = headOf(bytes);
  if (MEDIA.some((pattern) => pattern.test(head))) return 'media';
  return !isWide && (bytes.includes(0) || isNoise(bytes)) ? 'unknown' : null;
}

/** Beginnings, in hex, of pictures, fonts, sounds, films and PDF, and of the notes that Finder leaves in folders. */
const MEDIA: readonly RegExp[] = [
  // PNG, JPEG, GIF, BMP, TIFF in both orders, icons
  /^89504e470d0a|^ffd8ff|^47494638(?:37|39)61|^424d.{8}0{8}|^49492a00|^4d4d002a|^0000(?:01|02)00..00/,
  // WebP, WAV and AVI; MP4 and its kin; Ogg, FLAC, MP3, WebM
  /^52494646.{8}(?:57454250|57415645|41564920)|^.{8}66747970|^4f676753|^664c6143|^494433|^fff[23b]|^1a45dfa3/,
  // WOFF, OpenType, TrueType; PDF; .DS_Store
  /^774f46(?:46|32)|^4f54544f00|^74746366|^7472756500|^0001000000|^255044462d|^0000000142756431/,
];

function headOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 16)).toString('hex');
}

function wideReading(bytes: Uint8Array): string | null {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return decode(bytes, 'utf-16le');
  if (first === 0xfe && second === 0xff) return decode(bytes, 'utf-16be');
  const sample = bytes.subarray(0, SAMPLE);
  const zeros = sample.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0);
  // Every second byte is 0: plain Latin letters in UTF-16 without a mark.
  if (bytes.length < 8 || zeros <= sample.length * 0.4 || zeros >= sample.length * 0.6) return null;
  return decode(bytes, sample[0] === 0 ? 'utf-16be' : 'utf-16le');
}

function decode(bytes: Uint8Array, encoding: string): string {
  return new TextDecoder(encoding).decode(bytes);
}

/** As shells read it: they skip NUL bytes. */
function withoutNulls(bytes: Uint8Array): string {
  return decode(bytes.includes(0) ? bytes.filter((byte) => byte !== 0) : bytes, 'utf-8');
}

function plainText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return text
    .replaceAll('\0', '')
    .replace(/[^\n\x21-\x7e]+/g, ' ')
    .replace(/\n[\n ]+/g, '\n');
}

/** True where more than a tenth of it is no UTF-8. */
function isNoise(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, SAMPLE);
  let count = 0;
  for (const letter of decode(sample, 'utf-8')) if (letter === '\ufffd') count += 1;
  return count > sample.length * 0.1;
}
