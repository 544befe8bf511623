import type { TextRange } from './text-edit.ts';

/** Keys and list indices from the root of a document to a part of it. */
export type DocumentPath = readonly (string | number)[];

/** Where a part of some data was written. Offsets are UTF-16 units of the text of `file`. */
export interface Origin {
  /** Absolute path of the file. */
  file: string;
  /** The value itself; for a block collection from its first key or dash to the end of its last item. */
  range: TextRange;
  /** The key in front of it; absent for items of lists and for roots. */
  key?: TextRange;
  /** Path in the document of `file`, where it is really written: for an alias the path of the anchored node. */
  path: DocumentPath;
  /**
   * True when the same text stands for other parts too (behind an anchor that is used again, a merge key, or `extends`
   * within one file): an edit there would change more than this part.
   */
  isShared?: boolean;
  /**
   * The `*name` that stands here for what is written at `range`; `key` is then the key in front of it. Absent for what is
   * inside of such a value, and for what a merge key brought.
   */
  alias?: TextRange;
  /** True when nobody wrote it: a default, or the content of another file such as an env_file. */
  isImplied?: boolean;
}

/** Data of one document, or of several merged ones, that remembers for each part where it was written. */
export type LocatedNode = LocatedMap | LocatedList | LocatedScalar;

export interface LocatedMap {
  kind: 'map';
  entries: Map<string, LocatedNode>;
  origin: Origin;
  tag?: string;
}

export interface LocatedList {
  kind: 'list';
  items: LocatedNode[];
  origin: Origin;
  tag?: string;
}

export interface LocatedScalar {
  kind: 'scalar';
  /** What the text means; a text that still depends on an unset variable holds marks of `unknown-variable.ts`. */
  value: string | number | boolean | null;
  /** As written, without quotes: `0755`, `yes` and `1.10` are what they look like. Absent for what nobody wrote. */
  source?: string;
  origin: Origin;
  tag?: string;
}

/** Plain data, as `JSON.parse` would give it. */
export function plainOf(node: LocatedNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plainOf);
  const plain: Record<string, unknown> = {};
  for (const [key, entry] of node.entries) {
    const value = plainOf(entry);
    // An assignment would set the prototype.
    if (key === '__proto__') Object.defineProperty(plain, key, { value, enumerable: true });
    else plain[key] = value;
  }
  return plain;
}

/** The part at a path; undefined when there is none. Indices may be written as text. */
export function nodeAt(root: LocatedNode, path: DocumentPath): LocatedNode | undefined {
  return path.reduce<LocatedNode | undefined>((node, step) => {
    if (node?.kind === 'map') return node.entries.get(String(step));
    return node?.kind === 'list' ? node.items[Number(step)] : undefined;
  }, root);
}

/** The part at a path, or the nearest one around it that is there, and how many steps led to it. */
export function nearestNode(root: LocatedNode, path: DocumentPath): { node: LocatedNode; depth: number } {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const node = nodeAt(root, path.slice(0, depth));
    if (node) return { node, depth };
  }
  return { node: root, depth: 0 };
}
