/** How a file's bytes become text. */
export interface ReadText {
  text: string;
  /** False for UTF-8, with or without a mark at its beginning. */
  isUnusual: boolean;
}

const SAMPLE = 64 * 1024;

/** Text of a file; null when it is none. UTF-16 is read too: PowerShell and editors on Windows do. */
export function readText(bytes: Uint8Array): ReadText | null {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return { text: decode(bytes, 'utf-16le'), isUnusual: true };
  if (first === 0xfe && second === 0xff) return { text: decode(bytes, 'utf-16be'), isUnusual: true };
  const sample = bytes.subarray(0, SAMPLE);
  const zeros = sample.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0);
  // Every second byte is 0: plain Latin letters in UTF-16 without a mark.
  if (bytes.length >= 8 && zeros > sample.length * 0.4 && zeros < sample.length * 0.6)
    return { text: decode(bytes, sample[0] === 0 ? 'utf-16be' : 'utf-16le'), isUnusual: true };
  if (zeros > 0) return null;
  const text = decode(bytes, 'utf-8');
  return replacements(text.slice(0, SAMPLE)) > Math.min(sample.length, SAMPLE) * 0.1
    ? null
    : { text, isUnusual: false };
}

function decode(bytes: Uint8Array, encoding: string): string {
  return new TextDecoder(encoding).decode(bytes);
}

function replacements(text: string): number {
  let count = 0;
  for (const letter of text) if (letter === '\ufffd') count += 1;
  return count;
}
