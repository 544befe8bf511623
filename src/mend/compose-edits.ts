import type { DocumentPath, LocatedNode, Origin } from '../documents/located.ts';
import type { YamlEditor } from '../documents/yaml-edit/edit-yaml.ts';
import { partAt } from '../documents/yaml-edit/tree.ts';
import { copyOf } from '../documents/yaml-edit/values.ts';
import type { Change, PlainValue } from '../measures/fix.ts';
import { type ComposePlaces, indexOfName, separatorOf } from './compose-places.ts';
import { CannotPlan, type PlacedChange } from './placed-change.ts';
import type { Drafts } from './drafts.ts';
import { inheritedPart, ownPartFor } from './inherited.ts';

type ComposeChange = Extract<Change, { kind: 'set' | 'add' | 'remove' }>;

/** How much of a path is never removed because it became empty: the service itself. */
const KEPT_STEPS = 2;

/** Finds the file and the path in it at which a change of the merged project has to be made. */
export function placeChange(
  places: ComposePlaces,
  change: ComposeChange,
  alsoWanted: readonly Change[],
): PlacedChange {
  const { kind, path } = change;
  const [section, service] = path;
  const value = change.kind === 'remove' ? {} : { value: change.value };
  if (section !== 'services' || service === undefined || path.length < 3)
    return { ...sectionPlace(places, path), kind, ...value };
  const name = separatorOf(path.at(-2)) === undefined ? {} : { name: String(path.at(-1)) };
  const place = placeOf(places, kind, path, String(service));
  refuseShared(places, change, place?.origin, alsoWanted);
  if (place) return { file: place.origin.file, kind, path: place.path, ...value, ...name };
  const file = places.filesOf(String(service)).at(-1);
  if (file === undefined)
    throw new CannotPlan(`the service ${String(service)} has no place of its own in any file`);
  return { file, kind, path, ...value, ...name };
}

function sectionPlace(places: ComposePlaces, path: DocumentPath): { file: string; path: DocumentPath } {
  const origin = places.find(path)?.origin;
  const file = origin?.file ?? places.fileOfSection(String(path[0]));
  if (file === undefined) throw new CannotPlan('no compose file has a place for it');
  return { file, path: origin?.path ?? path };
}

/** Where the text stands that must change; undefined when the service needs a text of its own. */
function placeOf(
  places: ComposePlaces,
  kind: PlacedChange['kind'],
  path: DocumentPath,
  service: string,
): { origin: Origin; path: DocumentPath } | undefined {
  const node = places.find(path);
  if (kind === 'add' && node?.kind === 'list' && node.items.length > 0) {
    const last = node.items.findLast((item) => isOwn(places, item, service));
    if (!last) return undefined;
    const { origin } = last;
    // A list can be written as a single value.
    const isItem = typeof origin.path.at(-1) === 'number';
    return { origin, path: isItem ? origin.path.slice(0, -1) : origin.path };
  }
  return node && isOwn(places, node, service) ? { origin: node.origin, path: node.origin.path } : undefined;
}

/** True when a change of the text of a part changes this service, and maybe others, but nothing that is only referred to. */
function isOwn(places: ComposePlaces, node: LocatedNode, service: string): boolean {
  const { origin } = node;
  if (origin.isImplied === true) return false;
  if (origin.path[0] === 'services' && origin.path[1] === service)
    return origin.isShared !== true || places.filesOf(service).includes(origin.file);
  return places.usersOf(origin).size === 1 && places.filesOf(service).includes(origin.file);
}

/** An edit in the mapping of a service that others take over is made only when they want the same. */
function refuseShared(
  places: ComposePlaces,
  change: ComposeChange,
  origin: Origin | undefined,
  alsoWanted: readonly Change[],
): void {
  const service = String(change.path[1]);
  const users = origin ? places.usersOf(origin) : new Set<string>();
  const sharing = users.size > 1 ? users : places.heirsOf(service);
  const changed = [...sharing].filter(
    (other) => other !== service && isTakenOver(places, change, other, service, users),
  );
  const unwilling = changed.filter((other) => !wants(alsoWanted, change, other));
  if (unwilling.length > 0)
    throw new CannotPlan(
      `${unwilling.join(' and ')} ${unwilling.length === 1 ? 'takes' : 'take'} over what is written for ${service}, and would change as well; write it for ${service} by hand, or separate the two`,
    );
}

/** False where the other service has something of its own at that place. */
function isTakenOver(
  places: ComposePlaces,
  change: ComposeChange,
  other: string,
  service: string,
  users: ReadonlySet<string>,
): boolean {
  if (users.size > 0) return users.has(other);
  const [, , field] = change.path;
  const own = places.find(['services', other, field ?? '']);
  return own === undefined ? places.mergersOf(service).has(other) : own.origin.path[1] === service;
}

function wants(alsoWanted: readonly Change[], change: ComposeChange, service: string): boolean {
  const wanted = JSON.stringify({
    ...change,
    path: [...change.path.slice(0, 1), service, ...change.path.slice(2)],
  });
  return alsoWanted.some((other) => JSON.stringify({ ...other }) === wanted);
}

/** Makes the change in the text of its file, in the syntax that it finds there. */
export function makeChange(drafts: Drafts, placed: PlacedChange): void {
  const editor = drafts.yaml(placed.file);
  if ('why' in editor) throw new CannotPlan(editor.why);
  const { path } = placed;
  const taken = path[0] === 'services' && takeOverParents(editor, path, placed.kind);
  if (taken && placed.kind === 'remove' && emptied(editor, path)) return;
  const refusal = makeIn(editor, placed);
  if (refusal) throw new CannotPlan(refusal.why);
}

function makeIn(editor: YamlEditor, placed: PlacedChange): Refusal {
  if (placed.kind === 'remove') return removePart(editor, placed);
  return placed.kind === 'add' ? editor.add(placed.path, placed.value ?? null) : setPart(editor, placed);
}

/** Without its own part a service would have the shared one again: what loses its last entry stays, with nothing in it. */
function emptied(editor: YamlEditor, path: DocumentPath): boolean {
  const where = path.slice(0, -1);
  const parent = partAt(editor.tree().root, where);
  if (parent?.entries.length !== 1) return false;
  const refusal = editor.set(where, parent.kind === 'list' ? [] : {});
  if (refusal) throw new CannotPlan(refusal.why);
  return true;
}

type Refusal = { why: string } | undefined;

function setPart(editor: YamlEditor, { path, value = null, name }: PlacedChange): Refusal {
  const parentPath = path.slice(0, -1);
  const parent = partAt(editor.tree().root, parentPath);
  if (name !== undefined && parent?.kind === 'list') {
    const field = path.at(-2);
    const separator = separatorOf(field) ?? '=';
    const items = parent.entries.map((entry) => entry.value.value);
    const known = indexOfName(items, field, name);
    const text =
      value === null ? name : name + separatorIn(items[known], name, separator) + scalarText(value);
    return known < 0 ? editor.add(parentPath, text) : editor.set([...parentPath, known], text);
  }
  return widen(editor, path) ?? editor.set(path, value);
}

function separatorIn(item: unknown, name: string, separator: string): string {
  const found = typeof item === 'string' ? item.charAt(name.length) : '';
  return found === '' ? separator : found;
}

function scalarText(value: PlainValue): string {
  if (typeof value === 'object') throw new CannotPlan('only a single value fits there');
  return String(value);
}

const namesInLists = new Set<unknown>(['networks', 'depends_on']);

/** Short forms that have no place for more: `build: .`, and names of networks and dependencies as a list. */
function widen(editor: YamlEditor, path: DocumentPath): Refusal {
  const [section, , field, step] = path;
  if (section !== 'services' || step === undefined || typeof step === 'number') return undefined;
  const where = path.slice(0, 3);
  const part = partAt(editor.tree().root, where);
  if (part?.kind === 'scalar' && part.form !== 'empty' && field === 'build')
    return editor.set(where, { context: copyOf(part, editor.text()) });
  if (part?.kind !== 'list' || !namesInLists.has(field)) return undefined;
  const options = field === 'networks' ? null : { condition: 'service_started' };
  const names = part.entries.map(({ value }) => [String(value.value), options] as const);
  return editor.set(where, Object.fromEntries(names));
}

function removePart(editor: YamlEditor, { path, name }: PlacedChange): Refusal {
  const keep = path[0] === 'services' ? KEPT_STEPS : 0;
  const { root } = editor.tree();
  const parentPath = path.slice(0, -1);
  const parent = partAt(root, parentPath);
  if (name !== undefined && parent?.kind === 'list' && typeof path.at(-1) !== 'number') {
    const items = parent.entries.map((entry) => entry.value.value);
    const known = indexOfName(items, path.at(-2), name);
    return known < 0 ? undefined : editor.remove([...parentPath, known], keep);
  }
  return partAt(root, path) ? editor.remove(path, keep) : removeInherited(editor, path);
}

function removeInherited(editor: YamlEditor, path: DocumentPath): Refusal {
  const inherited = inheritedPart(editor.tree().root, path);
  // What a merge key brings cannot be taken away, but said otherwise.
  if (inherited?.kind === 'list') return editor.set(path, []);
  if (inherited?.kind === 'map') return editor.set(path, {});
  if (inherited?.value === true) return editor.set(path, false);
  return { why: 'it comes from a part that other services use, too' };
}

/**
 * Gives a service its own part where it has one only through a merge key, so that a change in it changes no other: a map
 * that takes over the shared one, or a copy of the list.
 */
function takeOverParents(editor: YamlEditor, path: DocumentPath, kind: PlacedChange['kind']): boolean {
  const last = kind === 'add' ? path.length : path.length - 1;
  let isTaken = false;
  for (let depth = KEPT_STEPS + 1; depth <= last; depth += 1) {
    const where = path.slice(0, depth);
    const { root } = editor.tree();
    if (partAt(root, where)) continue;
    const inherited = inheritedPart(root, where);
    const own = inherited && ownPartFor(editor, inherited, kind === 'remove');
    if (own === undefined) return isTaken;
    const refusal = editor.set(where, own);
    if (refusal) throw new CannotPlan(refusal.why);
    isTaken = true;
  }
  return isTaken;
}
