import { current, fail, isBlankOrEnd, type Reader } from './reader.ts';
import type { SyntaxAlias, SyntaxNode } from './syntax-node.ts';

/** Anchor and tag in front of a node. */
export interface Properties {
  anchor?: string;
  tag?: string;
}

const AMPERSAND = 0x26;
const ASTERISK = 0x2a;
const EXCLAMATION = 0x21;
const NAME = /[\w-]+/y;
const TAG = /[^\s]+/y;
const FLOW_TAG = /[^\s,[\]{}]+/y;
/** What may follow the name of an anchor directly. */
const BEHIND_NAME = '?:,]}%@`';

export function isProperty(reader: Reader): boolean {
  const code = current(reader);
  return code === AMPERSAND || code === EXCLAMATION;
}

/** Reads one anchor or tag into `properties`. */
export function readProperty(reader: Reader, properties: Properties, isFlow: boolean): void {
  const start = reader.position;
  const member = current(reader) === AMPERSAND ? 'anchor' : 'tag';
  if (properties[member] !== undefined) fail(reader, `A value can have only one ${member}.`, start);
  properties[member] = member === 'anchor' ? readName(reader, 'anchor') : readTag(reader, isFlow);
}

export function applyProperties<Node extends SyntaxNode>(node: Node, { anchor, tag }: Properties): Node {
  if (anchor !== undefined) node.anchor = anchor;
  // A lone exclamation mark says nothing.
  if (tag !== undefined && tag !== '!') node.tag = tag;
  return node;
}

export function isAlias(reader: Reader): boolean {
  return current(reader) === ASTERISK;
}

export function readAlias(reader: Reader): SyntaxAlias {
  const start = reader.position;
  const name = readName(reader, 'alias');
  return { kind: 'alias', name, start, end: reader.position };
}

function readName(reader: Reader, what: string): string {
  const start = reader.position;
  NAME.lastIndex = start + 1;
  const name = NAME.exec(reader.text)?.[0] ?? '';
  reader.position = start + 1 + name.length;
  const next = current(reader);
  if (name === '' || !(isBlankOrEnd(next) || BEHIND_NAME.includes(String.fromCharCode(next))))
    fail(reader, `The name of an ${what} consists of letters, digits, "-" and "_".`, start);
  return name;
}

function readTag(reader: Reader, isFlow: boolean): string {
  const start = reader.position;
  const isVerbatim = reader.text[start + 1] === '<';
  const pattern = isFlow && !isVerbatim ? FLOW_TAG : TAG;
  pattern.lastIndex = start;
  const written = pattern.exec(reader.text)?.[0] ?? '';
  reader.position = start + written.length;
  if (isVerbatim) {
    if (!written.endsWith('>')) fail(reader, 'A tag is not closed.', start);
    return written.slice(2, -1);
  }
  const [, handle = '!', suffix = ''] = /^(![\w-]*!)?(.*)$/.exec(written) ?? [];
  const prefix = reader.tagPrefixes.get(handle);
  if (prefix === undefined) fail(reader, `The handle ${handle} of a tag stands for nothing.`, start);
  return prefix + decoded(handle === '!' ? suffix.slice(1) : suffix);
}

/** `%21` is an exclamation mark. */
function decoded(suffix: string): string {
  try {
    return suffix.includes('%') ? decodeURIComponent(suffix) : suffix;
  } catch {
    return suffix;
  }
}
