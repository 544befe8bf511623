/** Characters that show nothing, or only move what is shown. Tags and selectors can carry whole texts. */
const INVISIBLE =
  // oxlint-disable-next-line no-misleading-character-class -- they are looked for one by one
  /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/u;

/** Scripts in which joiners and marks of direction are part of writing. */
export const NEEDS_JOINERS = /[\u0590-\u08ff\u0900-\u0dff\u0e00-\u0eff\u1780-\u17ff]/;

/** A run of invisible characters in a text. */
export interface InvisibleRun {
  /** Offset and length in UTF-16 units. */
  at: number;
  length: number;
  /** Number of characters. */
  count: number;
  /** What it says when it is read as tags, variation selectors, or bits of two characters; null when it says nothing. */
  message: string | null;
}

export function isInvisible(letter: string): boolean {
  return INVISIBLE.test(letter);
}

/** Runs that are no part of ordinary writing. */
export function invisibleRuns(text: string): InvisibleRun[] {
  const every = new RegExp(`${INVISIBLE.source}+`, 'gu');
  return [...text.matchAll(every)]
    .filter(({ 0: run, index }) => !isOrdinary(text, index, run.length))
    .map(({ 0: run, index }) => ({
      at: index,
      length: run.length,
      count: [...run].length,
      message: messageOf([...run].map((letter) => letter.codePointAt(0) ?? 0)),
    }));
}

/** Emoji, flags, a mark at the very beginning, and languages that need joiners. */
function isOrdinary(text: string, at: number, length: number): boolean {
  const run = text.slice(at, at + length);
  if (at === 0 && run === '\ufeff') return true;
  const before = Array.from(text.slice(Math.max(0, at - 8), at)).at(-1) ?? '';
  if (/^[\ufe0e\ufe0f\u200d]{1,2}$/.test(run))
    return /[\p{Emoji}\p{S}\p{So}\u{1f3fb}-\u{1f3ff}]/u.test(before);
  if (/^[\u{e0061}-\u{e007a}\u{e0030}-\u{e0039}]{1,7}\u{e007f}$/u.test(run)) return before === '\u{1f3f4}';
  if (/^\u00ad+$/.test(run)) return length === 1;
  return (
    /^[\u200b-\u200f\u061c]{1,2}$/.test(run) && NEEDS_JOINERS.test(text.slice(Math.max(0, at - 4), at + 4))
  );
}

function messageOf(codes: readonly number[]): string | null {
  const tags = codes.filter((code) => code >= 0xe0020 && code <= 0xe007e).map((code) => code - 0xe0000);
  const selected = codes
    .filter((code) => (code >= 0xfe00 && code <= 0xfe0f) || (code >= 0xe0100 && code <= 0xe01ef))
    .flatMap((code) => (code < 0xff00 ? [[code - 0xfe00]] : [[code - 0xe0100, code - 0xe0100 + 16]]));
  const [one, two] = [...new Set(codes)];
  const candidates = [
    bytesText(tags),
    bytesText(selected.map(([plain = 0]) => plain)),
    bytesText(selected.map((both) => both.at(-1) ?? 0)),
    ...(one === undefined || two === undefined ? [] : [bitsText(codes, one), bitsText(codes, two)]),
  ];
  return candidates.find((text) => text !== null) ?? null;
}

function bitsText(codes: readonly number[], zero: number): string | null {
  if (codes.length < 32) return null;
  const bytes: number[] = [];
  for (let at = 0; at + 8 <= codes.length; at += 8)
    bytes.push(codes.slice(at, at + 8).reduce((byte, code) => byte * 2 + (code === zero ? 0 : 1), 0));
  return bytesText(bytes);
}

function bytesText(bytes: readonly number[]): string | null {
  if (bytes.length < 4) return null;
  const text = new TextDecoder().decode(Uint8Array.from(bytes));
  return /^[\p{L}\p{N}\p{P}\p{S}\s]+$/u.test(text) ? text : null;
}
