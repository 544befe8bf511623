import type { DockerfileInstruction } from '../deployment.ts';
import { readFlags, splitWords } from './words.ts';

/**
 * What a COPY or ADD step takes from the build context, as written, with its offset in the text of the instruction; nothing
 * for other steps, and for those that copy out of another stage or image.
 */
export function copiedSources({ keyword, text }: DockerfileInstruction): { text: string; start: number }[] {
  if (keyword !== 'COPY' && keyword !== 'ADD') return [];
  const { flags, rest } = readFlags(text);
  if (flags.some(({ name }) => name === 'from')) return [];
  const line = text.slice(rest).split('\n')[0] ?? '';
  const words = line.startsWith('[')
    ? jsonWords(line, rest)
    : splitWords(line, '\\').map((word) => ({ text: word.text, start: word.start + rest }));
  return words.slice(0, -1);
}

function jsonWords(line: string, offset: number): { text: string; start: number }[] {
  return [...line.matchAll(/"([^"\\]*)"/g)].map((match) => ({
    text: match[1] ?? '',
    start: offset + match.index + 1,
  }));
}
