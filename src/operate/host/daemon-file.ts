import { readDaemonConfig } from '../../deployment/engine-settings/daemon-config.ts';
import { removeIn, setIn } from '../../documents/json5-edit.ts';
import type { JsonValue } from '../../documents/json5-style.ts';
import { parseLocatedJson5 } from '../../documents/located-json5.ts';
import type { DocumentPath } from '../../documents/located.ts';
import { applyEdits } from '../../documents/text-edit.ts';

/** One key of daemon.json and the value that it gets. */
export interface DaemonKey {
  path: string[];
  value: JsonValue;
}

/** A key that was set, and what stood there before; absent = nothing did. */
export interface SetKey extends DaemonKey {
  before?: JsonValue;
}

/** daemon.json with keys set; all else in it stays as it is, byte by byte. */
export interface EditedDaemonFile {
  text: string;
  set: SetKey[];
}

const EMPTY = '{\n}\n';

/** Settings of a daemon.json; null text = there is no file. Undefined when the engine would refuse it. */
export function daemonSettings(text: string | null, file: string): Record<string, unknown> | undefined {
  return readDaemonConfig(startOf(text), file).engine?.settings;
}

/** Why the engine would refuse this file, in one line; undefined when it would not. */
export function daemonFileProblem(text: string | null, file: string): string | undefined {
  const [problem] = readDaemonConfig(startOf(text), file).problems;
  return problem && `line ${problem.position.line}: ${problem.message}`;
}

/** Sets keys that have another value; `text` must be what `daemonSettings` understands. */
export function setDaemonKeys(text: string | null, keys: readonly DaemonKey[]): EditedDaemonFile {
  let now = startOf(text);
  const set: SetKey[] = [];
  for (const key of keys) {
    const before = valueAt(now, key.path);
    if (JSON.stringify(before) === JSON.stringify(key.value)) continue;
    now = applyEdits(now, setIn(parseLocatedJson5(now, ''), key.path, key.value));
    set.push(before === undefined ? key : { ...key, before });
  }
  return { text: set.length === 0 && text !== null ? text : now, set };
}

/**
 * Takes keys back in a file that others have changed since: what still has the value that was set gets its former one.
 * @returns also the keys that have another value by now and stay
 */
export function unsetDaemonKeys(text: string, keys: readonly SetKey[]): { text: string; kept: SetKey[] } {
  let now = text;
  const kept: SetKey[] = [];
  for (const key of keys.toReversed()) {
    if (JSON.stringify(valueAt(now, key.path)) !== JSON.stringify(key.value)) {
      if (valueAt(now, key.path) !== undefined) kept.push(key);
      continue;
    }
    const document = parseLocatedJson5(now, '');
    const edits =
      key.before === undefined ? removeIn(document, key.path) : setIn(document, key.path, key.before);
    now = applyEdits(now, edits);
  }
  return { text: now, kept };
}

function startOf(text: string | null): string {
  return text === null || text.trim() === '' ? EMPTY : text;
}

function valueAt(text: string, path: DocumentPath): JsonValue | undefined {
  let value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value as JsonValue;
}
