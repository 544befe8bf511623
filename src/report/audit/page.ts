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
  return wrapText(text, columns - indent.length).map((line) => indent + line);
}

/** A paragraph behind a label, its lines below each other. */
export function labelled(label: string, text: string, indent: string, { style, columns }: Page): string[] {
  const hanging = `${indent}${' '.repeat(label.length)}  `;
  const [first = '', ...rest] = wrapText(text, columns - hanging.length);
  return [`${indent}${style.cyan(label)}  ${first}`, ...rest.map((line) => hanging + line)];
}
