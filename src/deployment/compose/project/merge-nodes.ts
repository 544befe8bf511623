import type { LocatedList, LocatedMap, LocatedNode, Origin } from '../../../documents/located.ts';
import { impliedScalar, listNode, mapNode, textOf } from './nodes.ts';
import { shapeOfKey, type Shape } from './shape.ts';

/** Which of two merged collections is the one that the result stands for. */
export type MainPart = 'base' | 'override';

interface Merge {
  main: MainPart;
  onConflict: (override: LocatedNode) => void;
}

/**
 * Puts `override` over `base` by the rules of Compose. Scalars keep their place; a map or list with parts of both stands
 * for the place of the `main` part, unless that one is shared and the other is not.
 * @param onConflict called for an override that is a map where the base is a list, or the like; it wins
 */
export function mergeNodes(
  base: LocatedNode,
  override: LocatedNode,
  shape: Shape | undefined,
  main: MainPart,
  onConflict: (override: LocatedNode) => void,
): LocatedNode {
  return merge(base, override, shape, { main, onConflict });
}

function merge(
  base: LocatedNode,
  override: LocatedNode,
  shape: Shape | undefined,
  state: Merge,
): LocatedNode {
  switch (shape?.merge) {
    case 'replace':
      return override;
    case 'pairs':
      return mergePairs(base, override, shape, state);
    case 'hosts':
      return mergeHosts(base, override, state);
    case 'list':
      return mergeLists(base, override, state);
    case 'build':
      return mergePlain(asBuild(base), asBuild(override), shape, state);
    case 'names':
      return mergePlain(asNames(base, noOptions), asNames(override, noOptions), shape, state);
    case 'dependencies':
      return mergePlain(asNames(base, started), asNames(override, started), shape, state);
    case 'logging':
      return hasOtherDriver(base, override) ? override : mergePlain(base, override, shape, state);
    case 'subnets':
      return mergeSubnets(base, override, shape, state);
    default:
      return mergePlain(base, override, shape, state);
  }
}

function mergePlain(
  base: LocatedNode,
  override: LocatedNode,
  shape: Shape | undefined,
  state: Merge,
): LocatedNode {
  if (isNull(override)) return base;
  if (base.kind === 'scalar') return override;
  if (base.kind === 'map' && override.kind === 'map') return mergeMaps(base, override, shape, state);
  if (base.kind === 'list' && override.kind === 'list')
    return listNode([...base.items, ...override.items], mainOrigin(base, override, state));
  state.onConflict(override);
  return override;
}

function mergeMaps(
  base: LocatedMap,
  override: LocatedMap,
  shape: Shape | undefined,
  state: Merge,
): LocatedMap {
  const entries = new Map(base.entries);
  for (const [key, entry] of override.entries) {
    const earlier = entries.get(key);
    const isReplaced = !earlier || key.startsWith('x-');
    entries.set(key, isReplaced ? entry : merge(earlier, entry, shapeOfKey(shape, key), state));
  }
  return mapNode(entries, mainOrigin(base, override, state));
}

/** `{A: 1}` and `["A=1"]`: by key. Two lists stay one; `withUniqueItems` leaves out what is defined again. */
function mergePairs(base: LocatedNode, override: LocatedNode, shape: Shape, state: Merge): LocatedNode {
  if (shape.itemKey === undefined) return mergeTexts(base, override, state);
  if (isNull(override)) return base;
  if (isNull(base)) return override;
  if (base.kind === 'map' || override.kind === 'map') {
    const entries = new Map([...pairEntries(base), ...pairEntries(override)]);
    return mapNode(entries, mainOrigin(base, override, state));
  }
  return mergeLists(base, override, state);
}

function pairEntries(node: LocatedNode): Iterable<[string, LocatedNode]> {
  if (node.kind === 'map') return node.entries;
  const items = node.kind === 'list' ? node.items : [node];
  return items.map((item) => splitPair(item));
}

/** The value of `KEY=value` stands where the item does. */
function splitPair(item: LocatedNode): [string, LocatedNode] {
  const text = textOf(item) ?? '';
  const separator = text.indexOf('=');
  const value = separator < 0 ? null : text.slice(separator + 1);
  const key = separator < 0 ? text : text.slice(0, separator);
  const source = item.kind === 'scalar' ? item.source : undefined;
  return [key, { kind: 'scalar', value, ...(source !== undefined && { source }), origin: item.origin }];
}

/** Where Compose does not look at the keys, the same text in both files is refused like any item that stands twice. */
function mergeTexts(base: LocatedNode, override: LocatedNode, state: Merge): LocatedNode {
  if (isNull(override)) return base;
  if (isNull(base)) return override;
  return listNode([...pairItems(base), ...pairItems(override)], mainOrigin(base, override, state));
}

function mergeHosts(base: LocatedNode, override: LocatedNode, state: Merge): LocatedNode {
  if (isNull(override)) return base;
  const known = new Set(pairItems(base).map(textOf));
  const added = pairItems(override).filter((item) => !known.has(textOf(item)));
  return mergeTexts(base, listNode(added, override.origin), state);
}

function pairItems(node: LocatedNode): LocatedNode[] {
  if (node.kind === 'list') return node.items;
  if (node.kind === 'scalar') return [node];
  return [...node.entries].flatMap(([host, entry]) => {
    const addresses = entry.kind === 'list' ? entry.items : [entry];
    return addresses.map((address) => joinPair(host, address));
  });
}

function joinPair(key: string, value: LocatedNode): LocatedNode {
  const text = textOf(value);
  const source = value.kind === 'scalar' ? value.source : undefined;
  return {
    kind: 'scalar',
    value: text === undefined ? key : `${key}=${text}`,
    ...(source !== undefined && { source }),
    origin: value.origin,
  };
}

function mergeLists(base: LocatedNode, override: LocatedNode, state: Merge): LocatedNode {
  if (base.kind === 'map' || override.kind === 'map') return mergePlain(base, override, undefined, state);
  if (isNull(override)) return base;
  if (isNull(base)) return override;
  const items = [...asList(base).items, ...asList(override).items];
  return listNode(items, mainOrigin(base, override, state));
}

function asList(node: LocatedNode): LocatedList {
  return node.kind === 'list' ? node : listNode([node], node.origin);
}

function asBuild(node: LocatedNode): LocatedNode {
  if (node.kind !== 'scalar' || node.value === null) return node;
  return mapNode(new Map([['context', node]]), node.origin);
}

function asNames(node: LocatedNode, options: (item: LocatedNode) => LocatedNode): LocatedNode {
  if (node.kind !== 'list') return node;
  const entries = node.items.map((item): [string, LocatedNode] => [textOf(item) ?? '', options(item)]);
  return mapNode(new Map(entries), node.origin);
}

function noOptions(item: LocatedNode): LocatedNode {
  return impliedScalar(null, item.origin);
}

/** What a mere name in `depends_on` means; it takes back a condition that an earlier file asked for. */
function started({ origin }: LocatedNode): LocatedNode {
  const entries = new Map<string, LocatedNode>([
    ['condition', impliedScalar('service_started', origin)],
    ['required', impliedScalar(true, origin)],
  ]);
  return mapNode(entries, { ...origin, isImplied: true });
}

function hasOtherDriver(base: LocatedNode, override: LocatedNode): boolean {
  if (base.kind !== 'map' || override.kind !== 'map') return false;
  const earlier = base.entries.get('driver');
  const later = override.entries.get('driver');
  return earlier !== undefined && later !== undefined && textOf(earlier) !== textOf(later);
}

/** The pools of the override, each over the one of the base with the same subnet. Others of the base are dropped. */
function mergeSubnets(base: LocatedNode, override: LocatedNode, shape: Shape, state: Merge): LocatedNode {
  if (base.kind !== 'list' || override.kind !== 'list') return mergePlain(base, override, shape, state);
  const earlier = new Map(base.items.map((pool) => [subnetOf(pool), pool]));
  const pools = new Map<string | undefined, LocatedNode>();
  for (const pool of override.items) {
    const counterpart = pools.get(subnetOf(pool)) ?? earlier.get(subnetOf(pool));
    const merged = counterpart ? mergePlain(counterpart, pool, shape.list?.items, state) : pool;
    pools.set(subnetOf(pool), merged);
  }
  return listNode([...pools.values()], mainOrigin(base, override, state));
}

function subnetOf(pool: LocatedNode): string | undefined {
  return pool.kind === 'map' ? textOf(pool.entries.get('subnet')) : undefined;
}

function isNull(node: LocatedNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function mainOrigin(base: LocatedNode, override: LocatedNode, state: Merge): Origin {
  const [main, other] = state.main === 'base' ? [base, override] : [override, base];
  return isForeign(main.origin) && !isForeign(other.origin) ? other.origin : main.origin;
}

function isForeign(origin: Origin): boolean {
  return origin.isShared === true || origin.isImplied === true;
}
