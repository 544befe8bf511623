import type { LocatedJson5 } from '../../documents/located-json5.ts';
import { setIn, removeIn } from '../../documents/json5-edit.ts';
import { parseLocatedJson5 } from '../../documents/located-json5.ts';
import { plainOf } from '../../documents/located.ts';
import { applyEdits } from '../../documents/text-edit.ts';
import { configUnreadable } from '../../errors/operate-errors.ts';
import { providerNameTaken } from '../../errors/secret-errors.ts';
import { providerName, providerOf, secretRef } from './names.ts';

export type Steps = readonly (string | number)[];

/** A setting that gets its value from a key. */
export interface Reference {
  steps: Steps;
  /** Name of the provider in openclaw.json. */
  provider: string;
}

interface Settings {
  [key: string]: unknown;
}

/** Every SecretRef to a file provider in the settings. */
export function referencesIn(config: unknown): Reference[] {
  const found: Reference[] = [];
  const visit = (value: unknown, steps: Steps): void => {
    if (Array.isArray(value)) value.forEach((item, index) => visit(item, [...steps, index]));
    if (!isSettings(value)) return;
    const { source, provider, id } = value;
    if (source === 'file' && typeof provider === 'string' && typeof id === 'string')
      found.push({ steps, provider });
    else for (const [key, item] of Object.entries(value)) visit(item, [...steps, key]);
  };
  visit(config, []);
  return found;
}

/** Dotted paths of the settings that refer to the key of this name. */
export function placesOf(config: unknown, name: string): string[] {
  return stepsTo(config, name).map((steps) => steps.join('.'));
}

/** The same, as steps. */
export function stepsTo(config: unknown, name: string): Steps[] {
  return referencesIn(config)
    .filter(({ provider }) => provider === providerName(name))
    .map(({ steps }) => steps);
}

/**
 * Text of openclaw.json with the provider of a key, and with references to it at these settings. All else stays as it is,
 * comments included.
 * @throws AppError `provider-name-taken` when a provider of that name reads something else
 */
export function withKey(text: string, name: string, settings: readonly Steps[]): string {
  const found = settingAt(text, ['secrets', 'providers', providerName(name)]);
  const wanted = providerOf(name);
  if (found !== undefined && !isSame(found, wanted)) throw providerNameTaken(name, providerName(name));
  let result =
    found === undefined ? edited(text, ['secrets', 'providers', providerName(name)], wanted) : text;
  for (const steps of settings) result = edited(result, steps, secretRef(name));
  return result;
}

/** Text of openclaw.json without a key's provider and without these settings. */
export function withoutKey(text: string, name: string, settings: readonly Steps[]): string {
  const paths = [...settings, ['secrets', 'providers', providerName(name)]];
  return paths.reduce((result, path) => applyEdits(result, removeIn(parse(result), path)), text);
}

/** Settings of openclaw.json as plain data. @throws AppError `config-unreadable` */
export function settingsOf(text: string): Settings {
  const { root } = parse(text);
  const value = root === null ? null : plainOf(root);
  if (!isSettings(value)) throw configUnreadable('it holds no object');
  return value;
}

function settingAt(text: string, path: Steps): unknown {
  return path.reduce<unknown>(
    (value, step) => (isSettings(value) && Object.hasOwn(value, step) ? value[String(step)] : undefined),
    settingsOf(text),
  );
}

function edited(text: string, path: Steps, value: object): string {
  return applyEdits(text, setIn(parse(text), path, { ...value }));
}

function parse(text: string): LocatedJson5 {
  const document = parseLocatedJson5(text, 'openclaw.json');
  if (document.root === null || document.root.kind === 'scalar')
    throw configUnreadable(document.problems[0]?.message ?? 'it holds no object');
  return document;
}

function isSame(a: unknown, b: unknown): boolean {
  const sorted = (value: unknown): string =>
    JSON.stringify(
      isSettings(value) ? Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)) : value,
    );
  return sorted(a) === sorted(b);
}

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
