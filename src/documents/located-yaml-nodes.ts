import type { DocumentPath, LocatedMap, LocatedNode, LocatedScalar, Origin } from './located.ts';
import { copyShared, markShared } from './located-sharing.ts';
import type { TextRange } from './text-edit.ts';
import type {
  SyntaxAlias,
  SyntaxList,
  SyntaxMap,
  SyntaxNode,
  SyntaxPair,
  SyntaxScalar,
} from './yaml-reader/syntax-node.ts';
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

/** What was written as located data; see `parseLocatedYaml`. */
export function toLocated(root: SyntaxNode | null, file: string, report: Report): LocatedNode | null {
  if (!root) return null;
  const state: Conversion = { file, report, anchors: new Map(), aliasNodes: 0, stopped: false };
  return convert(root, { path: [] }, state);
}

function convert(node: SyntaxNode, place: Place, state: Conversion): LocatedNode {
  if (place.path.length > MAX_DEPTH)
    stop(state, `The document is nested more than ${MAX_DEPTH} levels deep.`, node);
  if (state.stopped) return emptyScalar(node, place, state);
  if (node.kind === 'alias') return convertAlias(node, place, state);
  const { anchor, tag } = node;
  if (anchor !== undefined) state.anchors.set(anchor, null);
  const located = convertContent(node, place, state);
  if (tag !== undefined && !tag.startsWith(CORE_TAG)) located.tag = tag;
  if (anchor !== undefined) state.anchors.set(anchor, located);
  return located;
}

function convertContent(
  node: Exclude<SyntaxNode, SyntaxAlias>,
  place: Place,
  state: Conversion,
): LocatedNode {
  if (node.kind === 'map') return convertMap(node, place, state);
  return node.kind === 'list' ? convertList(node, place, state) : convertScalar(node, place, state);
}

function convertAlias(alias: SyntaxAlias, place: Place, state: Conversion): LocatedNode {
  const target = state.anchors.get(alias.name);
  if (target === undefined)
    stop(state, `There is no anchor &${alias.name} before the alias *${alias.name}.`, alias);
  else if (target === null) stop(state, `The alias *${alias.name} contains itself.`, alias);
  if (!target) return emptyScalar(alias, place, state);
  markShared(target);
  const copy = copyShared(target, MAX_ALIAS_NODES - state.aliasNodes);
  if (!copy) {
    stop(state, 'The aliases of the document expand to too much.', alias);
    return emptyScalar(alias, place, state);
  }
  state.aliasNodes += copy.count;
  const { file, range, path } = copy.node.origin;
  copy.node.origin = { file, range, path, isShared: true, alias: rangeOf(alias) };
  if (place.key) copy.node.origin.key = place.key;
  return copy.node;
}

function convertScalar(node: SyntaxScalar, place: Place, state: Conversion): LocatedScalar {
  return {
    kind: 'scalar',
    value: scalarValue(node, state),
    source: node.text,
    origin: originOf(node, place, state),
  };
}

function scalarValue({ tag, text, isPlain, ...node }: SyntaxScalar, state: Conversion): ScalarValue {
  if (tag === undefined) return isPlain ? resolvePlainScalar(text) : text;
  const value = resolveTaggedScalar(text, tag);
  if (value === undefined)
    state.report('The value is not of the type that its tag names.', node.start, node.end);
  return value ?? null;
}

function convertList(node: SyntaxList, place: Place, state: Conversion): LocatedNode {
  const items = node.items.map((item, index) => convert(item, { path: [...place.path, index] }, state));
  return { kind: 'list', items, origin: originOf(node, place, state) };
}

function convertMap(node: SyntaxMap, place: Place, state: Conversion): LocatedMap {
  const entries = new Map<string, LocatedNode>();
  let merged: LocatedNode | undefined;
  for (const pair of node.pairs) {
    const key = keyOf(pair.key, state);
    if (key === undefined) continue;
    const isMerge = isMergeKey(pair.key);
    if (isMerge ? merged : entries.has(key))
      note(state, `The key "${key}" stands here a second time.`, pair.key);
    const value = convertEntry(pair, key, place, state);
    if (isMerge) merged = value;
    else entries.set(key, value);
  }
  if (merged) merge(entries, merged, state);
  return { kind: 'map', entries, origin: originOf(node, place, state) };
}

function convertEntry(pair: SyntaxPair, key: string, place: Place, state: Conversion): LocatedNode {
  return convert(pair.value, { path: [...place.path, key], key: rangeOf(pair.key) }, state);
}

/** A plain `<<`; in quotes it is a key like any other. */
function isMergeKey(key: SyntaxNode): boolean {
  return (
    key.kind === 'scalar' &&
    key.isPlain &&
    key.text === '<<' &&
    (key.tag === undefined || key.tag === `${CORE_TAG}merge`)
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
function keyOf(key: SyntaxNode, state: Conversion): string | undefined {
  const isSimple = key.kind === 'scalar' || key.kind === 'alias';
  const located = isSimple ? convert(key, { path: [] }, state) : undefined;
  if (located?.kind === 'scalar' && typeof located.value === 'string') return located.value;
  note(state, 'A key must be a word or a text.', key);
  return located?.kind === 'scalar' && located.source !== '' ? located.source : undefined;
}

function emptyScalar(node: SyntaxNode, place: Place, state: Conversion): LocatedScalar {
  const range = { start: node.end, end: node.end };
  return { kind: 'scalar', value: null, source: '', origin: { file: state.file, range, ...place } };
}

function originOf(node: SyntaxNode, place: Place, state: Conversion): Origin {
  const origin: Origin = { file: state.file, range: rangeOf(node), path: place.path };
  if (place.key) origin.key = place.key;
  return origin;
}

function rangeOf({ start, end }: SyntaxNode): TextRange {
  return { start, end };
}

function note(state: Conversion, message: string, { start, end }: SyntaxNode): void {
  if (!state.stopped) state.report(message, start, end);
}

/** Reports once and ends the conversion. */
function stop(state: Conversion, message: string, node: SyntaxNode): void {
  note(state, message, node);
  state.stopped = true;
}
