import { isCollection, isMap, isNode, isScalar, isSeq, parseDocument, visit } from 'yaml';
import type { Alias, Document, Node, Pair, YAMLMap } from 'yaml';
import type { SourcePosition } from '../errors/app-error.ts';
import type { TextRange } from './text-edit.ts';
import { tooDeepAt } from './nesting.ts';
import { createSourceText } from './source-text.ts';
import { keyText, resolveAlias, type AliasTargets } from './yaml-nodes.ts';
import { toPlainValue } from './yaml-value.ts';
import { yamlSyntaxMessage } from './yaml-messages.ts';
import { createProblemList, type DocumentProblem } from './problem-list.ts';

export type YamlPath = readonly (string | number)[];

/** `key` = the key of a mapping entry or the item of a list; `value` = what stands behind it. */
export type YamlPart = 'key' | 'value';

/** One YAML document: its data, and where each part of it stands in the text. */
export interface YamlDocument {
  file: string;
  text: string;
  /** Plain data with aliases expanded; null for an empty document; undefined when there are problems. */
  value: unknown;
  problems: DocumentProblem[];
  /** Where the node at `path` stands; undefined when there is none. */
  rangeOf(path: YamlPath, part: YamlPart): TextRange | undefined;
  /** Where the node at `path` stands; for what is missing, the nearest thing around it that is there. */
  positionOf(path: YamlPath, part: YamlPart): SourcePosition;
}

/** Far more than a document may have, and less than the parser's recursion needs. */
const MAX_NESTING = 200;

/**
 * Parses one document of YAML 1.2 (core schema). Never throws for bad input: everything that is wrong is in `problems`, among it
 * duplicate keys, unknown tags, keys that are not text, aliases that contain themselves or expand to too much, and too deep nesting.
 */
export function parseYaml(text: string, file: string): YamlDocument {
  const source = createSourceText(text, file);
  const { problems, report } = createProblemList(source);
  const document = parseTree(text);
  if (!document) report('The document is nested too deeply.', 0);
  for (const { code, message, pos } of [...(document?.errors ?? []), ...(document?.warnings ?? [])]) {
    report(yamlSyntaxMessage(code, message), pos[0], pos[1]);
  }
  const root = document?.contents ?? null;
  const targets = document ? aliasTargets(document) : new Map<Alias, Node>();
  const value = problems.length === 0 ? toPlainValue(root, targets, report) : undefined;

  function rangeOf(path: YamlPath, part: YamlPart): TextRange | undefined {
    const found = find(root, path, targets);
    return found?.depth === path.length ? nodeRange(found, part) : undefined;
  }
  function positionOf(path: YamlPath, part: YamlPart): SourcePosition {
    const found = find(root, path, targets);
    const range = found && nodeRange(found, found.depth === path.length ? part : 'key');
    return source.positionAt(range?.start ?? 0, range?.end);
  }
  return { file, text, value: problems.length === 0 ? value : undefined, problems, rangeOf, positionOf };
}

/** Null when the nesting is deeper than the parser's recursion can follow. */
function parseTree(text: string): Document.Parsed | null {
  if (tooDeepAt(text, MAX_NESTING) !== undefined) return null;
  try {
    // Duplicate keys are found while converting: the parser's own check takes quadratic time.
    return parseDocument(text, { schema: 'core', uniqueKeys: false, prettyErrors: false, logLevel: 'error' });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Each alias with the node that it stands for: the last one before it with that anchor. */
function aliasTargets(document: Document.Parsed): Map<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  try {
    visit(document, {
      Alias(_key, alias) {
        const target = anchors.get(alias.source);
        if (target) targets.set(alias, target);
      },
      Value(_key, node) {
        if (node.anchor) anchors.set(node.anchor, node);
      },
    });
  } catch (error) {
    // Too deep for recursion: toPlainValue stops at a lesser depth and reports it.
    if (!(error instanceof RangeError)) throw error;
  }
  return targets;
}

interface Found {
  pair?: Pair;
  node: Node | null;
  /** How many steps of the path led to it. */
  depth: number;
}

/** Follows the path as far as it goes, through aliases. */
function find(root: Node | null, path: YamlPath, targets: AliasTargets): Found | undefined {
  if (!root) return undefined;
  let found: Found = { node: root, depth: 0 };
  for (const step of path) {
    const container = resolveAlias(found.node, targets);
    const next = isMap(container)
      ? entry(container, step)
      : isSeq(container)
        ? item(container.items, step)
        : undefined;
    if (!next) return found;
    found = { ...next, depth: found.depth + 1 };
  }
  return found;
}

function entry(map: YAMLMap, key: string | number): Omit<Found, 'depth'> | undefined {
  const pair = map.items.find(
    (candidate) => isScalar(candidate.key) && keyText(candidate.key) === String(key),
  );
  return pair && { pair, node: isNode(pair.value) ? pair.value : null };
}

function item(items: readonly unknown[], index: string | number): Omit<Found, 'depth'> | undefined {
  const node = items[Number(index)];
  return isNode(node) ? { node } : undefined;
}

function nodeRange(found: Found, part: YamlPart): TextRange | undefined {
  const key = found.pair?.key;
  const node = part === 'key' && isNode(key) ? key : (found.node ?? (isNode(key) ? key : null));
  const range = node?.range;
  if (!range) return undefined;
  // A block collection ends with the line break behind it; its first line is what one underlines.
  return { start: range[0], end: isCollection(node) ? Math.max(range[0] + 1, range[1]) : range[1] };
}
