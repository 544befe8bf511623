/** Types that a scalar may have. `text` is what YAML calls a string. */
export type ScalarType = 'text' | 'number' | 'integer' | 'boolean' | 'null';

/** What a text is read as where the field is not one of texts; Compose does this after it has put in the variables. */
export type Cast = 'boolean' | 'integer' | 'number' | 'duration' | 'bytes';

/**
 * How two definitions of a field become one. Without a rule: maps by key, lists one after the other, scalars replaced.
 * - replace: the later one alone
 * - pairs: maps by key, lists of `KEY=value` one after the other, a map and a list as a map
 * - hosts: the same, but one key may have several values, so always a list
 * - list: a text counts as a list of one
 * - build: a text is the context
 * - names: a list of names counts as a map (`networks`, `models`)
 * - dependencies: the same, with what a mere name in `depends_on` means
 * - logging: options are merged only where both name the same driver
 * - subnets: the address pools of a network, matched by subnet
 */
export type MergeRule =
  | 'replace'
  | 'pairs'
  | 'hosts'
  | 'list'
  | 'build'
  | 'names'
  | 'dependencies'
  | 'logging'
  | 'subnets';

/** What makes two items of a list one: the later one then takes the place of the earlier. */
export type ItemKey = 'pair' | 'text' | 'volume' | 'device' | 'port' | 'env-file' | 'secret' | 'config';

/**
 * What of a field is a path on the host, relative to the folder of the project.
 * - path: the text
 * - context: the text, unless it names something in the network or another kind of context
 * - contexts, keys: the values of `name: path` or `name=path`, as contexts or as paths
 * - volume: the source of a bind mount, in both syntaxes
 * - device-option: a volume that is a bind mount by its driver options
 */
export type HostPath = 'path' | 'context' | 'contexts' | 'keys' | 'volume' | 'device-option';

/** What may stand at a place of a compose file, and how it is merged: one table for all rules of Compose. */
export interface Shape {
  scalar?: readonly ScalarType[];
  words?: readonly string[];
  pattern?: RegExp;
  minimum?: number;
  maximum?: number;
  cast?: Cast;
  map?: MapShape;
  list?: ListShape;
  merge?: MergeRule;
  itemKey?: ItemKey;
  hostPath?: HostPath;
}

export interface MapShape {
  fields: ReadonlyMap<string, Shape>;
  /** What stands behind all other keys; absent: there may be no others, except for `x-…` where `isExtensible`. */
  others?: Shape;
  /** Keys that `others` is for; absent: all of them. */
  keys?: RegExp;
  /** Keys that do not fit `keys` are let through unseen. */
  isOpen?: boolean;
  isExtensible: boolean;
  required: readonly string[];
}

export interface ListShape {
  items: Shape;
  /** No two items may be the same. */
  isSet: boolean;
}

/** Anything at all. */
export const anything: Shape = {};

export function text(more: Shape = {}): Shape {
  return { scalar: ['text'], ...more };
}

export function words(...allowed: string[]): Shape {
  return { scalar: ['text'], words: allowed };
}

export function scalar(...types: ScalarType[]): Shape {
  return { scalar: types };
}

/** true or false, also in the spellings of YAML 1.1. */
export function flag(): Shape {
  return { scalar: ['boolean', 'text'], cast: 'boolean' };
}

export function integer(more: Shape = {}): Shape {
  return { scalar: ['integer', 'text'], cast: 'integer', ...more };
}

export function number(more: Shape = {}): Shape {
  return { scalar: ['number', 'text'], cast: 'number', ...more };
}

export function duration(): Shape {
  return { scalar: ['text'], cast: 'duration' };
}

export function bytes(): Shape {
  return { scalar: ['number', 'text'], cast: 'bytes' };
}

export function listOf(items: Shape, more: Shape = {}): Shape {
  return { list: { items, isSet: false }, ...more };
}

export function setOf(items: Shape, more: Shape = {}): Shape {
  return { list: { items, isSet: true }, ...more };
}

export function record(
  fields: Record<string, Shape>,
  options: Partial<MapShape> = {},
  more: Shape = {},
): Shape {
  const map = { fields: new Map(Object.entries(fields)), isExtensible: true, required: [], ...options };
  return { map, ...more };
}

export function mapOf(others: Shape, options: Partial<MapShape> = {}, more: Shape = {}): Shape {
  return { map: { fields: new Map(), others, isExtensible: false, required: [], ...options }, ...more };
}

/** A text, or what `shape` says. */
export function orText(shape: Shape): Shape {
  return { ...shape, scalar: [...(shape.scalar ?? []), 'text'] };
}

export function orNull(shape: Shape): Shape {
  return { ...shape, scalar: [...(shape.scalar ?? []), 'null'] };
}

/** `{A: 1}` or `["A=1"]`. */
export function pairs(more: Shape = {}): Shape {
  const value = scalar('text', 'number', 'boolean', 'null');
  return { ...mapOf(value, { keys: /./u }), ...setOf(text()), ...more };
}

/** A text or a list of texts. */
export function textOrTexts(more: Shape = {}): Shape {
  return { ...orText(setOf(text())), ...more };
}

/** Shape of the part of a map behind `key`; undefined when nothing is known of it. */
export function shapeOfKey(shape: Shape | undefined, key: string): Shape | undefined {
  const map = shape?.map;
  if (!map) return undefined;
  const field = map.fields.get(key);
  if (field) return field;
  if (map.isExtensible && key.startsWith('x-')) return undefined;
  return map.keys && !map.keys.test(key) ? undefined : map.others;
}
