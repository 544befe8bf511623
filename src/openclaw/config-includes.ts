import { markShared } from '../documents/located-sharing.ts';
import type { LocatedMap, LocatedNode } from '../documents/located.ts';
import type { SourceText } from '../documents/source-text.ts';
import { isInside, parentOf, resolvePath } from './container-path.ts';

export interface IncludeFile {
  source: SourceText;
  root: LocatedNode | null;
}

export type OpenInclude = (containerPath: string) => IncludeFile | 'missing' | 'needed' | 'not-mounted';

export interface MergedIncludes {
  root: LocatedNode;
  problems: { message: string; node: LocatedNode }[];
}

/** OpenClaw's own limits: levels of files that include files, and the length of a path. */
const maxIncludeDepth = 10;
const maxPathLength = 4096;
/** OpenClaw has none for these: files that include each other many times would fill the memory. */
const maxLoads = 200;
const maxListItems = 100_000;
/** Keys that OpenClaw drops when it merges. */
const blockedKeys = new Set(['__proto__', 'prototype', 'constructor']);

interface State {
  roots: string[];
  open: OpenInclude;
  loads: Map<string, number>;
  count: number;
  problems: MergedIncludes['problems'];
}

/** A file, and those that led to it. */
interface Chain {
  path: string;
  visited: ReadonlySet<string>;
}

/**
 * Resolves `$include` as OpenClaw does: one file or a list of them, of which later ones win; keys beside it win over what
 * is included; objects are merged, lists are joined. Paths start from the including file and must stay in the folder of
 * openclaw.json or in one of OPENCLAW_INCLUDE_ROOTS.
 */
export function mergeIncludes(
  root: LocatedNode,
  path: string,
  environment: Readonly<Record<string, string>>,
  open: OpenInclude,
): MergedIncludes {
  const others = (environment['OPENCLAW_INCLUDE_ROOTS'] ?? '').split(':').map((entry) => entry.trim());
  const roots = [parentOf(path), ...others.filter((entry) => entry.startsWith('/'))];
  const state: State = { roots, open, loads: new Map(), count: 0, problems: [] };
  return { root: process(state, root, { path, visited: new Set([path]) }), problems: state.problems };
}

function process(state: State, node: LocatedNode, chain: Chain): LocatedNode {
  if (node.kind === 'scalar') return node;
  if (node.kind === 'list') return { ...node, items: node.items.map((item) => process(state, item, chain)) };
  const include = node.entries.get('$include');
  const entries = [...node.entries].flatMap(([key, entry]): [string, LocatedNode][] =>
    key === '$include' ? [] : [[key, process(state, entry, chain)]],
  );
  const own: LocatedMap = { ...node, entries: new Map(entries) };
  if (!include) return own;
  const included = resolveInclude(state, include, chain);
  if (!included) return own;
  if (entries.length === 0) return included;
  if (included.kind !== 'map') {
    report(state, include, 'What is included is no object, so nothing may stand beside $include.');
    return own;
  }
  return merge(state, included, own);
}

/** Undefined when nothing could be included, which was reported. */
function resolveInclude(state: State, include: LocatedNode, chain: Chain): LocatedNode | undefined {
  if (include.kind !== 'list') return loadFile(state, include, chain);
  const files = include.items.map((item) => loadFile(state, item, chain)).filter((file) => file !== undefined);
  if (files.length === 0 && include.items.length > 0) return undefined;
  const empty: LocatedNode = { kind: 'map', entries: new Map(), origin: include.origin };
  return files.reduce<LocatedNode>((result, file) => merge(state, result, file), empty);
}

function loadFile(state: State, include: LocatedNode, chain: Chain): LocatedNode | undefined {
  if (include.kind !== 'scalar' || typeof include.value !== 'string') {
    report(state, include, '$include takes the path of a file, or a list of them.');
    return undefined;
  }
  const path = resolvePath(parentOf(chain.path), include.value);
  const problem = pathProblem(state, include.value, path, chain);
  if (problem !== undefined) {
    report(state, include, problem);
    return undefined;
  }
  const opened = state.open(path);
  if (opened === 'needed') return undefined;
  if (typeof opened === 'string' || opened.root === null) {
    report(state, include, unreadable[opened as keyof typeof unreadable] ?? 'The included file is not JSON5.');
    return undefined;
  }
  const times = (state.loads.get(path) ?? 0) + 1;
  state.loads.set(path, times);
  // An edit in a file that is included twice changes both places.
  if (times > 1) markShared(opened.root);
  return process(state, opened.root, { path, visited: new Set([...chain.visited, path]) });
}

const unreadable = {
  missing: 'The included file does not exist.',
  'not-mounted': 'The included file is not mounted from this host, and was not read.',
};

function pathProblem(state: State, written: string, path: string, chain: Chain): string | undefined {
  if (written.includes('\0') || written.length >= maxPathLength || path.length >= maxPathLength)
    return 'This is no path of a file.';
  if (!state.roots.some((root) => isInside(root, path)))
    return 'The included file lies outside of the folder of openclaw.json.';
  if (chain.visited.has(path)) return 'The file includes itself.';
  if (chain.visited.size > maxIncludeDepth) return `Files include each other over more than ${maxIncludeDepth} levels.`;
  state.count += 1;
  return state.count > maxLoads ? `More than ${maxLoads} files are included.` : undefined;
}

/** What is included, with what wins over it. */
function merge(state: State, base: LocatedNode, override: LocatedNode): LocatedNode {
  if (base.kind === 'list' && override.kind === 'list') {
    const items = [...base.items, ...override.items];
    if (items.length <= maxListItems) return { ...override, items };
    report(state, override, `The included lists have more than ${maxListItems} items together.`);
    return override;
  }
  if (base.kind !== 'map' || override.kind !== 'map') return override;
  const entries = new Map([...base.entries].filter(([key]) => !blockedKeys.has(key)));
  for (const [key, entry] of override.entries) {
    if (blockedKeys.has(key)) continue;
    const before = entries.get(key);
    entries.set(key, before ? merge(state, before, entry) : entry);
  }
  return { ...override, entries };
}

function report(state: State, node: LocatedNode, message: string): void {
  if (state.problems.length < 20) state.problems.push({ message, node });
}
