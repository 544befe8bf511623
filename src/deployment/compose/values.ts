import { hasUnknownVariable, unknownVariables } from '../../documents/unknown-variable.ts';

/** Small readers of loosely typed YAML values. Each returns undefined for what it does not understand. */

export type YamlMap = Record<string, unknown>;

export function isMap(value: unknown): value is YamlMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asMap(value: unknown): YamlMap {
  return isMap(value) ? value : {};
}

const trueWords = new Set(['true', 'yes', 'on', 'y', '1']);
const falseWords = new Set(['false', 'no', 'off', 'n', '0']);

/** A boolean, also in the YAML 1.1 and string spellings that Compose accepts; an absent value is false. */
export function parseBoolean(value: unknown): boolean | undefined {
  if (value === undefined || value === null) return false;
  if (typeof value === 'boolean') return value;
  const word = (asText(value) ?? '').toLowerCase();
  if (trueWords.has(word)) return true;
  return falseWords.has(word) ? false : undefined;
}

/** A scalar as text; undefined for lists, maps and null. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** A list of scalars, or one scalar, as texts; an absent value is an empty list. */
export function parseTexts(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return [];
  const texts = (Array.isArray(value) ? value : [value]).map(asText);
  return texts.every((text) => text !== undefined) ? texts : undefined;
}

/** `{A: 1}` or `["A=1"]` as pairs; a null or missing value stays undefined. */
export function parsePairs(value: unknown): [string, string | undefined][] | undefined {
  if (value === undefined || value === null) return [];
  if (isMap(value)) return Object.entries(value).map(([key, entry]) => [key, asText(entry)]);
  const texts = parseTexts(value);
  return texts?.map((text) => {
    const separator = text.indexOf('=');
    return separator < 0 ? [text, undefined] : [text.slice(0, separator), text.slice(separator + 1)];
  });
}

/** Names of the unset variables that any text in the value depends on. */
export function variablesIn(value: unknown): string[] {
  // Nearly always.
  if (value === undefined || value === null || (typeof value === 'string' && !hasUnknownVariable(value)))
    return [];
  const names = new Set<string>();
  collectVariables(value, names);
  return [...names];
}

function collectVariables(value: unknown, names: Set<string>): void {
  if (typeof value === 'string') {
    if (hasUnknownVariable(value)) for (const name of unknownVariables(value)) names.add(name);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const inner of Array.isArray(value) ? value : Object.values(value)) collectVariables(inner, names);
}
