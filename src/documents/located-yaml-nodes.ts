import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Alias, Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type { DocumentPath, LocatedMap, LocatedNode, LocatedScalar, Origin } from './located.ts';
import { copyShared, markShared } from './located-sharing.ts';
import type { TextRange } from './text-edit.ts';
import { resolvePlainScalar, resolveTaggedScalar, type ScalarValue } from './yaml-scalars.ts';

type Report = (message: string, start: number, end?: number) => void;

/** Deeper than any file that people write, shallower than the call stack. */
const MAX_DEPTH = 64;

/** Nodes that aliases may add to a document. */
const MAX_ALIAS_NODES = 100_000;

const CORE_TAG = 'tag:yaml.org,2002:';

interface Conversion {
  file: string;
  report: Report;
  /** Anchors so far; null while the anchored node is not complete: an alias then contains itself. */
  anchors: Map<string, LocatedNode | null>;
  aliasNodes: number;
  stopped: boolean;
}

/** Where a node stands: its path, and the key in front of it. */
interface Place {
  path: DocumentPath;
  key?: TextRange;
}

/** The parser's tree as located data; see `parseLocatedYaml`. */
export function toLocated(root: Node | null, file: string, report: Report): LocatedNode | null {
  if (!root) return null;
  const state: Conversion = { file, report, anchors: new Map(), aliasNodes: 0, stopped: false };
  return convert(root, { path: [] }, state);
}

function convert(node: Node, place: Place, state: Conversion): LocatedNode {
  if (place.path.length > MAX_DEPTH)
    stop(state, `The document is nested more than ${MAX_DEPTH} levels deep.`, node);
  if (state.stopped) return emptyScalar(node, place, state);
  if (isAlias(node)) return convertAlias(node, place, state);
  const anchor = (node as Scalar).anchor;
  if (anchor !== undefined) state.anchors.set(anchor, null);
  const located = isMap(node)
    ? convertMap(node, place, state)
    : isSeq(node)
      ? convertList(node, place, state)
      : convertScalar(node, place, state);
  if (node.tag !== undefined && !node.tag.startsWith(CORE_TAG) && node.tag !== '!') located.tag = node.tag;
  if (anchor !== undefined) state.anchors.set(anchor, located);
  return located;
}

function convertAlias(alias: Alias, place: Place, state: Conversion): LocatedNode {
  const target = state.anchors.get(alias.source);
  if (target === undefined)
    stop(state, `There is no anchor &${alias.source} before the alias *${alias.source}.`, alias);
  else if (target === null) stop(state, `The alias *${alias.source} contains itself.`, alias);
  if (!target) return emptyScalar(alias, place, state);
  markShared(target);
  const copy = copyShared(target, MAX_ALIAS_NODES - state.aliasNodes);
  if (!copy) {
    stop(state, 'The aliases of the document expand to too much.', alias);
    return emptyScalar(alias, place, state);
  }
  state.aliasNodes += copy.count;
  const { key: _, ...origin } = copy.node.origin;
  copy.node.origin = { ...origin, ...(place.key && { key: place.key }), alias: rangeOf(alias) };
  return copy.node;
}

function convertScalar(node: Scalar, place: Place, state: Conversion): LocatedScalar {
  const source = node.source ?? '';
  return {
    kind: 'scalar',
    value: scalarValue(node, source, state),
    source,
    origin: originOf(node, place, state),
  };
}

function scalarValue(node: Scalar, source: string, state: Conversion): ScalarValue {
  if (node.tag !== undefined && node.tag !== '!') {
    const value = resolveTaggedScalar(source, node.tag);
    if (value === undefined) note(state, 'The value is not of the type that its tag names.', node);
    return value ?? null;
  }
  return node.type === undefined || node.type === 'PLAIN' ? resolvePlainScalar(source) : source;
}

function convertList(node: YAMLSeq, place: Place, state: Conversion): LocatedNode {
  const items = (node.items as Node[]).map((item, index) =>
    convert(item, { path: [...place.path, index] }, state),
  );
  return { kind: 'list', items, origin: originOf(node, place, state, items.at(-1)) };
}

function convertMap(node: YAMLMap, place: Place, state: Conversion): LocatedMap {
  const entries = new Map<string, LocatedNode>();
  let merged: LocatedNode | undefined;
  let last: LocatedNode | undefined;
  for (const pair of node.items as Pair<Node, Node | null>[]) {
    const key = keyOf(pair.key, state);
    if (key === undefined) continue;
    const isMerge = isMergeKey(pair.key);
    if (isMerge ? merged : entries.has(key))
      note(state, `The key "${key}" stands here a second time.`, pair.key);
    const value = convertEntry(pair, key, place, state);
    last = value;
    if (isMerge) merged = value;
    else entries.set(key, value);
  }
  if (merged) merge(entries, merged, state);
  return { kind: 'map', entries, origin: originOf(node, place, state, last) };
}

function convertEntry(
  pair: Pair<Node, Node | null>,
  key: string,
  place: Place,
  state: Conversion,
): LocatedNode {
  const inner = { path: [...place.path, key], key: rangeOf(pair.key) };
  // A key of a flow mapping or behind `?` may have no value at all, not even an empty one.
  return pair.value ? convert(pair.value, inner, state) : emptyScalar(pair.key, inner, state);
}

/** A plain `<<`; in quotes it is a key like any other. */
function isMergeKey(key: Node): boolean {
  return (
    isScalar(key) &&
    key.value === '<<' &&
    (key.tag === undefined || key.tag === '!' || key.tag === `${CORE_TAG}merge`) &&
    key.type === 'PLAIN'
  );
}

/** Adds what a merge key brings: own keys win, then the maps of a list from the first to the last. */
function merge(entries: Map<string, LocatedNode>, merged: LocatedNode, state: Conversion): void {
  const maps = merged.kind === 'list' ? merged.items : [merged];
  for (const map of maps) {
    if (map.kind !== 'map') {
      const { start, end } = map.origin.alias ?? map.origin.range;
      state.report('Only mappings can be merged with "<<".', start, end);
      continue;
    }
    markShared(map);
    for (const [key, entry] of map.entries) if (!entries.has(key)) entries.set(key, entry);
  }
}

/** Text of a key; undefined, with a problem, for what cannot be one. Keys are never looked into, so they nest nothing. */
function keyOf(key: Node, state: Conversion): string | undefined {
  const located = isScalar(key) || isAlias(key) ? convert(key, { path: [] }, state) : undefined;
  if (located?.kind === 'scalar' && typeof located.value === 'string') return located.value;
  note(state, 'A key must be a word or a text.', key);
  return located?.kind === 'scalar' && located.source !== '' ? located.source : undefined;
}

function emptyScalar(node: Node, place: Place, state: Conversion): LocatedScalar {
  const end = rangeOf(node).end;
  const range = { start: end, end };
  return { kind: 'scalar', value: null, source: '', origin: { file: state.file, range, ...place } };
}

function originOf(node: Node, place: Place, state: Conversion, last?: LocatedNode): Origin {
  const { start, end } = rangeOf(node);
  // A block collection of the parser reaches to the beginning of the next one.
  const isBlock = (isMap(node) || isSeq(node)) && node.flow !== true;
  const lastEnd = last && (last.origin.alias ?? last.origin.range).end;
  return {
    file: state.file,
    range: { start, end: isBlock ? Math.max(start, lastEnd ?? end) : end },
    ...place,
  };
}

function rangeOf(node: Node): TextRange {
  return { start: node.range?.[0] ?? 0, end: node.range?.[1] ?? 0 };
}

function note(state: Conversion, message: string, node: Node): void {
  const { start, end } = rangeOf(node);
  if (!state.stopped) state.report(message, start, end);
}

/** Reports once and ends the conversion. */
function stop(state: Conversion, message: string, node: Node): void {
  note(state, message, node);
  state.stopped = true;
}
