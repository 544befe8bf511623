/** UTF-16 offsets in a text; `end` is exclusive. */
export interface TextRange {
  start: number;
  end: number;
}

/** One change of a text; `start === end` inserts. */
export interface TextEdit extends TextRange {
  text: string;
}

/**
 * Applies edits to the text that they were made for; everything outside of them stays as it is, byte by byte.
 * Insertions at the same place keep their order.
 * @throws RangeError for edits that overlap or lie outside of the text: a bug of whoever made them.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const ordered = edits.map((edit, order) => ({ ...edit, order }));
  ordered.sort((a, b) => a.start - b.start || a.end - b.end || a.order - b.order);
  let result = '';
  let position = 0;
  for (const { start, end, text: replacement } of ordered) {
    if (start < position || end < start || end > text.length)
      throw new RangeError(`edit ${start}-${end} overlaps another one or lies outside of the text`);
    result += text.slice(position, start) + replacement;
    position = end;
  }
  return result + text.slice(position);
}
