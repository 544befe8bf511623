import type { SourcePosition } from '../errors/app-error.ts';

const BOM = '\uFEFF';

/** A text with the name of its file, and where its offsets are for people. */
export interface SourceText {
  file: string;
  text: string;
  /**
   * Position of the UTF-16 offset `start`; `end` is where the underlined part ends, cut at the end of the line. Offsets
   * beyond the text mean its end.
   */
  positionAt(start: number, end?: number): SourcePosition;
}

export function createSourceText(text: string, file: string): SourceText {
  const lineStarts = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) lineStarts.push(end + 1);

  function positionAt(start: number, end: number = start + 1): SourcePosition {
    const offset = Math.max(0, Math.min(start, text.length));
    const line = lineOf(lineStarts, offset);
    const lineStart = lineStarts[line - 1] ?? 0;
    const bom = line === 1 && text.startsWith(BOM) ? 1 : 0;
    const raw = text.slice(lineStart, (lineStarts[line] ?? text.length + 1) - 1);
    const excerpt = (raw.endsWith('\r') ? raw.slice(0, -1) : raw).slice(bom);
    const column = Math.max(1, offset - lineStart - bom + 1);
    const length = Math.max(
      1,
      Math.min(end, lineStart + bom + excerpt.length) - Math.max(offset, lineStart + bom),
    );
    return { file, line, column, excerpt, length };
  }

  return { file, text, positionAt };
}

/** Number of the line, from 1, in which the offset lies: binary search for the last start that is not after it. */
function lineOf(lineStarts: readonly number[], offset: number): number {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}
