import type { Hit, Layer, Severity } from '../types.ts';

/** The mild ones have a bound of their own: many of them in front must not hide a bad one. */
const MOST_HITS = 40;
const EVIDENCE = 160;

/** Every place where a pattern with flag g matches. `rate` may change the severity, or give null for what is harmless. */
export function search(
  layer: Layer,
  pattern: RegExp,
  rate: (match: RegExpExecArray) => Severity | null | undefined = () => undefined,
): Hit[] {
  const hits: Hit[] = [];
  let bad = 0;
  for (const match of layer.text.matchAll(pattern)) {
    const severity = rate(match);
    if (severity === null) continue;
    const isBad = severity === 'critical' || severity === undefined;
    if (!isBad && hits.length - bad >= MOST_HITS) continue;
    if (isBad) bad += 1;
    hits.push({
      at: match.index,
      evidence: evidenceAt(layer.text, match.index, match[0].length),
      ...(severity === undefined ? {} : { severity }),
    });
    if (bad >= MOST_HITS) break;
  }
  return hits;
}

/** What stands around a match, on one line. */
export function evidenceAt(text: string, at: number, length: number): string {
  const end = at + Math.min(length, EVIDENCE);
  const shown = text
    .slice(at, end)
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim();
  return end < at + length ? `${shown}…` : shown;
}

/** The line of an offset, and the one before it. */
export function linesAround(text: string, at: number): string {
  const lineStart = text.lastIndexOf('\n', at - 1);
  const before = lineStart <= 0 ? 0 : text.lastIndexOf('\n', lineStart - 1) + 1;
  const end = text.indexOf('\n', at);
  return text.slice(Math.max(before, at - 400), Math.min(end === -1 ? text.length : end, at + 400));
}

const WARNING_WORDS =
  /\b(?:never|don'?t|do not|must not|avoid|refuse|reject|block(?:s|ed)?|detect(?:s|ed|ion)?|flag(?:s|ged)?|malicious|dangerous|suspicious|attack(?:s|er|ers)?|unsafe|forbidden|prohibited|red flags?|warn(?:s|ing)?|anti-?pattern)\b|❌|🚫/i;

/** True where prose seems to warn of a thing and not to ask for it. Somebody who lies can write that, too: it never makes a pass. */
export function isWarnedOf(layer: Layer, at: number): boolean {
  const isProse = layer.kind === 'markdown' || layer.kind === 'data' || layer.kind === 'text';
  return isProse && layer.hidden.length === 0 && WARNING_WORDS.test(linesAround(layer.text, at));
}

/** One step down where a text warns of the thing. */
export function milder(layer: Layer, at: number, severity: Severity): Severity {
  if (!isWarnedOf(layer, at)) return severity;
  return severity === 'critical' ? 'warning' : 'info';
}
