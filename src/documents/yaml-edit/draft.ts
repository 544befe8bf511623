import { applyEdits, type TextEdit } from '../text-edit.ts';

/** A text under change. Edits are made one after the other, each for the text that the last one left. */
export interface Draft {
  text(): string;
  apply(edits: readonly TextEdit[]): void;
  /** All of it as edits of the text that the draft began with; as small as the single edits were. */
  edits(): TextEdit[];
}

/** A stretch of the first text, or new text. */
type Piece = { start: number; end: number; text?: undefined } | { text: string };

/** Begins a draft of `original`. */
export function createDraft(original: string): Draft {
  let pieces: Piece[] = original === '' ? [] : [{ start: 0, end: original.length }];
  let current = original;
  return {
    text: () => current,
    apply(edits) {
      const next = applyEdits(current, edits);
      const ordered = edits.map((edit, order) => ({ ...edit, order }));
      ordered.sort((a, b) => a.start - b.start || a.end - b.end || a.order - b.order);
      for (const edit of ordered.toReversed()) pieces = replaced(pieces, edit);
      current = next;
    },
    edits: () => editsOf(pieces, original),
  };
}

function lengthOf(piece: Piece): number {
  return piece.text === undefined ? piece.end - piece.start : piece.text.length;
}

function sliceOf(piece: Piece, from: number, to: number): Piece[] {
  if (from >= to) return [];
  if (piece.text !== undefined) return [{ text: piece.text.slice(from, to) }];
  return [{ start: piece.start + from, end: piece.start + to }];
}

function replaced(pieces: readonly Piece[], edit: TextEdit): Piece[] {
  const before: Piece[] = [];
  const behind: Piece[] = [];
  let position = 0;
  for (const piece of pieces) {
    const length = lengthOf(piece);
    before.push(...sliceOf(piece, 0, Math.min(length, edit.start - position)));
    behind.push(...sliceOf(piece, Math.max(0, edit.end - position), length));
    position += length;
  }
  return [...before, ...(edit.text === '' ? [] : [{ text: edit.text }]), ...behind];
}

function editsOf(pieces: readonly Piece[], original: string): TextEdit[] {
  const edits: TextEdit[] = [];
  let position = 0;
  let added = '';
  const flush = (end: number): void => {
    const edit = trimmed({ start: position, end, text: added }, original);
    if (edit) edits.push(edit);
    added = '';
  };
  for (const piece of pieces) {
    if (piece.text !== undefined) {
      added += piece.text;
      continue;
    }
    flush(piece.start);
    position = piece.end;
  }
  flush(original.length);
  return edits;
}

/** Without what the edit only writes again; undefined when nothing is left. */
function trimmed(edit: TextEdit, original: string): TextEdit | undefined {
  let { start, end, text } = edit;
  if (start === end && text === '') return undefined;
  while (start < end && text !== '' && original[start] === text[0]) {
    start += 1;
    text = text.slice(1);
  }
  while (start < end && text !== '' && original[end - 1] === text.at(-1)) {
    end -= 1;
    text = text.slice(0, -1);
  }
  return start === end && text === '' ? undefined : { start, end, text };
}
