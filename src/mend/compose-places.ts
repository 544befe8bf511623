import type { ComposeProject } from '../deployment/compose/project/compose-project.ts';
import { type DocumentPath, type LocatedNode, nodeAt, type Origin } from '../documents/located.ts';

/** Fields of a service, or of what it holds, whose entries have a name in both syntaxes, and what separates it in a list. */
const NAMED_FIELDS: ReadonlyMap<string, string> = new Map([
  ['environment', '='],
  ['labels', '='],
  ['annotations', '='],
  ['args', '='],
  ['sysctls', '='],
  ['driver_opts', '='],
  ['extra_hosts', ':'],
]);

/** What separates name and value in a list of this field; undefined for lists without names. */
export function separatorOf(field: string | number | undefined): string | undefined {
  return NAMED_FIELDS.get(String(field));
}

/** Index of the item of a list of `NAME=value` that has this name; -1 when none has. */
export function indexOfName(
  items: readonly unknown[],
  field: string | number | undefined,
  name: string,
): number {
  const pattern = separatorOf(field) === ':' ? /[=:]/ : /=/;
  return items.findIndex((item) => typeof item === 'string' && item.split(pattern, 1)[0] === name);
}

/** Where the parts of the services of a project were written, and which services share a text. */
export interface ComposePlaces {
  /** The merged part at a path; entries of `NAME=value` lists by their name. */
  find(path: DocumentPath): LocatedNode | undefined;
  /** Files in which a service has a mapping of its own, the last one last. */
  filesOf(service: string): string[];
  /** Services whose data comes, at some place, from the text of this part. */
  usersOf(origin: Origin): ReadonlySet<string>;
  /** Other services that take over something from the mapping of this one. */
  heirsOf(service: string): ReadonlySet<string>;
  /** Those of them that get what is new in that mapping, too: not those that only refer to a part of it. */
  mergersOf(service: string): ReadonlySet<string>;
  /** The file for parts outside of services: that in which the section stands, or that of the services. */
  fileOfSection(section: string): string | undefined;
}

export function createComposePlaces(project: ComposeProject): ComposePlaces {
  const order = new Map([...project.sources.keys()].map((file, index) => [file, index]));
  const uses = countUses(project.root.entries.get('services'));
  const inOrder = (found: Iterable<string>): string[] =>
    [...found].toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  return {
    find: (path) => findPart(project.root, path),
    filesOf: (service) => inOrder(uses.files.get(service) ?? []),
    usersOf: (origin) => uses.users.get(keyOf(origin)) ?? new Set(),
    heirsOf: (service) => uses.heirs.get(service) ?? new Set(),
    mergersOf: (service) => uses.mergers.get(service) ?? new Set(),
    fileOfSection(section) {
      const { entries } = project.root;
      return (entries.get(section) ?? entries.get('services'))?.origin.file;
    },
  };
}

interface Uses {
  users: Map<string, Set<string>>;
  heirs: Map<string, Set<string>>;
  mergers: Map<string, Set<string>>;
  files: Map<string, Set<string>>;
}

function countUses(services: LocatedNode | undefined): Uses {
  const uses: Uses = { users: new Map(), heirs: new Map(), mergers: new Map(), files: new Map() };
  for (const [name, service] of services?.kind === 'map' ? services.entries : []) {
    const own = new Set<string>();
    const ifNoOther = new Set<string>();
    for (const [{ origin }, isReferredTo] of nodesIn(service)) {
      add(uses.users, keyOf(origin), name);
      const owner = ownerOf(origin);
      if (owner !== undefined && owner !== name) addHeir(uses, owner, name, isReferredTo);
      if (owner !== name || origin.isImplied === true) continue;
      (origin.isShared === true ? ifNoOther : own).add(origin.file);
    }
    uses.files.set(name, own.size > 0 ? own : ifNoOther);
  }
  return uses;
}

function addHeir({ heirs, mergers }: Uses, owner: string, heir: string, isReferredTo: boolean): void {
  add(heirs, owner, heir);
  if (!isReferredTo) add(mergers, owner, heir);
}

/** The service in whose mapping a part is written. */
function ownerOf({ path }: Origin): string | undefined {
  return path[0] === 'services' && path.length > 1 ? String(path[1]) : undefined;
}

function keyOf({ file, range }: Origin): string {
  return `${range.start}-${range.end} ${file}`;
}

function add(map: Map<string, Set<string>>, key: string, value: string): void {
  const known = map.get(key);
  if (known) known.add(value);
  else map.set(key, new Set([value]));
}

/** All parts of a node, and whether a `*name` stands there for them or for something around them. */
function* nodesIn(
  node: LocatedNode,
  isInAlias = false,
): Generator<[node: LocatedNode, isReferredTo: boolean]> {
  const isReferredTo = isInAlias || node.origin.alias !== undefined;
  yield [node, isReferredTo];
  const inner = node.kind === 'map' ? node.entries.values() : node.kind === 'list' ? node.items : [];
  for (const part of inner) yield* nodesIn(part, isReferredTo);
}

function findPart(root: LocatedNode, path: DocumentPath): LocatedNode | undefined {
  const found = nodeAt(root, path);
  if (found) return found;
  const list = nodeAt(root, path.slice(0, -1));
  if (list?.kind !== 'list') return undefined;
  const values = list.items.map((item) => (item.kind === 'scalar' ? item.value : undefined));
  return list.items[indexOfName(values, path.at(-2), String(path.at(-1)))];
}
