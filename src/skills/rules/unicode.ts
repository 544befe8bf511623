import { invisibleRuns, NEEDS_JOINERS } from '../text/invisible.ts';
import type { Hit, Layer, TextRule } from '../types.ts';

const BIDI = /[\u202a-\u202e\u2066-\u2069]/;

const invisible: TextRule = {
  id: 'invisible-characters',
  title: 'Has characters that show nothing',
  severity: 'warning',
  why: 'They hide orders from people, split words that scanners look for, or turn around what is shown.',
  find: (layer) => {
    if (layer.hidden.length > 0) return [];
    const runs = invisibleRuns(layer.raw);
    const total = runs.reduce((sum, { count }) => sum + count, 0);
    return runs.slice(0, 5).map(({ at, length, count, message }): Hit => {
      const run = layer.raw.slice(at, at + length);
      // One alone is shown in lists of such characters.
      const isTurned =
        BIDI.test(run) && !NEEDS_JOINERS.test(layer.raw) && (total > 1 || layer.kind !== 'markdown');
      const severity =
        message !== null || count >= 8 || total >= 24 || isTurned
          ? 'critical'
          : total >= 6 || BIDI.test(run)
            ? 'warning'
            : 'info';
      return { at: foldedOffset(layer, at), severity, evidence: describe(run, count) };
    });
  },
};

/** Rules speak of the folded text: counts back from the text as it was. */
function foldedOffset(layer: Layer, rawOffset: number): number {
  const line = layer.raw.slice(0, rawOffset).split('\n').length;
  let at = 0;
  for (let count = 1; count < line; count += 1) at = layer.text.indexOf('\n', at) + 1;
  return at;
}

function describe(run: string, count: number): string {
  const codes = [
    ...new Set(
      [...run].map(
        (letter) => `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
      ),
    ),
  ];
  return `${count} × ${codes.slice(0, 4).join(', ')}${codes.length > 4 ? ', …' : ''}`;
}

const MIXED =
  /(?=[\p{L}\p{N}_-]{0,40}[A-Za-z])(?=[\p{L}\p{N}_-]{0,40}[\u0370-\u03ff\u0400-\u052f])[\p{L}\p{N}_-]{3,60}/gu;

const lookAlikes: TextRule = {
  id: 'look-alike-letters',
  title: 'Mixes letters of two alphabets in one word',
  severity: 'warning',
  why: 'The word looks like another one: a name, a command or an address that is not what it seems.',
  find: (layer) => {
    if (layer.hidden.length > 0 || layer.raw === layer.text) return [];
    const hits: Hit[] = [];
    for (const { 0: word, index } of layer.raw.matchAll(MIXED)) {
      // Units such as µm and kΩ, and Greek letters in formulas, stand beside Latin ones and look like none.
      const folded = [...word].filter((letter) => /[\u0370-\u052f]/.test(letter));
      if (!folded.every((letter) => !/[μµΩωπσλΔδθαβγε]/.test(letter))) continue;
      hits.push({ at: foldedOffset(layer, index), evidence: word });
      if (hits.length >= 5) break;
    }
    return hits;
  },
};

const padding: TextRule = {
  id: 'padding',
  title: 'Pushes a text out of sight',
  severity: 'warning',
  why: 'Hundreds of blanks or empty lines before a text keep it from being seen, and from readers that stop early.',
  find: (layer) => {
    if (layer.hidden.length > 0) return [];
    const hits: Hit[] = [];
    const blanks = /\S[ \t]{200,}\S/.exec(layer.text);
    if (blanks !== null)
      hits.push({ at: blanks.index, evidence: `${blanks[0].length - 2} blanks in a line` });
    const lines = emptyLines(layer.text);
    if (lines !== null) hits.push({ at: lines.at, evidence: `${lines.count} empty lines` });
    return hits;
  },
};

/** The first 80 or more empty lines with a text behind them. */
function emptyLines(text: string): { at: number; count: number } | null {
  let at = 0;
  let count = 0;
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    if (text.slice(start, end).trim() !== '') {
      if (count >= 80) return { at, count };
      count = 0;
    } else {
      if (count === 0) at = start;
      count += 1;
    }
    start = end + 1;
  }
  return null;
}

export const unicodeRules: readonly TextRule[] = [invisible, lookAlikes, padding];
