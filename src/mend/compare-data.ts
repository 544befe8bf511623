import type { AuditTarget } from '../audit/audit-target.ts';
import { type DocumentPath, plainOf } from '../documents/located.ts';
import type { Change } from '../measures/fix.ts';
import { separatorOf } from './compose-places.ts';
import { isMap } from '../deployment/compose/values.ts';

type DataChange = Extract<Change, { kind: 'set' | 'add' | 'remove' }>;
type Container = Record<string | number, unknown>;

/** Stands for a removed item, so that the places of the others stay what they were. */
const removed: unique symbol = Symbol('removed');
/** Stands for a value that depends on variables. */
const anything: unique symbol = Symbol('anything');

/** What is named without any options is there all the same. */
const isThere = '(is there)';

/** Lists whose order means something. */
const ORDERED: readonly string[] = ['command', 'entrypoint', 'test', 'env_file'];

/**
 * Compares what a deployment says after edits with what it said before and the changes ask for, whatever the syntax.
 * @param sharedChanges the same changes for services that share the edited text
 * @returns the first path at which there is something else; undefined when all is as wanted
 */
export function unwantedDifference(
  before: AuditTarget,
  after: AuditTarget,
  changes: readonly Change[],
  sharedChanges: readonly Change[] = [],
): string | undefined {
  const compose = composeDifference(before, after, changes);
  const shared =
    compose !== undefined && sharedChanges.length > 0
      ? composeDifference(before, after, [...changes, ...sharedChanges])
      : compose;
  return shared ?? configDifference(before, after, changes);
}

function composeDifference(
  before: AuditTarget,
  after: AuditTarget,
  changes: readonly Change[],
): string | undefined {
  if (!before.compose || !after.compose) return undefined;
  const expected = withoutSyntax(plainOf(before.compose.root)) as Container;
  for (const change of [...dataChanges(changes, 'compose'), ...meantByTexts(changes)])
    apply(expected, change);
  return difference(expected, withoutSyntax(plainOf(after.compose.root)), []);
}

function configDifference(
  before: AuditTarget,
  after: AuditTarget,
  changes: readonly Change[],
): string | undefined {
  if (!before.config || !after.config) return undefined;
  const expected = structuredClone(plainOf(before.config.root)) as Container;
  for (const change of dataChanges(changes, 'config')) apply(expected, change);
  return difference(expected, plainOf(after.config.root), []);
}

function dataChanges(changes: readonly Change[], document: 'compose' | 'config'): DataChange[] {
  return changes.filter(
    (change): change is DataChange => 'document' in change && change.document === document,
  );
}

/** What the project says otherwise because a variable of it was edited. */
function meantByTexts(changes: readonly Change[]): DataChange[] {
  return changes
    .flatMap((change) => (change.kind === 'text' ? (change.means ?? []) : []))
    .map(({ path, value }) => ({ kind: 'set', document: 'compose', path, value }));
}

/** The data of a compose project in one of the syntaxes that Compose has for it; without extension fields. */
function withoutSyntax(root: unknown): unknown {
  const entries = Object.entries(root as Container).filter(([key]) => !key.startsWith('x-'));
  return Object.fromEntries(entries.map(([key, value]) => [key, normal(value, key)]));
}

function normal(value: unknown, key: string): unknown {
  if (Array.isArray(value)) {
    const separator = separatorOf(key);
    if (separator !== undefined)
      return Object.fromEntries(value.map((item) => pairOf(String(item), separator)));
    if (isListOfNames(key))
      return Object.fromEntries(value.map((item) => [String(item), namedIn(key, null)]));
    return value.map((item) => normal(item, ''));
  }
  if (!isContainer(value)) {
    if (key === 'build' && typeof value === 'string') return { context: value };
    return (key === 'tmpfs' || key === 'dns') && typeof value === 'string' ? [value] : value;
  }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, entryOf(key, name, inner)]));
}

function entryOf(key: string, name: string, value: unknown): unknown {
  if (isListOfNames(key)) return namedIn(key, value);
  return separatorOf(key) === undefined ? normal(value, name) : textOf(value);
}

/** Parts that can be a list of names or a map, in which a name without options says something, too. */
function isListOfNames(key: string): boolean {
  return key === 'networks' || key === 'depends_on';
}

function namedIn(key: string, options: unknown): unknown {
  const usual = key === 'depends_on' ? { condition: 'service_started' } : {};
  return { ...usual, ...(normal(options, '') as Container | null), [isThere]: true };
}

function pairOf(item: string, separator: string): [string, unknown] {
  const at = item.search(separator === ':' ? /[=:]/ : /=/);
  return at < 0 ? [item, null] : [item.slice(0, at), item.slice(at + 1)];
}

function textOf(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

function apply(root: Container, change: DataChange): void {
  if (change.kind === 'remove') return removeAt(root, change.path);
  const value = withoutVariables(
    change.document === 'compose' ? normalAt(change.path, change.value, change.kind) : change.value,
  );
  if (change.kind === 'set') return setAt(root, change.path, value);
  const found = partAt(root, change.path);
  if (isMap(found) && typeof change.value === 'string')
    return setAt(root, [...change.path, change.value], value);
  const list = Array.isArray(found) ? found : found === undefined || found === null ? [] : [found];
  if (!list.some((item) => difference(item, value, []) === undefined)) list.push(value);
  setAt(root, change.path, list);
}

function normalAt(path: DocumentPath, value: unknown, kind: 'set' | 'add'): unknown {
  const key = String(path.at(-1));
  if (kind === 'set') return entryOf(String(path.at(-2)), key, value);
  // An item is no list itself.
  return isListOfNames(key) ? namedIn(key, null) : normal(value, '');
}

/** What a text with variables will say, only the deployment knows. */
function withoutVariables(value: unknown): unknown {
  if (typeof value === 'string') return value.includes('$') ? anything : value;
  if (Array.isArray(value)) return value.map(withoutVariables);
  if (!isContainer(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutVariables(inner)]));
}

function keyIn(container: Container, step: string | number): string | number {
  if (Array.isArray(container)) return Number(step);
  // Names that were a list are addressed by their index there.
  return typeof step === 'number' ? (Object.keys(container)[step] ?? step) : step;
}

function setAt(root: Container, path: DocumentPath, value: unknown): void {
  let container = root;
  let parent = '';
  for (const step of path.slice(0, -1)) {
    const key = keyIn(container, step);
    if (!isContainer(container[key])) container[key] = isListOfNames(parent) ? { [isThere]: true } : {};
    container = container[key] as Container;
    parent = String(step);
  }
  container[keyIn(container, path.at(-1) ?? '')] = value;
}

function removeAt(root: Container, path: DocumentPath): void {
  const container = partAt(root, path.slice(0, -1)) as Container | undefined;
  if (isContainer(container)) container[keyIn(container, path.at(-1) ?? '')] = removed;
}

function partAt(root: Container, path: DocumentPath): unknown {
  return path.reduce<unknown>(
    (part, step) => (isContainer(part) ? part[keyIn(part, step)] : undefined),
    root,
  );
}

/** Path of the first difference; what is empty counts as what is not there, and the order of most lists as nothing. */
function difference(expected: unknown, actual: unknown, path: DocumentPath): string | undefined {
  if (isAsGood(expected, actual)) return undefined;
  if (Array.isArray(expected) && Array.isArray(actual)) return listDifference(expected, actual, path);
  if (!isMap(expected) || !isMap(actual)) return path.join('.');
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const found = difference(expected[key], actual[key], [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isAsGood(expected: unknown, actual: unknown): boolean {
  if (expected === anything) return actual !== undefined;
  // Taking away what is shared is written as saying no.
  if (isNothing(expected)) return isNothing(actual) || actual === false;
  return Object.is(expected, actual) || isSameNumber(expected, actual);
}

/** Compose reads many texts as numbers, such as `cpus: "1.0"`. */
function isSameNumber(expected: unknown, actual: unknown): boolean {
  if (typeof expected === typeof actual || isContainer(expected) || isContainer(actual)) return false;
  return expected !== '' && actual !== '' && Number(expected) === Number(actual);
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === removed) return true;
  return isContainer(value) && Object.values(value).every(isNothing);
}

function listDifference(
  expected: readonly unknown[],
  actual: readonly unknown[],
  path: DocumentPath,
): string | undefined {
  const wanted = expected.filter((item) => item !== removed);
  if (wanted.length !== actual.length) return path.join('.');
  const isOrdered = ORDERED.includes(String(path.at(-1)));
  const rest = [...actual];
  for (const item of wanted) {
    const index = isOrdered ? 0 : rest.findIndex((other) => difference(item, other, []) === undefined);
    if (index < 0 || difference(item, rest[index], []) !== undefined) return path.join('.');
    rest.splice(index, 1);
  }
  return undefined;
}

/** The same change for another service; undefined when it is about none. */
export function forService(change: Change, service: string): Change | undefined {
  if (!('path' in change) || change.path[0] !== 'services') return undefined;
  return { ...change, path: ['services', service, ...change.path.slice(2)] };
}
