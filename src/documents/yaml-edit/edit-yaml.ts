import { applyEdits, type TextEdit } from '../text-edit.ts';
import type { DocumentPath } from '../located.ts';
import { createDraft, type Draft } from './draft.ts';
import { withChange } from './expected.ts';
import * as steps from './steps.ts';
import { entryAt, partAt, readTree, type YamlEntry, type YamlPart, type YamlTree } from './tree.ts';
import { aliasOf, copyOf, type EditValue, entryOf, isScalarValue, partOf, saysTheSame } from './values.ts';

/** Why a file cannot be changed as wanted; the end of a sentence that begins with what was wanted. */
export interface NoEdit {
  why: string;
}

/** A YAML file under change. Every change is checked by reading the file again; one that fails leaves it as it was. */
export interface YamlEditor {
  tree(): YamlTree;
  text(): string;
  /** All changes so far, as edits of the text that the editor began with. */
  edits(): TextEdit[];
  /** Gives the part at `path` this value; makes it and its parents when they are not there. Undefined = done. */
  set(path: DocumentPath, value: EditValue): NoEdit | undefined;
  /** Adds an item to the list at `path` unless it holds it; makes the list when it is not there. */
  add(path: DocumentPath, value: EditValue): NoEdit | undefined;
  /** Removes the part at `path`, and what becomes empty around it, but nothing that is less than `keep` steps from the root. */
  remove(path: DocumentPath, keep?: number): NoEdit | undefined;
  /** Gives the part at `path` an anchor of this name. */
  anchor(path: DocumentPath, name: string): NoEdit | undefined;
}

/** Opens a text for changes; says why when it is not one well-formed YAML document. */
export function openYaml(text: string): YamlEditor | NoEdit {
  const tree = readTree(text);
  if ('why' in tree) return tree;
  return createEditor(tree, createDraft(text));
}

/** Edits that give the part at `path` the value; none when it has it. */
export function setIn(text: string, path: DocumentPath, value: EditValue): TextEdit[] | NoEdit {
  return edited(text, (editor) => editor.set(path, value));
}

/** Edits that add an item to the list at `path`; none when it is there. */
export function addTo(text: string, path: DocumentPath, value: EditValue): TextEdit[] | NoEdit {
  return edited(text, (editor) => editor.add(path, value));
}

/** Edits that remove the part at `path`; none when it is not there. */
export function removeIn(text: string, path: DocumentPath, keep = 0): TextEdit[] | NoEdit {
  return edited(text, (editor) => editor.remove(path, keep));
}

function edited(text: string, change: (editor: YamlEditor) => NoEdit | undefined): TextEdit[] | NoEdit {
  const editor = openYaml(text);
  if ('why' in editor) return editor;
  return change(editor) ?? editor.edits();
}

/** Breaks off a change in the middle; caught where it began. */
class Refusal extends Error {}

interface State {
  tree: YamlTree;
  draft: Pick<Draft, 'apply'>;
}

function createEditor(tree: YamlTree, draft: Draft): YamlEditor {
  const state: State = { tree, draft };
  const guarded = (change: (scratch: State) => void): NoEdit | undefined => {
    const pending: TextEdit[][] = [];
    const scratch: State = { tree: state.tree, draft: { apply: (edits) => void pending.push([...edits]) } };
    try {
      change(scratch);
    } catch (error) {
      if (error instanceof Refusal) return { why: error.message };
      throw error;
    }
    for (const edits of pending) draft.apply(edits);
    state.tree = scratch.tree;
    return undefined;
  };
  return {
    tree: () => state.tree,
    text: () => state.tree.text,
    edits: () => draft.edits(),
    set: (path, value) => guarded((scratch) => set(scratch, path, value)),
    add: (path, value) => guarded((scratch) => add(scratch, path, value)),
    remove: (path, keep = 0) => guarded((scratch) => remove(scratch, path, keep)),
    anchor: (path, name) => guarded((scratch) => addAnchor(scratch, path, name)),
  };
}

/** Makes one step, and makes sure that the file then says what it should and has all of its comments. */
function step(state: State, edits: readonly TextEdit[], expected: YamlPart): void {
  const { tree } = state;
  const next = readTree(applyEdits(tree.text, edits));
  if ('why' in next || !saysTheSame(next.root, expected) || commentsOf(next) !== commentsOf(tree))
    throw new Refusal('the way in which the file is written leaves no place for it');
  state.draft.apply(edits);
  state.tree = next;
}

function commentsOf(tree: YamlTree): string {
  return tree.comments.map(({ start, end }) => tree.text.slice(start, end).trimEnd()).join('\n');
}

function set(state: State, path: DocumentPath, value: EditValue): void {
  openAliases(state, path);
  const { tree } = state;
  const old = partAt(tree.root, path);
  if (!old) return insert(state, path, value);
  const wanted = partOf(value);
  if (saysTheSame(withoutName(old), wanted)) return;
  const isRefilled = old.kind === wanted.kind && old.tag === undefined && wanted.entries.length > 0;
  if (isRefilled && wanted.kind === 'map') {
    setMap(state, path, value as Record<string, EditValue>);
  } else if (isRefilled && Array.isArray(value)) {
    setList(state, path, value);
  } else {
    replace(state, path, value);
  }
}

function withoutName(part: YamlPart): YamlPart {
  const { anchor: _anchor, ...rest } = part;
  return rest;
}

/** Where a part hangs: its entry, and whether it stands in brackets or braces. */
function placeOf(root: YamlPart, path: DocumentPath): { part: YamlPart; entry: YamlEntry; isFlow: boolean } {
  const parent = partAt(root, path.slice(0, -1));
  const last = path.at(-1);
  const entry = parent && last !== undefined ? entryAt(parent, last) : undefined;
  if (!parent || !entry) throw new Refusal('there is no such part');
  return { part: entry.value, entry, isFlow: parent.isFlow };
}

function replace(state: State, path: DocumentPath, value: EditValue): void {
  if (path.length === 0) throw new Refusal('the whole document cannot be replaced');
  const wanted = partOf(value);
  const place = placeOf(state.tree.root, path);
  const { anchor } = place.part;
  const named = { ...wanted, ...(anchor === undefined ? {} : { anchor }) };
  if (isScalarValue(value) && place.part.entries.length === 0 && !isBracket(place.part)) {
    const edits = steps.writeScalar(state.tree, place, value);
    return step(
      state,
      edits,
      withChange(state.tree.root, path, () => named),
    );
  }
  if (place.part.form !== 'empty' && place.isFlow) {
    return replaceInFlow(state, path, value);
  }
  if (place.part.form !== 'empty') empty(state, path);
  fill(state, path, value);
}

function isBracket(part: YamlPart): boolean {
  return part.kind === 'map' || part.kind === 'list';
}

/** In brackets the old text and the new one stand on the same place. */
function replaceInFlow(state: State, path: DocumentPath, value: EditValue): void {
  const { part, entry } = placeOf(state.tree.root, path);
  const [edit] = steps.fillEmpty(
    state.tree,
    { part: { ...part, end: part.start }, entry, isFlow: true },
    value,
  );
  const text = edit?.text.trimStart() ?? '';
  const space = part.start === entry.indicatorEnd && entry.key !== undefined ? ' ' : '';
  const edits = [{ start: part.start, end: part.end, text: space + text }];
  step(
    state,
    edits,
    withChange(state.tree.root, path, () => partOf(value)),
  );
}

/** Removes a value and leaves its key. */
function empty(state: State, path: DocumentPath): void {
  const { part, entry } = placeOf(state.tree.root, path);
  const edits = steps.eraseValue(state.tree, part, entry);
  step(
    state,
    edits,
    withChange(state.tree.root, path, () => partOf(null)),
  );
}

function fill(state: State, path: DocumentPath, value: EditValue): void {
  const { tree } = state;
  const wanted = partOf(value);
  if (path.length === 0) {
    const { anchor, tag } = tree.root;
    if (anchor !== undefined || tag !== undefined || isScalarValue(value))
      throw new Refusal('the document is empty');
    return step(state, steps.fillDocument(tree, value), wanted);
  }
  const place = placeOf(tree.root, path);
  const { anchor } = place.part;
  const named = { ...wanted, ...(anchor === undefined ? {} : { anchor }) };
  step(
    state,
    steps.fillEmpty(tree, place, value),
    withChange(tree.root, path, () => named),
  );
}

/** Adds a part that is not there, with the parents that are not there either. */
function insert(state: State, path: DocumentPath, value: EditValue): void {
  const { tree } = state;
  let depth = path.length;
  while (depth > 0 && !partAt(tree.root, path.slice(0, depth))) depth -= 1;
  const parent = partAt(tree.root, path.slice(0, depth)) ?? tree.root;
  const [first, ...rest] = path.slice(depth);
  const nested = rest.reduceRight<EditValue>((inner, key) => ({ [key]: inner }), value);
  if (first === undefined) return;
  const where = path.slice(0, depth);
  if (parent.kind === 'scalar' && parent.form === 'empty') return fill(state, where, { [first]: nested });
  if (parent.kind === 'list') {
    if (Number(first) !== parent.entries.length) throw new Refusal('the list is shorter than that');
    return append(state, where, nested);
  }
  if (parent.kind !== 'map') throw new Refusal('a single value stands where it would go');
  if (parent.entries.length === 0 && !parent.isFlow) throw new Refusal('there is no place for it');
  const edits = steps.insertPair(tree, parent, String(first), nested);
  step(
    state,
    edits,
    withChange(tree.root, [...where, first], () => partOf(nested)),
  );
}

function append(state: State, path: DocumentPath, value: EditValue): void {
  const { tree } = state;
  const list = partAt(tree.root, path);
  if (!list) throw new Refusal('there is no such list');
  const expected = withChange(tree.root, path, (part) => ({
    ...(part ?? list),
    entries: [...list.entries, entryOf(partOf(value))],
  }));
  step(state, steps.insertItem(tree, list, value), expected);
}

function setMap(state: State, path: DocumentPath, value: Record<string, EditValue>): void {
  for (const [key, item] of Object.entries(value)) set(state, [...path, key], item);
  const keys = partAt(state.tree.root, path)?.entries.map(({ key = '' }) => key) ?? [];
  for (const key of keys) if (!Object.hasOwn(value, key)) remove(state, [...path, key], path.length);
}

/** Items that stay keep their lines; where that is not clear, each place gets its new item. */
function setList(state: State, path: DocumentPath, items: readonly EditValue[]): void {
  const old = partAt(state.tree.root, path)?.entries.map((entry) => entry.value) ?? [];
  const kept = keptItems(old, items.map(partOf));
  const isClear = kept.size > 0 && (kept.size === items.length || kept.size === old.length);
  if (!isClear) return setItems(state, path, items);
  for (let index = old.length - 1; index >= 0; index -= 1)
    if (!kept.has(index)) remove(state, [...path, index], path.length);
  for (const item of items.slice(kept.size)) append(state, path, item);
}

/** Indices of the old items that are, in this order, the first of the new ones. */
function keptItems(old: readonly YamlPart[], wanted: readonly YamlPart[]): Set<number> {
  const kept = new Set<number>();
  for (const [index, part] of old.entries()) {
    const next = wanted[kept.size];
    if (next && saysTheSame(part, next)) kept.add(index);
  }
  return kept;
}

function setItems(state: State, path: DocumentPath, items: readonly EditValue[]): void {
  const length = partAt(state.tree.root, path)?.entries.length ?? 0;
  for (let index = length - 1; index >= items.length; index -= 1)
    remove(state, [...path, index], path.length);
  for (const [index, item] of items.entries()) set(state, [...path, index], item);
}

function add(state: State, path: DocumentPath, value: EditValue): void {
  openAliases(state, [...path, 0]);
  const list = partAt(state.tree.root, path);
  if (!list) return insert(state, path, [value]);
  if (list.kind === 'scalar') {
    if (list.form === 'empty') return fill(state, path, [value]);
    if (saysTheSame(withoutName(list), partOf(value))) return;
    return replace(state, path, [copyOf(list, state.tree.text), value]);
  }
  if (list.kind !== 'list') throw new Refusal('there is no list where it would go');
  if (!list.entries.some((entry) => saysTheSame(withoutName(entry.value), partOf(value))))
    append(state, path, value);
}

function remove(state: State, path: DocumentPath, keep: number): void {
  if (path.length === 0 || !partAt(state.tree.root, path)) return;
  openAliases(state, path);
  const { tree } = state;
  let depth = path.length;
  while (depth - 1 > keep && partAt(tree.root, path.slice(0, depth - 1))?.entries.length === 1) depth -= 1;
  const where = path.slice(0, depth);
  const parentPath = where.slice(0, -1);
  const parent = partAt(tree.root, parentPath);
  const entry = parent && entryAt(parent, where.at(-1) ?? '');
  if (!parent || !entry) return;
  if (parent.entries.length === 1 && !parent.isFlow) return removeLast(state, parentPath, parent);
  const edits = steps.removeEntry(tree, parent, parent.entries.indexOf(entry));
  step(
    state,
    edits,
    withChange(tree.root, where, () => undefined),
  );
}

/** The only entry of a collection that must stay: its key is left without a value. */
function removeLast(state: State, path: DocumentPath, parent: YamlPart): void {
  if (path.length > 0) return empty(state, path);
  const edits = steps.removeEntry(state.tree, parent, 0);
  step(state, edits, partOf(null));
}

function addAnchor(state: State, path: DocumentPath, name: string): void {
  const { part, entry } = placeOf(state.tree.root, path);
  if (part.anchor === name) return;
  if (part.anchor !== undefined || part.kind === 'alias') throw new Refusal('it has another anchor');
  const expected = withChange(state.tree.root, path, (old) => ({ ...(old ?? part), anchor: name }));
  step(state, steps.writeAnchor(part, entry, name), expected);
}

/** Turns aliases on the way to a part into something of the place's own: `<<: *name` for a map, a copy of a list. */
function openAliases(state: State, path: DocumentPath): void {
  for (let depth = 1; depth < path.length; depth += 1) {
    const where = path.slice(0, depth);
    const part = partAt(state.tree.root, where);
    if (part?.kind !== 'alias') continue;
    const target = anchored(state.tree.root, part.alias ?? '', part.start);
    if (target?.kind === 'map') replace(state, where, { '<<': aliasOf(part.alias ?? '') });
    else if (target?.kind === 'list') replace(state, where, copyOf(target, state.tree.text));
    else throw new Refusal('an alias of a single value stands where it would go');
  }
}

/** The part that an alias at `before` means: the last one before it with that anchor. */
export function anchored(root: YamlPart, name: string, before: number): YamlPart | undefined {
  let found: YamlPart | undefined;
  const visit = (part: YamlPart): void => {
    if (part.start >= before) return;
    if (part.anchor === name) found = part;
    for (const { value } of part.entries) visit(value);
  };
  visit(root);
  return found;
}
