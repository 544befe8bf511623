import type { LocatedMap, LocatedNode } from '../../../documents/located.ts';
import { changeInner } from './nodes.ts';

/** Places that `!reset` and `!override` name: what earlier files say there does not count. */
export interface ResetTree {
  isReset: boolean;
  inner: ReadonlyMap<string, ResetTree>;
}

export interface WithoutResets<Node> {
  node: Node;
  resets?: ResetTree;
}

/** Takes `!reset` parts out of a file and notes where they, and `!override` parts, stood. */
export function splitResets(root: LocatedMap): WithoutResets<LocatedMap> {
  const { node, resets } = split(root);
  return { node: node?.kind === 'map' ? node : root, ...(resets && { resets }) };
}

function split(node: LocatedNode): Partial<WithoutResets<LocatedNode>> {
  if (node.tag === '!reset') return { resets: { isReset: true, inner: new Map() } };
  if (node.tag === '!override') return { node, resets: { isReset: true, inner: new Map() } };
  if (node.kind === 'scalar') return { node };
  const inner = new Map<string, ResetTree>();
  const rest = changeInner(node, (part, key) => {
    const result = split(part);
    // Items of lists have no name under which an earlier file could be found.
    if (result.resets && node.kind === 'map') inner.set(String(key), result.resets);
    return result.node;
  });
  return inner.size > 0 ? { node: rest, resets: { isReset: false, inner } } : { node: rest };
}

/** What is left of earlier data. */
export function applyResets<Node extends LocatedNode>(node: Node, resets: ResetTree): Node;
export function applyResets(node: LocatedNode, resets: ResetTree): LocatedNode {
  if (node.kind !== 'map') return node;
  return changeInner(node, (entry, key) => {
    const inner = resets.inner.get(String(key));
    if (!inner) return entry;
    return inner.isReset ? undefined : applyResets(entry, inner);
  });
}
