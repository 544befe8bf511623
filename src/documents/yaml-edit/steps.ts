import type { TextEdit } from '../text-edit.ts';
import { insertIntoFlow, removeFromFlow } from './flow.ts';
import { eraseLines, insertBelow, isFirstOnLine } from './places.ts';
import { blockItem, blockLines, blockPair, flowPair, inlineText, type Like } from './render.ts';
import { columnOf, lineStartOf } from './style.ts';
import type { YamlEntry, YamlPart, YamlTree } from './tree.ts';
import { type EditValue, isScalarValue } from './values.ts';

// The single steps that every change is made of. Each gives edits of the tree's own text.

/** Adds an entry behind the last one of a map that has some. */
export function insertPair(tree: YamlTree, map: YamlPart, key: string, value: EditValue): TextEdit[] {
  const { text, style } = tree;
  if (map.isFlow) {
    const isJson = map.entries.length > 0 && map.entries.every(({ keyForm }) => keyForm === 'quoted');
    const options = { quotedKeys: isJson, ...(isJson ? { like: 'double' as const } : {}) };
    return insertIntoFlow(tree, map, flowPair(key, value, style, options));
  }
  const column = columnOf(text, map.entries[0]?.start ?? 0);
  return [insertBelow(tree, map.end, column, blockPair(key, value, style))];
}

/** Adds an item behind the last one of a list that has some. */
export function insertItem(tree: YamlTree, list: YamlPart, value: EditValue): TextEdit[] {
  const { text, style } = tree;
  const like = quotesOf(list);
  if (list.isFlow) {
    return insertIntoFlow(tree, list, inlineText(value, style, { isFlow: true, like }));
  }
  const column = columnOf(text, list.entries[0]?.start ?? 0);
  return [insertBelow(tree, list.end, column, blockItem(value, style, like))];
}

/** The quotes that all texts of a list have. */
function quotesOf(list: YamlPart): Like {
  const forms = new Set(
    list.entries.filter(({ value }) => value.kind === 'scalar').map(({ value }) => value.form),
  );
  const [form] = forms;
  return forms.size === 1 && (form === 'single' || form === 'double') ? form : undefined;
}

/** Writes a scalar in the place of a scalar or alias, or of nothing. */
export function writeScalar(
  tree: YamlTree,
  place: { part: YamlPart; entry: YamlEntry; isFlow: boolean },
  value: EditValue,
): TextEdit[] {
  const { text, style } = tree;
  const { part, entry, isFlow } = place;
  const like = part.form === 'single' || part.form === 'double' ? part.form : undefined;
  const written = inlineText(value, style, { isFlow, like });
  if (part.form === 'empty') return [{ start: part.end, end: part.end, text: ` ${written}` }];
  const anchor = part.anchor !== undefined && part.tag !== undefined ? `&${part.anchor} ` : '';
  const start = part.tag === undefined ? part.contentStart : part.start;
  // JSON allows no space between colon and value, YAML needs one.
  const space = start === entry.indicatorEnd && entry.key !== undefined ? ' ' : '';
  const lineBreak = part.form === 'block' && text[part.end - 1] === '\n' ? style.lineBreak : '';
  return [{ start, end: part.end, text: space + anchor + written + lineBreak }];
}

/** Writes a list or map behind a key or dash that has no value. */
export function fillEmpty(
  tree: YamlTree,
  place: { part: YamlPart; entry: YamlEntry; isFlow: boolean },
  value: EditValue,
): TextEdit[] {
  const { text, style } = tree;
  const { part, entry, isFlow } = place;
  const lines = blockLines(value, style);
  if (isFlow || entry.key === undefined || lines.length === 0 || isScalarValue(value)) {
    const colon = text[entry.indicatorEnd - 1] === ':' || entry.key === undefined ? '' : ':';
    return [{ start: part.end, end: part.end, text: `${colon} ${inlineText(value, style, { isFlow })}` }];
  }
  return [insertBelow(tree, part.end, columnOf(text, entry.start), lines)];
}

/** Writes the first entries of a document that has none. */
export function fillDocument(tree: YamlTree, value: EditValue): TextEdit[] {
  const { text, style, root } = tree;
  const lines = Array.isArray(value)
    ? value.flatMap((item) => blockItem(item, style))
    : Object.entries(value as Record<string, EditValue>).flatMap(([key, item]) =>
        blockPair(key, item, style),
      );
  const at = root.end;
  const before = at > 0 && text[at - 1] !== '\n' && text !== '\uFEFF' ? style.lineBreak : '';
  return [{ start: at, end: at, text: before + lines.join(style.lineBreak) + style.lineBreak }];
}

/** Takes the value away from its key; comments in it stay. */
export function eraseValue(tree: YamlTree, part: YamlPart, entry: YamlEntry): TextEdit[] {
  const { text } = tree;
  const lines = text.slice(entry.indicatorEnd, part.start);
  const start = lines.includes('\n') ? part.start : entry.indicatorEnd;
  return eraseLines(tree, start, part.end);
}

/** Removes one of several entries, or the last one of a collection that may become empty. */
export function removeEntry(tree: YamlTree, container: YamlPart, index: number): TextEdit[] {
  const { text } = tree;
  const entry = container.entries[index];
  if (!entry) return [];
  if (container.isFlow) return removeFromFlow(tree, container, index);
  const next = container.entries[index + 1];
  const isInline = !isFirstOnLine(text, entry.start);
  const hasComment = next && tree.comments.some(({ start }) => start >= entry.start && start < next.start);
  if (isInline && next && hasComment !== true) return [{ start: entry.start, end: next.start, text: '' }];
  return eraseLines(tree, isInline ? entry.start : lineStartOf(text, entry.start), entry.end);
}

/** Gives a value an anchor, so that another place can refer to it. */
export function writeAnchor(part: YamlPart, entry: YamlEntry, anchor: string): TextEdit[] {
  const isBelow = part.entries.length > 0 && !part.isFlow;
  const at = isBelow ? entry.indicatorEnd : part.start;
  return [{ start: at, end: at, text: isBelow ? ` &${anchor}` : `&${anchor} ` }];
}
