import { inflateRawSync } from 'node:zlib';

const MOST_BYTES = 4 * 1024 * 1024;
/** Z_SYNC_FLUSH: what was cut off still says how it begins. Not for what has no head of its own: all bytes would be it. */
const LENIENT = { finishFlush: 2, maxOutputLength: MOST_BYTES } as const;

/** Length of what stands before the deflated data. */
const HEADS: Readonly<Record<'gzip' | 'zlib' | 'deflate', (bytes: Uint8Array) => number>> = {
  gzip: gzipHead,
  zlib: () => 2,
  deflate: () => 0,
};

/**
 * What is packed in bytes, as far as it goes; undefined for what is not packed so, or too large. What stands behind it is
 * passed over: a file that is sent has the end of its message there.
 */
export function unpacked(form: keyof typeof HEADS, bytes: Uint8Array): Buffer | undefined {
  try {
    const options = form === 'deflate' ? { maxOutputLength: MOST_BYTES } : LENIENT;
    return inflateRawSync(bytes.subarray(HEADS[form](bytes)), options);
  } catch {
    return undefined;
  }
}

/** RFC 1952, section 2.3: ten bytes, and what the flags say follows. */
function gzipHead(bytes: Uint8Array): number {
  const flags = bytes[3] ?? 0;
  let at = 10;
  if ((flags & 4) !== 0) at += 2 + (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 256;
  // Name and comment end with a zero.
  for (const flag of [8, 16]) if ((flags & flag) !== 0) at = bytes.indexOf(0, at) + 1;
  return (flags & 2) === 0 ? at : at + 2;
}
