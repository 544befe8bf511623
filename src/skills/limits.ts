/** Bounds that keep a hostile skill from filling memory or time. What goes beyond is a finding, never a pass. */
export const LIMITS = {
  /** Files, those in archives included. */
  files: 5000,
  /** Bytes of one file. */
  fileBytes: 16 * 1024 * 1024,
  /** Bytes of all files, those in archives included. */
  totalBytes: 64 * 1024 * 1024,
  /** Archives in archives. */
  archiveDepth: 4,
  /** Encodings in encodings. */
  decodeDepth: 5,
  /** Characters that decoding may make of one skill. */
  decodedChars: 8 * 1024 * 1024,
  /** Characters of a text that rules look at in one piece; longer ones are cut with an overlap. */
  pieceChars: 256 * 1024,
  overlapChars: 4096,
  /** Findings of one rule in one file. */
  perRule: 5,
} as const;

let shared: Uint8Array | undefined;

/** In place of a file that is not read: one byte more than is looked at, so that the scanner finds it too large. */
export function tooLarge(): Uint8Array {
  shared ??= new Uint8Array(LIMITS.fileBytes + 1);
  return shared;
}
