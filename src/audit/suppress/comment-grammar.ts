/** What a suppressing comment says, before it is known whether that makes sense. */
export interface SuppressionWords {
  measures: string[];
  reason?: string;
  owner?: string;
  expires?: string;
}

const HEAD = /^\s*clawproof\s*:/;
const IGNORE = /^\s*clawproof\s*:\s*ignore\s*\[([^\]]*)\]/;
const ATTRIBUTE = /^\s*,?\s*(reason|owner|expires)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"',]+))/;

const MOST_MEASURES = 20;

/** What a comment has to look like; completes "write …". */
export const grammar = '# clawproof: ignore[measure-id] reason="why" owner=name expires=2027-01-31';

/**
 * Reads the body of a comment.
 * @returns undefined for a comment that is not meant for clawproof, and what is wrong with one that is
 */
export function parseSuppressionComment(body: string): SuppressionWords | { problem: string } | undefined {
  if (!HEAD.test(body)) return undefined;
  const match = IGNORE.exec(body);
  if (!match) return { problem: 'This comment begins as one for clawproof and goes on differently' };
  const measures = (match[1] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (measures.length > MOST_MEASURES) return { problem: 'This comment names too many measures' };
  if (measures.length === 0) return { problem: 'This comment names no measure in its brackets' };
  return withAttributes({ measures }, body.slice(match[0].length));
}

/** Takes `reason="…"` and its like, in any order, each once. */
function withAttributes(words: SuppressionWords, text: string): SuppressionWords | { problem: string } {
  let rest = text;
  while (rest.trim() !== '') {
    const attribute = ATTRIBUTE.exec(rest);
    if (!attribute) return { problem: 'What follows the brackets is not understood' };
    const name = attribute[1] as 'reason' | 'owner' | 'expires';
    if (words[name] !== undefined) return { problem: `This comment has two values for ${name}` };
    const value = attribute[2]?.replaceAll(/\\(.)/g, '$1') ?? attribute[3] ?? attribute[4] ?? '';
    words[name] = value.trim();
    rest = rest.slice(attribute[0].length);
  }
  return words;
}
