import { oneLine } from '../printable.ts';
import { sentence } from '../audit/parts.ts';

/**
 * What was observed as a sentence of its own: judges write it in lower case, to be put behind others. A first word that is a
 * name of something, like a path or a file, stays as it is.
 */
export function ownSentence(words: string): string {
  const text = sentence(oneLine(words));
  return /^[a-z]+[ ,:]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

export const RING_TITLES = {
  container: 'Container',
  network: 'Network',
  gateway: 'Gateway',
  agent: 'Agent',
} as const;
