import { keyAsText, otherScalarText, stringText } from './scalar-text.ts';
import type { YamlStyle } from './style.ts';
import { type EditValue, isScalarValue, Verbatim } from './values.ts';

export type Like = 'plain' | 'single' | 'double' | undefined;

/** A value on one line, as it stands in brackets and braces, or behind a key. */
export function inlineText(
  value: EditValue,
  style: YamlStyle,
  options: { isFlow: boolean; like?: Like; quotedKeys?: boolean },
): string {
  if (value instanceof Verbatim) return value.text;
  if (Array.isArray(value))
    return `[${value.map((item) => inlineText(item, style, { ...options, isFlow: true })).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => flowPair(key, item, style, options));
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }
  return typeof value === 'string' ? stringText(value, style, options) : otherScalarText(value);
}

export function flowPair(
  key: string,
  value: EditValue,
  style: YamlStyle,
  options: { like?: Like; quotedKeys?: boolean },
): string {
  const text = keyAsText(key, style, { isFlow: true, isQuoted: options.quotedKeys === true });
  return `${text ?? JSON.stringify(key)}: ${inlineText(value, style, { ...options, isFlow: true })}`;
}

/** `key: value` as lines without indentation of their own; `column` is where the first one will stand. */
export function blockPair(key: string, value: EditValue, style: YamlStyle): string[] {
  const name = keyAsText(key, style, { isFlow: false }) ?? JSON.stringify(key);
  if (value === null) return [`${name}:`];
  if (isScalarValue(value) || isEmpty(value))
    return [`${name}: ${inlineText(value, style, { isFlow: false })}`];
  return [`${name}:`, ...blockLines(value, style)];
}

/** The lines of a list or map below its key, indented relative to the key. */
export function blockLines(value: EditValue, style: YamlStyle): string[] {
  if (Array.isArray(value)) {
    const pad = ' '.repeat(style.listIndent);
    return value.flatMap((item) => blockItem(item, style).map((line) => pad + line));
  }
  if (isScalarValue(value)) return [];
  const pad = ' '.repeat(style.indent);
  return Object.entries(value).flatMap(([key, item]) =>
    blockPair(key, item, style).map((line) => pad + line),
  );
}

/** `- value` as lines; what belongs to the item is indented below its first word. */
export function blockItem(value: EditValue, style: YamlStyle, like?: Like): string[] {
  if (isScalarValue(value) || isEmpty(value))
    return [`- ${inlineText(value, style, { isFlow: false, like })}`];
  const lines = Array.isArray(value)
    ? value.flatMap((item) => blockItem(item, style))
    : Object.entries(value).flatMap(([key, item]) => blockPair(key, item, style));
  return lines.map((line, index) => (index === 0 ? `- ${line}` : `  ${line}`));
}

function isEmpty(value: EditValue): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
