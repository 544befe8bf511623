import { isInvisible } from './invisible.ts';
import { looksLike } from './look-alikes.ts';

/** A text as a reader takes it, and where each of its characters was. */
export interface Folded {
  text: string;
  /** Offset in the text as it was. */
  origin(offset: number): number;
}

const PLAIN = /^[\n\r\t\x20-\x7e]*$/;
const identity = (offset: number): number => offset;

/** Takes invisible characters out, and puts plain letters in place of those that look like them. */
export function fold(text: string): Folded {
  if (PLAIN.test(text)) return { text, origin: identity };
  const parts: string[] = [];
  const origins: number[] = [];
  let at = 0;
  for (const letter of text) {
    if (!isInvisible(letter)) {
      const shown = letter < '\x7f' ? letter : (looksLike(letter) ?? letter);
      parts.push(shown);
      for (let unit = 0; unit < shown.length; unit += 1) origins.push(at);
    }
    at += letter.length;
  }
  return { text: parts.join(''), origin: (offset) => origins[Math.min(offset, origins.length - 1)] ?? 0 };
}
