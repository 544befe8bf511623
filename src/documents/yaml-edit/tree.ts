import { isAlias, isMap, isNode, isPair, isScalar, isSeq, Lexer, parseDocument } from 'yaml';
import type { CST, Document, Node, Pair, YAMLMap, YAMLSeq } from 'yaml';
import type { TextRange } from '../text-edit.ts';
import { keyText } from '../yaml-nodes.ts';
import { detectStyle, type YamlStyle } from './style.ts';

/** A YAML document as its own text tells it: nothing is resolved, each part knows its place. */
export interface YamlTree {
  text: string;
  root: YamlPart;
  comments: TextRange[];
  style: YamlStyle;
}

/** A value. Offsets count UTF-16 units. */
export interface YamlPart {
  kind: 'map' | 'list' | 'scalar' | 'alias';
  isFlow: boolean;
  /** With its anchor and tag. An empty value begins and ends behind its `:` or `-`, or behind anchor and tag. */
  start: number;
  /** Without anchor and tag. */
  contentStart: number;
  /** End of what is written, before blank lines and comments; a block scalar that keeps its line ends, with them. */
  end: number;
  anchor?: string;
  tag?: string;
  /** Of a scalar. */
  value?: unknown;
  /** How a scalar is quoted; `empty` when nothing is written. */
  form?: 'plain' | 'single' | 'double' | 'block' | 'empty';
  /** Name of the anchor that an alias means. */
  alias?: string;
  entries: YamlEntry[];
}

/** An entry of a map, or an item of a list. */
export interface YamlEntry {
  /** Absent for items of lists. */
  key?: string;
  keyForm?: 'plain' | 'quoted';
  /** First character of the key with its anchor, or the dash; in a flow list, of the value. */
  start: number;
  /** Behind `:` or `-`; where the key ends when a flow map leaves the colon out. */
  indicatorEnd: number;
  end: number;
  value: YamlPart;
}

/** The tree of a text's only document, or why there is none: every edit needs one that leaves no doubt. */
export function readTree(text: string): YamlTree | { why: string } {
  try {
    const options = {
      schema: 'core',
      uniqueKeys: false,
      prettyErrors: false,
      keepSourceTokens: true,
      logLevel: 'error',
    } as const;
    const document: Document.Parsed = parseDocument(text, options);
    if (document.errors.length > 0) return { why: 'the file is not valid YAML' };
    const { contents } = document;
    // An empty document is null, or a scalar that nobody wrote.
    const isWritten = contents !== null && !(isScalar(contents) && contents.srcToken === undefined);
    const root = isWritten
      ? readPart(contents, noProperties(contents.range[0]))
      : emptyPart(emptyPlace(text));
    if (isWritten) addRootProperties(root, contents, text);
    return { text, root, comments: readComments(text), style: detectStyle(text, root) };
  } catch (error) {
    if (error instanceof RangeError) return { why: 'the file is nested too deeply' };
    if (error instanceof Unreadable) return { why: error.message };
    throw error;
  }
}

class Unreadable extends Error {}

interface Properties {
  start: number;
  /** Where an empty value stands. */
  end: number;
}

function noProperties(at: number): Properties {
  return { start: at, end: at };
}

function emptyPart(at: number): YamlPart {
  return { ...placed(at, at), kind: 'scalar', value: null, form: 'empty' };
}

function placed(start: number, end: number): Omit<YamlPart, 'kind'> {
  return { isFlow: false, start, contentStart: start, end, entries: [] };
}

function readPart(node: Node, properties: Properties): YamlPart {
  const [from, to] = node.range ?? [properties.end, properties.end];
  const hasProperties = properties.end > properties.start;
  const part = { ...placed(from, to), start: hasProperties ? properties.start : from };
  if (isAlias(node)) return { ...part, kind: 'alias', alias: node.source };
  const named = { ...part, ...namesOf(node) };
  if (isScalar(node)) return readScalar(named, node, properties);
  if (isMap(node) || isSeq(node)) return readCollection(named, node);
  throw new Unreadable('the file holds a construct that is not known');
}

function namesOf(node: { anchor?: string | undefined; tag?: string | undefined }): {
  anchor?: string;
  tag?: string;
} {
  return {
    ...(node.anchor === undefined ? {} : { anchor: node.anchor }),
    ...(node.tag === undefined ? {} : { tag: node.tag }),
  };
}

function readCollection(part: Omit<YamlPart, 'kind'>, node: YAMLMap | YAMLSeq): YamlPart {
  const token = node.srcToken;
  const isFlow = token?.type === 'flow-collection';
  const entries = isMap(node)
    ? node.items.map((pair) => readPair(pair as Pair<Node, Node | null>))
    : readItems(node.items, token, part.end);
  const end = isFlow ? part.end : (entries.at(-1)?.end ?? part.end);
  return { ...part, kind: isMap(node) ? 'map' : 'list', isFlow, entries, end };
}

function readScalar(
  part: Omit<YamlPart, 'kind'>,
  node: { value: unknown; source?: string | undefined; srcToken?: CST.Token | undefined },
  properties: Properties,
): YamlPart {
  const type = node.srcToken?.type;
  const { value } = node;
  if (type === undefined || (part.contentStart === part.end && type === 'scalar')) {
    const at = properties.end;
    return {
      ...part,
      kind: 'scalar',
      value: null,
      form: 'empty',
      start: properties.start,
      contentStart: at,
      end: at,
    };
  }
  const form =
    type === 'block-scalar'
      ? 'block'
      : type === 'single-quoted-scalar'
        ? 'single'
        : type === 'double-quoted-scalar'
          ? 'double'
          : 'plain';
  const end = form === 'block' ? blockEnd(node.srcToken as CST.BlockScalar, part.end) : part.end;
  return { ...part, kind: 'scalar', value, form, end };
}

/** Blank lines behind a block scalar belong to it only when its header has a `+`. */
function blockEnd(token: CST.BlockScalar, end: number): number {
  const header = token.props.find((part) => part.type === 'block-scalar-header');
  if (header && 'source' in header && header.source.includes('+')) return end;
  return end - (token.source.length - token.source.trimEnd().length);
}

function readPair(pair: Pair<Node, Node | null>): YamlEntry {
  const { key, value } = pair;
  const token = pair.srcToken;
  if (!token || !isNode(key)) throw new Unreadable('the file has a key that is no plain text');
  const [keyStart, keyEnd] = key.range ?? [0, 0];
  const separators = token.sep ?? [];
  const colon = separators.find((part) => part.type === 'map-value-ind');
  const indicatorEnd = colon ? colon.offset + 1 : keyEnd;
  const part = readValue(value, propertiesOf(separators, indicatorEnd));
  return {
    ...keyOf(key, keyStart),
    start: Math.min(keyStart, firstOf(token.start) ?? keyStart),
    indicatorEnd,
    end: Math.max(part.end, indicatorEnd),
    value: part,
  };
}

/** A key that is no scalar gets a name that no path can have. */
function keyOf(key: Node, start: number): Pick<YamlEntry, 'key' | 'keyForm'> {
  if (!isScalar(key)) return { key: `\u0000${start}`, keyForm: 'plain' };
  const isQuoted = /quoted/.test(key.srcToken?.type ?? '');
  return { key: keyText(key), keyForm: isQuoted ? 'quoted' : 'plain' };
}

function readValue(value: Node | null, properties: Properties): YamlPart {
  return value ? readPart(value, properties) : emptyPart(properties.end);
}

/** Offset of the first anchor, tag or question mark in front of a key. */
function firstOf(tokens: readonly CST.SourceToken[]): number | undefined {
  return tokens.find(({ type }) => type === 'anchor' || type === 'tag' || type === 'explicit-key-ind')
    ?.offset;
}

function propertiesOf(tokens: readonly CST.SourceToken[], from: number): Properties {
  const found = tokens.filter(({ type, offset }) => offset >= from && (type === 'anchor' || type === 'tag'));
  const first = found[0];
  const last = found.at(-1);
  return first && last ? { start: first.offset, end: last.offset + last.source.length } : noProperties(from);
}

function readItems(items: readonly unknown[], token: CST.Token | undefined, end: number): YamlEntry[] {
  if (token?.type === 'block-seq') {
    const tokens = token.items.filter(({ start }) => start.some(({ type }) => type === 'seq-item-ind'));
    if (tokens.length !== items.length) throw new Unreadable('the file has a list that is not clear');
    return items.map((item, index) => readBlockItem(item as Node, tokens[index]?.start ?? []));
  }
  if (token?.type !== 'flow-collection') throw new Unreadable('the file has a list that is not clear');
  const tokens = token.items.filter(({ key, sep, value, start }) =>
    Boolean(key ?? sep ?? value ?? start.find(({ type }) => type === 'anchor' || type === 'tag')),
  );
  if (tokens.length !== items.length) throw new Unreadable('the file has a list that is not clear');
  return items.map((item, index) => readFlowItem(item, tokens[index]?.start ?? [], end));
}

function readBlockItem(item: Node | null, start: readonly CST.SourceToken[]): YamlEntry {
  const dash = start.find(({ type }) => type === 'seq-item-ind');
  const at = dash?.offset ?? 0;
  const value = readValue(item, propertiesOf(start, at + 1));
  return { start: at, indicatorEnd: at + 1, end: Math.max(at + 1, value.end), value };
}

function readFlowItem(item: unknown, start: readonly CST.SourceToken[], end: number): YamlEntry {
  if (isPair(item) || !isNode(item) || (isMap(item) && item.srcToken?.type !== 'flow-collection'))
    throw new Unreadable('the file has a pair in brackets that is not in braces');
  const from = item.range?.[0] ?? end;
  const value = readPart(item, propertiesOf(start, 0).end > 0 ? propertiesOf(start, 0) : noProperties(from));
  return { start: value.start, indicatorEnd: value.start, end: value.end, value };
}

/** Anchor and tag of the root stand before it; only that they are there matters. */
function addRootProperties(root: YamlPart, node: Node, text: string): void {
  if (isAlias(node)) return;
  if (node.anchor !== undefined || node.tag !== undefined) {
    const before = text.slice(0, root.contentStart);
    const at = Math.max(before.lastIndexOf('&'), before.lastIndexOf('!'));
    if (at >= 0) root.start = Math.min(root.start, at);
  }
}

/** Where the first line of an empty document goes: behind its comments and its `---`, before its `...`. */
function emptyPlace(text: string): number {
  const end = /^\.\.\.(?=\s|$)/m.exec(text);
  return end ? end.index : text.length;
}

function readComments(text: string): TextRange[] {
  const comments: TextRange[] = [];
  let offset = 0;
  let isScalarNext = false;
  for (const lexeme of new Lexer().lex(text)) {
    if (!isScalarNext && (lexeme === '\u0002' || lexeme === '\u0018')) continue;
    if (!isScalarNext && lexeme === '\u001F') {
      isScalarNext = true;
      continue;
    }
    if (!isScalarNext && lexeme.startsWith('#'))
      comments.push({ start: offset, end: offset + lexeme.length });
    isScalarNext = false;
    offset += lexeme.length;
  }
  return comments;
}

/** The part at a path, as written: not through aliases and merge keys. */
export function partAt(root: YamlPart, path: readonly (string | number)[]): YamlPart | undefined {
  let part: YamlPart | undefined = root;
  for (const step of path) {
    part = part && entryAt(part, step)?.value;
    if (!part) return undefined;
  }
  return part;
}

export function entryAt(part: YamlPart, step: string | number): YamlEntry | undefined {
  if (part.kind === 'map') return part.entries.find(({ key }) => key === String(step));
  return part.kind === 'list' ? part.entries[Number(step)] : undefined;
}
