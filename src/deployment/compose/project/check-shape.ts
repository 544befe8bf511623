import {
  plainOf,
  type LocatedList,
  type LocatedMap,
  type LocatedNode,
  type LocatedScalar,
} from '../../../documents/located.ts';
import { nearestName } from '../../../documents/nearest-name.ts';
import { hasUnknownVariable } from '../../../documents/unknown-variable.ts';
import type { Loading } from './loading.ts';
import { placeOf } from './resolve-values.ts';
import type { MapShape, ScalarType, Shape } from './shape.ts';

/** Reports what Compose refuses: unknown keys, wrong types, missing fields, items that stand twice in a list. */
export function checkShape(node: LocatedNode, shape: Shape, loading: Loading): void {
  if (node.kind === 'scalar') checkScalar(node, shape, loading);
  else if (node.kind === 'map') checkMap(node, shape, loading);
  else checkList(node, shape, loading);
}

function isAnything(shape: Shape): boolean {
  return !shape.scalar && !shape.map && !shape.list;
}

function checkScalar(node: LocatedScalar, shape: Shape, loading: Loading): void {
  const { value } = node;
  if (typeof value === 'string' && hasUnknownVariable(value)) return;
  if (!shape.scalar?.some((type) => isOfType(value, type))) {
    if (!isAnything(shape)) reportKind(node, shape, loading);
    return;
  }
  const wrong = wrongValue(value, shape);
  if (wrong !== undefined) loading.report(`${placeOf(node)} ${wrong}.`, node.origin);
}

function isOfType(value: LocatedScalar['value'], type: ScalarType): boolean {
  switch (type) {
    case 'text':
      return typeof value === 'string';
    case 'integer':
      return Number.isInteger(value);
    case 'null':
      return value === null;
    default:
      return typeof value === type;
  }
}

const durationPattern = /^[-+]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h|d|w))+)$/;
const bytesPattern = /^(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)? ?(?:b|[kmgtp](?:i?b)?)?$/i;

/** What is wrong with a value of the right type. Never says the value. */
function wrongValue(value: LocatedScalar['value'], shape: Shape): string | undefined {
  if (typeof value === 'number') {
    const isOutside = value < (shape.minimum ?? -Infinity) || value > (shape.maximum ?? Infinity);
    return isOutside ? rangeMessage(shape) : undefined;
  }
  return typeof value === 'string' ? wrongText(value, shape) : undefined;
}

function wrongText(value: string, { words, pattern, cast }: Shape): string | undefined {
  if (words && !words.includes(value)) return `must be one of ${words.join(', ')}`;
  if (pattern && !pattern.test(value)) return 'has a value that Compose does not know';
  if (cast === 'duration' && !durationPattern.test(value)) return 'must be a duration such as 30s or 1m30s';
  if (cast === 'bytes' && !bytesPattern.test(value)) return 'must be a size such as 512m or 2g';
  return undefined;
}

function rangeMessage({ minimum, maximum }: Shape): string {
  return maximum === undefined ? `must be at least ${minimum}` : `must lie between ${minimum} and ${maximum}`;
}

function checkMap(node: LocatedMap, shape: Shape, loading: Loading): void {
  const map = shape.map;
  if (!map) {
    if (!isAnything(shape)) reportKind(node, shape, loading);
    return;
  }
  for (const key of map.required) {
    if (!node.entries.has(key)) loading.report(`${placeOf(node)} needs "${key}".`, node.origin, 'key');
  }
  for (const [key, entry] of node.entries) {
    const inner = map.fields.get(key) ?? otherShape(map, key);
    if (inner) checkShape(entry, inner, loading);
    else if (inner === null && !loading.isFull())
      loading.report(unknownKey(node, key, map), entry.origin, 'key');
  }
}

/** Null for a key that may not be there; undefined for one that nobody looks into. */
function otherShape(map: MapShape, key: string): Shape | null | undefined {
  if (map.isExtensible && key.startsWith('x-')) return undefined;
  if (map.others && (!map.keys || map.keys.test(key))) return map.others;
  return map.isOpen ? undefined : null;
}

/** Longer keys are no use in a message. */
const MAX_KEY = 60;

function unknownKey(node: LocatedMap, key: string, map: MapShape): string {
  const place = node.origin.path.length === 0 ? '' : ` in ${node.origin.path.join('.')}`;
  if (map.others) return `"${key.slice(0, MAX_KEY)}" cannot be a name${place}.`;
  const nearest = nearestName(key, [...map.fields.keys()]);
  const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  return `Compose knows no key "${key.slice(0, MAX_KEY)}"${place}.${hint}`;
}

function checkList(node: LocatedList, shape: Shape, loading: Loading): void {
  if (!shape.list) {
    if (!isAnything(shape)) reportKind(node, shape, loading);
    return;
  }
  for (const item of node.items) checkShape(item, shape.list.items, loading);
  if (shape.list.isSet) checkSet(node, loading);
}

function checkSet(node: LocatedList, loading: Loading): void {
  const seen = new Set<string>();
  for (const item of node.items) {
    const data = JSON.stringify(plainOf(item));
    if (seen.has(data)) loading.report(`${placeOf(node)} holds this item twice.`, item.origin);
    seen.add(data);
  }
}

function reportKind(node: LocatedNode, shape: Shape, loading: Loading): void {
  const part = node.kind === 'scalar' && node.value !== null ? 'value' : 'key';
  loading.report(`${placeOf(node)} must be ${kindsOf(shape)}.`, node.origin, part);
}

const typeNames: Readonly<Record<ScalarType, string>> = {
  text: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'empty',
};

function kindsOf(shape: Shape): string {
  const kinds = [
    ...(shape.map ? ['a mapping'] : []),
    ...(shape.list ? ['a list'] : []),
    ...(shape.scalar ?? []).map((type) => typeNames[type]),
  ];
  const last = kinds.pop() ?? '';
  return kinds.length > 0 ? `${kinds.join(', ')} or ${last}` : last;
}
