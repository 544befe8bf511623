import { createHash } from 'node:crypto';

/** First 16 hex digits of the SHA-256 of a text: tells contents apart, protects nothing. */
export function contentHash(text: string): string {
  return sha256Of(text).slice(0, 16);
}

/** SHA-256 as 64 hex digits. */
export function sha256Of(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
