import { maskSecrets } from '../documents/mask-secrets.ts';

const MAX_QUOTED = 60;

// Characters that would draw something else than what is there.
const INVISIBLE = /[\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uD800-\uDFFF]/gu;

/** A text in double quotes for a message: escaped, without what may be a secret, cut at 60 characters. */
export function quoted(text: string): string {
  const masked = maskSecrets(text);
  const short = masked.length > MAX_QUOTED ? `${masked.slice(0, MAX_QUOTED)}…` : masked;
  return JSON.stringify(short).replace(
    INVISIBLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A value of YAML as people name it: `the text "abc"`, `the number 3`, `empty`, `a list`. */
export function valueWords(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (typeof value === 'string') return `the text ${quoted(value)}`;
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return `the truth value ${value}`;
  return Array.isArray(value) ? 'a list' : 'a mapping';
}
