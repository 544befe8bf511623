import type { LocatedNode } from './located.ts';

/** Notes for a node and everything in it that its text stands for other parts, too. */
export function markShared(node: LocatedNode): void {
  // What is in a shared node was marked together with it.
  if (node.origin.isShared === true) return;
  node.origin.isShared = true;
  for (const inner of innerNodes(node)) markShared(inner);
}

/**
 * A copy, so that changing one use of an anchor changes no other; origins are shared with the original.
 * @returns null when it would have more nodes than `limit`
 */
export function copyShared(node: LocatedNode, limit: number): { node: LocatedNode; count: number } | null {
  let count = 0;
  function copy(original: LocatedNode): LocatedNode {
    count += 1;
    if (original.kind === 'scalar' || count > limit) return { ...original };
    if (original.kind === 'list') return { ...original, items: original.items.map(copy) };
    const entries = new Map<string, LocatedNode>();
    for (const [key, entry] of original.entries) entries.set(key, copy(entry));
    return { ...original, entries };
  }
  const result = copy(node);
  return count > limit ? null : { node: result, count };
}

function innerNodes(node: LocatedNode): Iterable<LocatedNode> {
  if (node.kind === 'map') return node.entries.values();
  return node.kind === 'list' ? node.items : [];
}
