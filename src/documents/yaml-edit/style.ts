import type { YamlEntry, YamlPart } from './tree.ts';

/** How a file is written; what is added is written alike. */
export interface YamlStyle {
  lineBreak: '\n' | '\r\n';
  /** Columns from a key to the keys below it. */
  indent: number;
  /** Columns from a key to the dashes of its list: 0 or more. */
  listIndent: number;
  quote: 'single' | 'double';
}

/** The way that most parts of the file are written in; where it does not tell, the way of most Compose files. */
export function detectStyle(text: string, root: YamlPart): YamlStyle {
  const counts: Counts = { indent: new Map(), listIndent: new Map(), single: 0, double: 0 };
  count(root, text, counts);
  const indent = mostOf(counts.indent) ?? 2;
  const crlf = text.split('\r\n').length - 1;
  const lines = text.split('\n').length - 1;
  return {
    lineBreak: crlf * 2 > lines ? '\r\n' : '\n',
    indent,
    listIndent: mostOf(counts.listIndent) ?? indent,
    quote: counts.single > counts.double ? 'single' : 'double',
  };
}

interface Counts {
  indent: Map<number, number>;
  listIndent: Map<number, number>;
  single: number;
  double: number;
}

function count(part: YamlPart, text: string, counts: Counts): void {
  if (part.form === 'single' || part.form === 'double') counts[part.form] += 1;
  for (const entry of part.entries) {
    if (part.kind === 'map' && !part.isFlow) countIndent(entry, text, counts);
    count(entry.value, text, counts);
  }
}

function countIndent({ start, value }: YamlEntry, text: string, counts: Counts): void {
  const first = value.entries[0];
  if (!first || value.isFlow) return;
  const steps = columnOf(text, first.start) - columnOf(text, start);
  if (steps < (value.kind === 'list' ? 0 : 1)) return;
  const seen = value.kind === 'map' ? counts.indent : counts.listIndent;
  seen.set(steps, (seen.get(steps) ?? 0) + 1);
}

/** The value that was counted most often; of several, the first. */
function mostOf(counts: ReadonlyMap<number, number>): number | undefined {
  let best: [number, number] | undefined;
  for (const [value, times] of counts) if (!best || times > best[1]) best = [value, times];
  return best?.[0];
}

/** Columns before an offset on its line, a BOM not counted. */
export function columnOf(text: string, offset: number): number {
  const start = lineStartOf(text, offset);
  return offset - start - (start === 0 && text.startsWith('\uFEFF') ? 1 : 0);
}

export function lineStartOf(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

/** End of the line of an offset, before its line break. */
export function lineEndOf(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  if (end < 0) return text.length;
  return end > offset && text[end - 1] === '\r' ? end - 1 : end;
}
