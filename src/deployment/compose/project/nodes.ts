import type {
  LocatedList,
  LocatedMap,
  LocatedNode,
  LocatedScalar,
  Origin,
} from '../../../documents/located.ts';

/**
 * A scalar as the text that Compose makes of it where it wants one, with Go's way of writing numbers.
 * @returns undefined for null, maps and lists
 */
export function textOf(node: LocatedNode | undefined): string | undefined {
  if (node?.kind !== 'scalar' || node.value === null) return undefined;
  return typeof node.value === 'number' ? goNumber(node.value) : String(node.value);
}

/** Go writes small numbers with an exponent earlier than JavaScript, and exponents with two digits. */
function goNumber(value: number): string {
  if (Number.isSafeInteger(value)) return Object.is(value, -0) ? '0' : String(value);
  const size = Math.abs(value);
  const written = size !== 0 && size < 1e-4 ? value.toExponential() : String(value);
  return written.replace(/e([-+])(\d)$/, 'e$10$2');
}

/** The text of a scalar that is one; undefined for anything else. */
export function plainText(node: LocatedNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

export function field(node: LocatedNode | undefined, key: string): LocatedNode | undefined {
  return node?.kind === 'map' ? node.entries.get(key) : undefined;
}

export function mapField(node: LocatedNode | undefined, key: string): LocatedMap | undefined {
  const found = field(node, key);
  return found?.kind === 'map' ? found : undefined;
}

/** Items of a list, or a scalar as the only one. */
export function itemsOf(node: LocatedNode | undefined): readonly LocatedNode[] {
  if (node?.kind === 'list') return node.items;
  return node?.kind === 'scalar' && node.value !== null ? [node] : [];
}

export function mapNode(entries: Map<string, LocatedNode>, origin: Origin): LocatedMap {
  return { kind: 'map', entries, origin };
}

export function listNode(items: LocatedNode[], origin: Origin): LocatedList {
  return { kind: 'list', items, origin };
}

/** A value that nobody wrote, at the place that gave rise to it. */
export function impliedScalar(value: LocatedScalar['value'], at: Origin): LocatedScalar {
  const { key: _, ...origin } = at;
  return { kind: 'scalar', value, origin: { ...origin, isImplied: true } };
}

/** The same data, marked as text that stands for other parts, too. Nodes that are marked already are kept. */
export function sharedCopy(node: LocatedNode): LocatedNode {
  const origin = node.origin.isShared === true ? node.origin : { ...node.origin, isShared: true };
  if (node.kind === 'scalar') return origin === node.origin ? node : { ...node, origin };
  const inner = changeInner(node, sharedCopy);
  return origin === node.origin ? inner : { ...inner, origin };
}

/**
 * The node with each part in it changed; the node itself when nothing did. A part that becomes undefined is left out.
 */
export function changeInner<Node extends LocatedNode>(
  node: Node,
  change: (inner: LocatedNode, key: string | number) => LocatedNode | undefined,
): Node;
export function changeInner(
  node: LocatedNode,
  change: (inner: LocatedNode, key: string | number) => LocatedNode | undefined,
): LocatedNode {
  if (node.kind === 'scalar') return node;
  let isChanged = false;
  if (node.kind === 'list') {
    const items: LocatedNode[] = [];
    for (const [index, item] of node.items.entries()) {
      const changed = change(item, index);
      isChanged ||= changed !== item;
      if (changed) items.push(changed);
    }
    return isChanged ? { ...node, items } : node;
  }
  const entries = new Map<string, LocatedNode>();
  for (const [key, entry] of node.entries) {
    const changed = change(entry, key);
    isChanged ||= changed !== entry;
    if (changed) entries.set(key, changed);
  }
  return isChanged ? { ...node, entries } : node;
}

/** True when both hold the same data, wherever it was written. */
export function isSameData(one: LocatedNode, other: LocatedNode): boolean {
  if (one === other) return true;
  if (one.kind === 'scalar') return other.kind === 'scalar' && one.value === other.value;
  if (one.kind === 'list')
    return (
      other.kind === 'list' &&
      one.items.length === other.items.length &&
      one.items.every((item, index) => isSameData(item, other.items[index] ?? item))
    );
  return other.kind === 'map' && one.entries.size === other.entries.size && isSameEntries(one, other);
}

function isSameEntries(one: LocatedMap, other: LocatedMap): boolean {
  for (const [key, entry] of one.entries) {
    const counterpart = other.entries.get(key);
    if (!counterpart || !isSameData(entry, counterpart)) return false;
  }
  return true;
}
