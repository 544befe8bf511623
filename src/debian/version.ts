/** A Debian version taken apart: [epoch:]upstream[-revision]. */
interface DebianVersion {
  epoch: number;
  upstream: string;
  revision: string;
}

const SYNTAX = /^(?:\d{1,9}:)?\d[A-Za-z0-9.+~:-]*$/;

/** True for what dpkg takes as a version. */
export function isDebianVersion(text: string): boolean {
  return text.length <= 256 && SYNTAX.test(text) && !text.endsWith('-') && !/-.*:/.test(text);
}

/**
 * Debian's own order, as Debian Policy 5.6.12 has it: `~` sorts before the end, letters before all else, digits as numbers.
 * Negative when `a` is earlier, 0 when both are the same to dpkg (`1.0` and `1.0-0`), positive otherwise.
 */
export function compareDebianVersions(a: string, b: string): number {
  const [first, second] = [parse(a), parse(b)];
  return (
    first.epoch - second.epoch ||
    compareParts(first.upstream, second.upstream) ||
    compareParts(first.revision, second.revision)
  );
}

function parse(text: string): DebianVersion {
  const colon = text.indexOf(':');
  const rest = text.slice(colon + 1);
  const dash = rest.lastIndexOf('-');
  return {
    epoch: colon < 0 ? 0 : Number(text.slice(0, colon)),
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    revision: dash < 0 ? '' : rest.slice(dash + 1),
  };
}

/** Alternating runs of other characters, compared one by one, and of digits, compared as numbers. */
function compareParts(a: string, b: string): number {
  const [first, second] = [runsOf(a), runsOf(b)];
  for (let index = 0; index < Math.max(first.length, second.length); index += 1) {
    const [left, right] = [first[index], second[index]];
    const order =
      compareWords(left?.word ?? '', right?.word ?? '') ||
      compareNumbers(left?.digits ?? '', right?.digits ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

function runsOf(text: string): { word: string; digits: string }[] {
  return [...text.matchAll(/(\D*)(\d*)/g)].map(([, word = '', digits = '']) => ({ word, digits }));
}

function compareWords(a: string, b: string): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const order = rank(a[index]) - rank(b[index]);
    if (order !== 0) return order;
  }
  return 0;
}

function rank(character: string | undefined): number {
  if (character === undefined) return 0;
  if (character === '~') return -1;
  const code = character.codePointAt(0) ?? 0;
  return /[A-Za-z]/.test(character) ? code : code + 256;
}

/** Of any length: upstream versions hold dates and commit counts that no number of ours could hold. */
function compareNumbers(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  return left.length - right.length || (left < right ? -1 : Number(left > right));
}
