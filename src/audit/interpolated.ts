import { interpolate } from '../documents/interpolate.ts';
import type { LocatedNode, LocatedScalar } from '../documents/located.ts';
import { maskedWords } from '../documents/mask-secrets.ts';
import { rememberTexts } from '../documents/remember-texts.ts';
import { isSecretName } from '../measures/secret-patterns.ts';

/**
 * True for a value that variables were put into: what it means may come from the environment of whoever runs this. Defaults
 * alone are written in the file.
 */
export function isInterpolated(node: LocatedNode | undefined): boolean {
  if (node?.kind !== 'scalar' || node.source?.includes('$') !== true) return false;
  return interpolate(node.source, () => undefined, 'empty').text !== String(node.value);
}

/** True when a value in a part of a document was interpolated. */
export function holdsInterpolated(node: LocatedNode | undefined): boolean {
  return node !== undefined && scalarsIn(node).some(isInterpolated);
}

/** Replaces secrets in texts of a report. */
export interface SecretMask {
  /** For names, which people find things by: values of variables with names of secrets. */
  name(text: string): string;
  /** For sentences: what looks like a secret by itself, too. */
  sentence(text: string): string;
}

const DOTS = '•••';
/** Shorter ones are part of any text. */
const SHORTEST = 4;
const MOST_VALUES = 500;

/**
 * Masks for what is told about a document: the environment of whoever runs this can hold secrets, and any value of the
 * document can ask for one by `${NAME}`.
 */
export function createSecretMask(root: LocatedNode | undefined): SecretMask {
  const values = root === undefined ? [] : secretValues(root);
  const name = (text: string): string =>
    values.reduce((masked, value) => masked.replaceAll(value, DOTS), text);
  return { name, sentence: (text) => maskedSentence(name(text)) };
}

const maskedSentence = rememberTexts(maskedWords);

/** Values of variables whose names are those of secrets, longest first. */
function secretValues(root: LocatedNode): string[] {
  const values = new Set<string>();
  for (const node of scalarsIn(root)) {
    if (values.size >= MOST_VALUES) break;
    if (!isInterpolated(node)) continue;
    for (const value of valuesPutIn(node.source ?? '', String(node.value))) values.add(value);
  }
  return [...values].toSorted((a, b) => b.length - a.length);
}

/** `$NAME`, `${NAME}`, `${NAME:-default}`, with one more in the default. */
const EXPRESSION = /\$\$|\$\{(?:[^{}]|\{[^{}]*\})*\}|\$[A-Za-z_]\w*/g;
const LONGEST_SOURCE = 2000;
const MOST_EXPRESSIONS = 8;

/** What stands in the value where the source has variables with names of secrets. */
function valuesPutIn(source: string, value: string): string[] {
  const expressions = [...source.matchAll(EXPRESSION)].map(([text]) => text);
  const isSecret = (text: string): boolean => (text.match(/[A-Za-z_]\w*/g) ?? []).some(isSecretName);
  if (!expressions.some(isSecret)) return [];
  // Who writes something as long as that gets it masked whole.
  if (source.length > LONGEST_SOURCE || expressions.length > MOST_EXPRESSIONS) return [value];
  const literals = source
    .split(EXPRESSION)
    .map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  const match = new RegExp(`^${literals.join('([^]*?)')}$`).exec(value);
  if (match === null) return [value];
  return expressions.flatMap((text, index) => {
    const found = match[index + 1] ?? '';
    // A default is written in the file.
    return isSecret(text) && found.length >= SHORTEST && !text.includes(found) ? [found] : [];
  });
}

/** All scalars in the order of the document. Into one list: a generator in each level takes several times as long. */
function scalarsIn(root: LocatedNode): LocatedScalar[] {
  const found: LocatedScalar[] = [];
  const look = (node: LocatedNode): void => {
    if (node.kind === 'scalar') found.push(node);
    else if (node.kind === 'list') node.items.forEach(look);
    else for (const inner of node.entries.values()) look(inner);
  };
  look(root);
  return found;
}
