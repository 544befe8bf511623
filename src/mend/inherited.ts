import type { DocumentPath } from '../documents/located.ts';
import { anchored, type YamlEditor } from '../documents/yaml-edit/edit-yaml.ts';
import { partAt, type YamlPart } from '../documents/yaml-edit/tree.ts';
import { aliasOf, copyOf, type EditValue } from '../documents/yaml-edit/values.ts';
import { CannotPlan } from './placed-change.ts';

/** The part that merge keys give a map at the end of a path, where it has no own. */
export function inheritedPart(root: YamlPart, path: DocumentPath): YamlPart | undefined {
  const parent = partAt(root, path.slice(0, -1));
  const map = parent && targetOf(root, parent);
  return map && mergedEntry(root, map, String(path.at(-1)), 0);
}

const MAX_MERGES = 20;

function mergedEntry(root: YamlPart, map: YamlPart, key: string, depth: number): YamlPart | undefined {
  if (depth > MAX_MERGES) return undefined;
  for (const source of mergedMaps(map)) {
    const target = targetOf(root, source);
    if (!target) continue;
    const own = target.entries.find((entry) => entry.key === key)?.value;
    const found = own ?? mergedEntry(root, target, key, depth + 1);
    if (found) return found;
  }
  return undefined;
}

function mergedMaps(map: YamlPart): YamlPart[] {
  const merge = map.entries.find((entry) => entry.key === '<<')?.value;
  if (!merge) return [];
  return merge.kind === 'list' ? merge.entries.map(({ value }) => value) : [merge];
}

function targetOf(root: YamlPart, part: YamlPart): YamlPart | undefined {
  return part.kind === 'alias' ? anchored(root, part.alias ?? '', part.start) : part;
}

/** A part of a service's own in place of one that it takes over: a map over the shared one, or a copy. */
export function ownPartFor(editor: YamlEditor, inherited: YamlPart, isCopy: boolean): EditValue | undefined {
  const { root } = editor.tree();
  const target = targetOf(root, inherited);
  if (target === undefined || target.kind === 'scalar') return undefined;
  if (target.kind === 'list' || isCopy) return copyOf(target, editor.text());
  if (inherited.alias !== undefined) return { '<<': aliasOf(inherited.alias) };
  const path = pathOf(root, target);
  const name = target.anchor ?? freeName(root, path);
  const refusal = editor.anchor(path, name);
  if (refusal) throw new CannotPlan(refusal.why);
  return { '<<': aliasOf(name) };
}

function pathOf(root: YamlPart, wanted: YamlPart): (string | number)[] {
  for (const [index, entry] of root.entries.entries()) {
    const step = entry.key ?? index;
    if (entry.value === wanted) return [step];
    if (
      entry.value.start <= wanted.start &&
      wanted.end <= entry.value.end &&
      entry.value.entries.length > 0
    ) {
      const rest = pathOf(entry.value, wanted);
      if (rest.length > 0) return [step, ...rest];
    }
  }
  return [];
}

/** An anchor's name that the file does not have yet: the last keys of the path. */
function freeName(root: YamlPart, path: DocumentPath): string {
  const words = path.slice(-2).map((step) =>
    String(step)
      .replaceAll(/[^\w-]+/g, '-')
      .replace(/^x-/, ''),
  );
  const base = words.join('-') || 'shared';
  const taken = new Set<string | undefined>();
  const visit = (part: YamlPart): void => {
    taken.add(part.anchor);
    for (const { value } of part.entries) visit(value);
  };
  visit(root);
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? base : `${base}-${count}`;
    if (!taken.has(name)) return name;
  }
}
