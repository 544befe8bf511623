import type { DockerfileInstruction } from '../deployment.ts';
import { splitWords } from './words.ts';

/** A name and what is written behind it. */
export interface Pair {
  name: string;
  /** As written, quotes included; undefined for an ARG without a default. */
  value?: string;
  /** Offset of the name in the text of the instruction. */
  start: number;
}

/** Names and values of an ENV, ARG or LABEL instruction; ENV and LABEL also in the old form without `=`. */
export function pairsOf(instruction: Pick<DockerfileInstruction, 'keyword' | 'text'>, escape = '\\'): Pair[] {
  const words = splitWords(instruction.text, escape);
  const first = words[0];
  if (!first) return [];
  if (instruction.keyword !== 'ARG' && !first.text.includes('=')) {
    const value = instruction.text.slice(first.start + first.text.length).trim();
    return [{ name: first.text, value, start: first.start }];
  }
  return words.map(({ text, start }) => {
    const equals = text.indexOf('=');
    return equals < 0
      ? { name: text, start }
      : { name: text.slice(0, equals), value: text.slice(equals + 1), start };
  });
}

/** Where a part of an instruction's text stands in its file. */
export function rangeInFile(
  instruction: Pick<DockerfileInstruction, 'pieces' | 'range'>,
  start: number,
  end: number,
): { start: number; end: number } {
  const from = offsetInFile(instruction, start);
  return { start: from, end: Math.max(from + 1, offsetInFile(instruction, Math.max(start, end - 1)) + 1) };
}

function offsetInFile(
  { pieces, range }: Pick<DockerfileInstruction, 'pieces' | 'range'>,
  at: number,
): number {
  const piece = pieces.findLast(([text]) => text <= at);
  return piece ? piece[1] + at - piece[0] : range.start;
}
