import type { YamlPart } from './tree.ts';

/** Data that can be written; `Verbatim` is copied as it stands elsewhere in the same file. */
export type EditValue =
  | string
  | number
  | boolean
  | null
  | Verbatim
  | EditValue[]
  | { [key: string]: EditValue };

/** A value with its own text: an alias, or a scalar whose form says more than its value, such as `0755`. */
export class Verbatim {
  readonly text: string;
  readonly part: YamlPart;

  constructor(text: string, part: YamlPart) {
    this.text = text;
    this.part = part;
  }
}

/** `*name`. */
export function aliasOf(name: string): Verbatim {
  return new Verbatim(`*${name}`, { ...unplaced, kind: 'alias', alias: name });
}

/** A copy of a part, for another place of the same file; anchors and comments stay where they are. */
export function copyOf(part: YamlPart, text: string): EditValue {
  if (part.kind === 'list') return part.entries.map(({ value }) => copyOf(value, text));
  if (part.kind === 'map')
    return Object.fromEntries(part.entries.map(({ key = '', value }) => [key, copyOf(value, text)]));
  if (part.form === 'empty') return null;
  const source = text.slice(part.contentStart, part.end);
  if (part.form === 'block' || source.includes('\n')) return part.value as EditValue;
  const { anchor: _anchor, ...rest } = part;
  const tag = part.tag === undefined ? '' : `${part.tag} `;
  return new Verbatim(tag + source, rest);
}

export function isScalarValue(value: EditValue): value is string | number | boolean | null | Verbatim {
  return typeof value !== 'object' || value === null || value instanceof Verbatim;
}

const unplaced = { isFlow: false, start: 0, contentStart: 0, end: 0, entries: [] };

/** What a reader of the file would find when the value is written. */
export function partOf(value: EditValue): YamlPart {
  if (value instanceof Verbatim) return value.part;
  if (Array.isArray(value))
    return { ...unplaced, kind: 'list', entries: value.map((item) => entryOf(partOf(item))) };
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => ({ ...entryOf(partOf(item)), key }));
    return { ...unplaced, kind: 'map', entries };
  }
  return { ...unplaced, kind: 'scalar', value };
}

export function entryOf(value: YamlPart): YamlPart['entries'][number] {
  return { start: 0, indicatorEnd: 0, end: 0, value };
}

/** True when two parts say the same, anchors and tags included; the order of a map's keys says nothing. */
export function saysTheSame(a: YamlPart, b: YamlPart): boolean {
  if (a.kind !== b.kind || a.anchor !== b.anchor || a.tag !== b.tag) return false;
  if (a.kind === 'alias') return a.alias === b.alias;
  if (a.kind === 'scalar') return Object.is(a.value, b.value) || (a.value === 0 && b.value === 0);
  if (a.entries.length !== b.entries.length) return false;
  if (a.kind === 'list') return a.entries.every(({ value }, index) => sameEntry(value, b.entries[index]));
  const others = new Map(b.entries.map((entry) => [entry.key, entry]));
  // A key twice is counted once here and breaks the comparison, as it should.
  return (
    others.size === a.entries.length && a.entries.every(({ key, value }) => sameEntry(value, others.get(key)))
  );
}

function sameEntry(value: YamlPart, other: YamlPart['entries'][number] | undefined): boolean {
  return other !== undefined && saysTheSame(value, other.value);
}
