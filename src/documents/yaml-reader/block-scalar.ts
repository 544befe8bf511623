import {
  codeAt,
  column,
  current,
  fail,
  HASH,
  isAtEnd,
  isBlank,
  isBreakOrEnd,
  SPACE,
  skipBlanks,
  skipLine,
  TAB,
  type Reader,
} from './reader.ts';
import type { SyntaxScalar } from './syntax-node.ts';

interface Header {
  isFolded: boolean;
  /** What becomes of the line breaks at the end. */
  chomping: 'clip' | 'strip' | 'keep';
  /** How much deeper than what is around it the text is indented; 0 = as its first line shows. */
  indentation: number;
}

/** A text behind `|` or `>`, in lines that are indented more than `indent`. */
export function readBlockScalar(reader: Reader, indent: number): SyntaxScalar {
  const start = reader.position;
  const header = readHeader(reader);
  let end = reader.position;
  const given = header.indentation > 0 ? Math.max(indent, 0) + header.indentation : undefined;
  const blank = readBlankLines(reader, given);
  const textIndent = given ?? Math.max(blank.widest, indent + 1, 1);
  let text = '';
  let breaks = blank.breaks;
  let pending = '';
  let wasBlank = false;
  while (column(reader) === textIndent && !isAtEnd(reader)) {
    const isBlankLine = isBlank(current(reader));
    const isJoined = header.isFolded && pending === '\n' && !wasBlank && !isBlankLine;
    text += (isJoined ? joint(breaks) : pending) + '\n'.repeat(breaks);
    wasBlank = isBlankLine;
    const lineEnd = endOfLine(reader);
    text += reader.text.slice(reader.position, lineEnd);
    reader.position = lineEnd;
    pending = isAtEnd(reader) ? '' : '\n';
    skipLine(reader);
    end = reader.position;
    breaks = readBlankLines(reader, textIndent).breaks;
  }
  if (header.chomping !== 'strip') text += pending;
  if (header.chomping === 'keep') {
    text += '\n'.repeat(breaks);
    end = reader.lineStart;
  }
  // The next part begins at the beginning of its line, as everywhere.
  reader.position = reader.lineStart;
  return { kind: 'scalar', text, isPlain: false, start, end };
}

/** What stands for the line break between two lines with so many blank ones between them. */
function joint(blankLines: number): string {
  return blankLines === 0 ? ' ' : '';
}

function readHeader(reader: Reader): Header {
  const pattern = /([|>])(?:([+-])([1-9])?|([1-9])([+-])?)?/y;
  pattern.lastIndex = reader.position;
  const [written = '', style, sign = '', number = '', number2 = '', sign2 = ''] =
    pattern.exec(reader.text) ?? [];
  reader.position += written.length;
  const before = reader.position;
  skipBlanks(reader);
  const isComment = current(reader) === HASH && reader.position > before;
  if (!isComment && !isBreakOrEnd(current(reader)))
    fail(reader, 'Behind | or >, the text begins on the next line.');
  const chomping = sign + sign2;
  skipLine(reader);
  return {
    isFolded: style === '>',
    chomping: chomping === '+' ? 'keep' : chomping === '-' ? 'strip' : 'clip',
    indentation: Number(number + number2),
  };
}

/**
 * Skips indentation, up to `limit` columns where it is known, and lines that have nothing else.
 * @returns how many lines, and the widest indentation seen
 */
function readBlankLines(reader: Reader, limit?: number): { breaks: number; widest: number } {
  let breaks = 0;
  let widest = 0;
  for (;;) {
    skipSpaces(reader, limit);
    widest = Math.max(widest, column(reader));
    if (current(reader) === TAB && limit === undefined)
      fail(reader, 'A tab indents the line; YAML allows only spaces there.');
    if (isAtEnd(reader) || !isBreakOrEnd(current(reader))) return { breaks, widest };
    skipLine(reader);
    breaks += 1;
  }
}

function skipSpaces(reader: Reader, limit: number = Infinity): void {
  const last = reader.lineStart + limit;
  while (current(reader) === SPACE && reader.position < last) reader.position += 1;
}

function endOfLine(reader: Reader): number {
  const newline = reader.text.indexOf('\n', reader.position);
  const end = newline < 0 ? reader.text.length : newline;
  return end > reader.position && codeAt(reader, end - 1) === 0x0d && newline >= 0 ? end - 1 : end;
}
