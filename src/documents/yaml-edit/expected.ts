import type { YamlEntry, YamlPart } from './tree.ts';
import { entryOf, partOf } from './values.ts';

/** What a file says after a change at a path; the parts that are not on the way to it stay the same objects. */
export function withChange(
  root: YamlPart,
  path: readonly (string | number)[],
  change: (part: YamlPart | undefined) => YamlPart | undefined,
): YamlPart {
  return changed(root, path, change) ?? partOf(null);
}

function changed(
  part: YamlPart | undefined,
  path: readonly (string | number)[],
  change: (part: YamlPart | undefined) => YamlPart | undefined,
): YamlPart | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return change(part);
  const container = part && part.kind !== 'scalar' ? part : emptyMap(part);
  const index =
    container.kind === 'list' ? Number(step) : container.entries.findIndex(({ key }) => key === String(step));
  const old = container.entries[index];
  const value = changed(old?.value, rest, change);
  return { ...container, entries: replaced(container.entries, index, String(step), value) };
}

/** An empty value keeps its anchor when it becomes a map. */
function emptyMap(part: YamlPart | undefined): YamlPart {
  const { anchor, tag } = part ?? {};
  return {
    ...partOf({}),
    ...(anchor === undefined ? {} : { anchor }),
    ...(tag === undefined ? {} : { tag }),
  };
}

function replaced(
  entries: readonly YamlEntry[],
  index: number,
  key: string,
  value: YamlPart | undefined,
): YamlEntry[] {
  const old = entries[index];
  if (value === undefined) return entries.filter((entry) => entry !== old);
  if (!old) return [...entries, { ...entryOf(value), key }];
  return entries.map((entry) => (entry === old ? { ...entry, value } : entry));
}
