import { atLeast } from './config-keys.ts';
import { KNOWN_KEYS_VERSION } from './known-keys.generated.ts';
import { hasKnownKeys, isKnownPath, unknownKeys } from './known-keys.ts';
import { RENAMED_KEYS, renamedKey } from './renamed-keys.ts';
import { RETIRED_KEYS } from './retired-keys.ts';

/** A key of a deployment's openclaw.json that another version does not take as it stands. */
export interface KeyChange {
  path: (string | number)[];
  /** Where its value goes; null = nowhere. */
  to: (string | number)[] | null;
  /** moved = the value is taken over; removed = it has no effect any more; unknown = only OpenClaw's own doctor can tell. */
  kind: 'moved' | 'removed' | 'unknown';
  /** What to write instead, or why nothing is needed; empty where nothing is known. */
  note: string;
}

/**
 * Keys in a configuration that a version retires or renames, in the order of the file.
 * @param config data of openclaw.json
 * @param version the version that shall read it
 */
export function keyChanges(config: unknown, version: string): KeyChange[] {
  const found = new Map<string, KeyChange>();
  const add = (change: KeyChange): void => {
    const key = JSON.stringify(change.path);
    if (!found.has(key)) found.set(key, change);
  };
  for (const path of pathsOf(config)) {
    const change = retired(path, version) ?? renamed(path, config, version);
    if (change !== undefined) add(change);
  }
  if (hasKnownKeys(version)) {
    for (const { path } of unknownKeys(config)) {
      const isInside = [...found.values()].some((change) => startsWith(path, change.path));
      if (!isInside) add({ path, to: null, kind: 'unknown', note: '' });
    }
  }
  return [...found.values()];
}

/** The configuration with every change made that is known; what is unknown is left for OpenClaw's doctor. */
export function applyKeyChanges<T>(config: T, changes: readonly KeyChange[]): T {
  const result = structuredClone(config);
  for (const { path, to, kind } of changes) {
    if (kind === 'unknown') continue;
    const value = take(result, path);
    if (to !== null && value !== undefined) put(result, to, value);
  }
  return result;
}

function retired(path: readonly (string | number)[], version: string): KeyChange | undefined {
  const key = RETIRED_KEYS.find((entry) => matches(entry.path.split('.'), path));
  if (key === undefined || !atLeast(version, key.since ?? KNOWN_KEYS_VERSION)) return undefined;
  const to = key.to?.split('.') ?? null;
  return { path: [...path], to, kind: to === null ? 'removed' : 'moved', note: key.instead };
}

/** A short name such as `media` may mean something else elsewhere: only what the version really does not know is moved. */
function renamed(
  path: readonly (string | number)[],
  config: unknown,
  version: string,
): KeyChange | undefined {
  if (!atLeast(version, KNOWN_KEYS_VERSION)) return undefined;
  const entry = renamedKey(path);
  if (entry === undefined || isKnownPath(path)) return undefined;
  const { to } = entry;
  if (to === null) return { path: [...path], to, kind: 'removed', note: 'it has no effect any more' };
  if (valueAt(config, to) !== undefined)
    return { path: [...path], to: null, kind: 'removed', note: `${to.join('.')} is set already` };
  return { path: [...path], to, kind: 'moved', note: to.join('.') };
}

/** Deepest path that any rule names. */
const DEPTH = Math.max(
  ...[...RETIRED_KEYS.map(({ path }) => path), ...RENAMED_KEYS.map(({ from }) => from)].map(
    (path) => path.split('.').length,
  ),
);

function* pathsOf(value: unknown, path: string[] = []): Generator<string[]> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || path.length >= DEPTH) return;
  for (const [key, inner] of Object.entries(value)) {
    yield [...path, key];
    yield* pathsOf(inner, [...path, key]);
  }
}

function matches(pattern: readonly string[], path: readonly (string | number)[]): boolean {
  return pattern.length === path.length && pattern.every((step, index) => step === '*' || step === path[index]);
}

function startsWith(path: readonly (string | number)[], start: readonly (string | number)[]): boolean {
  return start.every((step, index) => path[index] === step);
}

type Container = Record<string | number, unknown>;

function valueAt(root: unknown, path: readonly (string | number)[]): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Container)[step];
  }
  return value;
}

/** Takes a value out, and the objects around it that are left with nothing. */
function take(root: unknown, path: readonly (string | number)[]): unknown {
  const [last] = path.slice(-1);
  const parent = valueAt(root, path.slice(0, -1));
  if (last === undefined || typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, last))
    return undefined;
  const value = (parent as Container)[last];
  delete (parent as Container)[last];
  if (path.length > 1 && !Array.isArray(parent) && Object.keys(parent).length === 0)
    take(root, path.slice(0, -1));
  return value;
}

/** Nothing is put over what is there, and nothing below a value that can hold no key. */
function put(root: unknown, path: readonly (string | number)[], value: unknown): void {
  if (path.includes('__proto__')) return;
  let target = root as Container;
  for (const step of path.slice(0, -1)) {
    if (!Object.hasOwn(target, step)) target[step] = {};
    const next = target[step];
    if (typeof next !== 'object' || next === null || Array.isArray(next)) return;
    target = next as Container;
  }
  const [last] = path.slice(-1);
  if (last !== undefined && !Object.hasOwn(target, last)) target[last] = value;
}
