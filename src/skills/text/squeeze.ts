/** A text without its long runs of blanks, and where each of its characters was. */
export interface Squeezed {
  text: string;
  origin(offset: number): number;
}

const LONG = /\s{9,}/g;
const KEPT = 8;

/** Blanks mean nothing to what runs a text, and a pattern over thousands of them takes very long. */
export function squeeze(text: string): Squeezed {
  const parts: string[] = [];
  /** Where a part begins in the squeezed text and in the text as it was. */
  const starts: [squeezed: number, original: number][] = [[0, 0]];
  let length = 0;
  let from = 0;
  for (const { 0: run, index } of text.matchAll(LONG)) {
    const part = text.slice(from, index) + shortened(run);
    parts.push(part);
    length += part.length;
    from = index + run.length;
    starts.push([length, from]);
  }
  if (from === 0) return { text, origin: (offset) => offset };
  return { text: `${parts.join('')}${text.slice(from)}`, origin: (offset) => originOf(starts, offset) };
}

/** Lines stay lines, and keep how far they are set in. */
function shortened(run: string): string {
  const last = run.lastIndexOf('\n');
  if (last === -1) return ' '.repeat(KEPT);
  const ends = run.indexOf('\n') === last ? '\n' : '\n\n';
  return ends + run.slice(last + 1, last + 1 + KEPT - ends.length);
}

function originOf(starts: readonly (readonly [number, number])[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle]?.[0] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const [squeezed, original] = starts[low] ?? [0, 0];
  return original + offset - squeezed;
}
