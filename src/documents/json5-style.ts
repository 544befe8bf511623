import { isIdentifier } from './json5-scanner.ts';
import type { LocatedNode } from './located.ts';

/** Data that can be written into a document. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** How a document writes things, so that what is added looks like what is there. */
export interface Json5Style {
  lineEnd: string;
  /** White space of one level. */
  indent: string;
  /** Quote of texts. */
  quote: '"' | "'";
  /** Quote of keys; "" = none where the key is an identifier. */
  keyQuote: '"' | "'" | '';
}

/** Longest list of plain values that is written on one line. */
const maxLineLength = 80;

/** Looks at the first key, the first text and the first indented line. */
export function styleOf(text: string, root: LocatedNode | null): Json5Style {
  const quote = root ? firstQuote(text, root, 'range') : undefined;
  const keyQuote = root ? firstQuote(text, root, 'key') : undefined;
  const indent = /(?:^|\n)([ \t]+)["'\p{L}$_]/u.exec(text)?.[1];
  return {
    lineEnd: /\r?\n/.exec(text)?.[0] ?? '\n',
    indent: indent ?? '  ',
    quote: quote === "'" || (quote === undefined && keyQuote === "'") ? "'" : '"',
    keyQuote: keyQuote ?? (quote === "'" ? "'" : '"'),
  };
}

/** The quote before the first key or text of a document. */
function firstQuote(
  text: string,
  node: LocatedNode,
  part: 'key' | 'range',
): Json5Style['keyQuote'] | undefined {
  const isAsked = part === 'key' || (node.kind === 'scalar' && typeof node.value === 'string');
  const range = isAsked ? node.origin[part] : undefined;
  if (range) return quoteAt(text, range.start);
  const children = node.kind === 'map' ? node.entries.values() : node.kind === 'list' ? node.items : [];
  for (const child of children) {
    const found = firstQuote(text, child, part);
    if (found !== undefined) return found;
  }
  return undefined;
}

function quoteAt(text: string, offset: number): Json5Style['keyQuote'] {
  const letter = text[offset];
  return letter === '"' || letter === "'" ? letter : '';
}

export function writeKey(key: string, { keyQuote, quote }: Json5Style): string {
  return keyQuote === '' && isIdentifier(key) ? key : quoted(key, keyQuote === '' ? quote : keyQuote);
}

/**
 * A value as text.
 * @param margin white space in front of the line that it begins on; undefined = all on one line
 */
export function writeValue(value: JsonValue, style: Json5Style, margin: string | undefined): string {
  if (typeof value === 'string') return quoted(value, style.quote);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return writeCollection(value, style, margin);
}

function writeCollection(
  value: JsonValue[] | { [key: string]: JsonValue },
  style: Json5Style,
  margin: string | undefined,
): string {
  const inner = margin === undefined ? undefined : margin + style.indent;
  const parts = Array.isArray(value)
    ? value.map((item) => writeValue(item, style, inner))
    : Object.entries(value).map(
        ([key, item]) => `${writeKey(key, style)}: ${writeValue(item, style, inner)}`,
      );
  if (parts.length === 0) return Array.isArray(value) ? '[]' : '{}';
  const line = parts.join(', ');
  if (margin === undefined || inner === undefined || (isPlainList(value) && line.length <= maxLineLength))
    return Array.isArray(value) ? `[${line}]` : `{ ${line} }`;
  const { lineEnd } = style;
  const body = parts.map((part) => inner + part).join(`,${lineEnd}`);
  return Array.isArray(value)
    ? `[${lineEnd}${body}${lineEnd}${margin}]`
    : `{${lineEnd}${body}${lineEnd}${margin}}`;
}

function isPlainList(value: JsonValue): boolean {
  return Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null);
}

function quoted(text: string, quote: '"' | "'"): string {
  const json = JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
  return quote === '"' ? json : `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
