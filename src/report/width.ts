import { withoutEscapes } from '../documents/escape-sequences.ts';

/** Widths of text in terminal columns. Handles colour codes, wide East Asian characters, emoji and combining marks. */

// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROLS = /[\u0000-\u001F\u007F-\u009F]/gu;
const ZERO_WIDTH = /^(?:\p{Mark}|\p{Default_Ignorable_Code_Point})+$/u;
const WIDE =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|[\u{20000}-\u{3FFFD}])/u;

/** Text of which every character takes one column, as nearly all is: letters of Europe, dashes, quotes, dots, arrows. */
const PLAIN =
  /^[\u0020-\u007E\u00A1-\u00AC\u00AE-\u024F\u2010-\u2015\u2018-\u201F\u2022\u2026\u2190-\u2193]*$/u;

let loaded: Intl.Segmenter | undefined;

/** Slow to make, and hardly ever needed. */
function segmenter(): Intl.Segmenter {
  loaded ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return loaded;
}

/** True for text of which every character takes one column. */
export function isPlain(text: string): boolean {
  return PLAIN.test(text);
}

/** Columns that one line of text takes. */
export function textWidth(text: string): number {
  if (isPlain(text)) return text.length;
  const visible = withoutEscapes(text);
  if (isPlain(visible)) return visible.length;
  let width = 0;
  for (const { segment } of segmenter().segment(visible)) width += graphemeWidth(segment);
  return width;
}

/** A line cut to at most `columns`, with an ellipsis where something was cut. For text without colour codes. */
export function truncate(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  if (isPlain(text)) return columns < 1 ? '' : `${text.slice(0, columns - 1)}…`;
  let width = 0;
  let result = '';
  for (const { segment } of segmenter().segment(text)) {
    width += graphemeWidth(segment);
    if (width > columns - 1) break;
    result += segment;
  }
  return columns < 1 ? '' : `${result}…`;
}

/** Text of other programs as one plain line: no escape codes, no control characters. */
export function plainLine(text: string): string {
  return withoutEscapes(text).replace(CONTROLS, ' ').trim();
}

function graphemeWidth(segment: string): number {
  if (ZERO_WIDTH.test(segment)) return 0;
  return WIDE.test(segment) ? 2 : 1;
}
