import type { Style } from '../style.ts';
import { wrapText } from '../wrap.ts';

/** How a text for the terminal is laid out. */
export interface Page {
  style: Style;
  columns: number;
  verbose: boolean;
}

/** A paragraph at an indent. */
export function paragraph(text: string, indent: string, columns: number): string[] {
  return wrapped(text, columns - indent.length).map((line) => indent + line);
}

/** A paragraph behind a label, its lines below each other. */
export function labelled(label: string, text: string, indent: string, { style, columns }: Page): string[] {
  const hanging = `${indent}${' '.repeat(label.length)}  `;
  const [first = '', ...rest] = wrapped(text, columns - hanging.length);
  return [`${indent}${style.cyan(label)}  ${first}`, ...rest.map((line) => hanging + line)];
}

const MOST_TEXTS = 1000;
const LONGEST_TEXT = 1000;
const known = new Map<string, readonly string[]>();

/** Reports say the same again and again: why a measure asks for something, and how that is mended. */
function wrapped(text: string, columns: number): readonly string[] {
  if (text.length > LONGEST_TEXT) return wrapText(text, columns);
  const key = `${columns} ${text}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  if (known.size >= MOST_TEXTS) known.clear();
  const lines = wrapText(text, columns);
  known.set(key, lines);
  return lines;
}
