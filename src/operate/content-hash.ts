import { createHash } from 'node:crypto';

/** First 16 hex digits of the SHA-256 of a text: tells contents apart, protects nothing. */
export function contentHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
