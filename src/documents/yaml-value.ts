import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Alias, Node, Pair, YAMLMap } from 'yaml';
import { keyText, resolveAlias, type AliasTargets } from './yaml-nodes.ts';

type Report = (message: string, start: number, end?: number) => void;

/** Deeper than any file that people write, shallower than the call stack. */
const MAX_DEPTH = 64;

/** Nodes that aliases may add to a document. */
const MAX_ALIAS_NODES = 10_000;

interface Conversion {
  targets: AliasTargets;
  report: Report;
  /** Anchored nodes whose alias is being expanded: meeting one again means that it contains itself. */
  open: Set<Node>;
  /** How many aliases deep the walk is. */
  aliasDepth: number;
  aliasNodes: number;
  stopped: boolean;
}

/** Plain data of a YAML tree. Reports duplicate keys, keys that are not text, and aliases without end. */
export function toPlainValue(root: Node | null, targets: AliasTargets, onProblem: Report): unknown {
  return convert(root, 0, {
    targets,
    report: onProblem,
    open: new Set(),
    aliasDepth: 0,
    aliasNodes: 0,
    stopped: false,
  });
}

function convert(node: Node | null, depth: number, state: Conversion): unknown {
  if (!node || state.stopped) return null;
  if (depth > MAX_DEPTH)
    return stop(state, `The document is nested more than ${MAX_DEPTH} levels deep.`, node);
  if (state.aliasDepth > 0 && ++state.aliasNodes > MAX_ALIAS_NODES) {
    return stop(state, 'The aliases of the document expand to too much.', node);
  }
  if (isAlias(node)) return convertAlias(node, depth, state);
  if (isScalar(node)) return node.value;
  if (!isMap(node) && !isSeq(node)) return null;
  state.open.add(node);
  const value = isMap(node)
    ? convertMap(node, depth, state)
    : node.items.map((item) => convert(item as Node | null, depth + 1, state));
  state.open.delete(node);
  return value;
}

function convertAlias(alias: Alias, depth: number, state: Conversion): unknown {
  const target = resolveAlias(alias, state.targets);
  if (!target)
    return stop(state, `There is no anchor &${alias.source} before the alias *${alias.source}.`, alias);
  if (state.open.has(target)) return stop(state, `The alias *${alias.source} contains itself.`, alias);
  state.aliasDepth++;
  const value = convert(target, depth, state);
  state.aliasDepth--;
  return value;
}

function convertMap(map: YAMLMap, depth: number, state: Conversion): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  const seen = new Set<string>();
  for (const pair of map.items as Pair<Node | null, Node | null>[]) {
    const key = plainKey(pair, state);
    if (key === undefined) continue;
    if (seen.has(key)) report(state, `The key "${key}" stands here a second time.`, pair.key);
    seen.add(key);
    value[key] = convert(pair.value, depth + 1, state);
  }
  return value;
}

function plainKey(pair: Pair<Node | null, Node | null>, state: Conversion): string | undefined {
  const key = resolveAlias(pair.key, state.targets);
  if (!isScalar(key) || key.value === null) {
    report(state, 'A key must be a word or a text.', pair.key ?? pair.value);
    return undefined;
  }
  const text = keyText(key);
  if (text === '__proto__') {
    report(state, 'The key "__proto__" is not allowed.', pair.key);
    return undefined;
  }
  return text;
}

function report(state: Conversion, message: string, node: Node | null): void {
  // What an alias repeats was reported where it stands.
  if (state.aliasDepth === 0 || state.stopped) state.report(message, node?.range?.[0] ?? 0, node?.range?.[1]);
}

/** Reports once and ends the conversion. */
function stop(state: Conversion, message: string, node: Node): null {
  if (!state.stopped) {
    state.stopped = true;
    report(state, message, node);
  }
  return null;
}
