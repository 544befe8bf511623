import type { DeploymentFile } from '../../src/deployment/deployment.ts';
import type { DocumentPath } from '../../src/documents/located.ts';
import { applyEdits, type TextEdit } from '../../src/documents/text-edit.ts';
import type { Change, PlainValue } from '../../src/measures/fix.ts';

/** What changes are made in: data and texts, without layout. */
export interface PlainDocuments {
  compose?: Record<string, unknown>;
  config?: Record<string, unknown>;
  files: DeploymentFile[];
}

/** Fields whose entries have a name in both syntaxes of Compose. */
const namedFields = ['environment', 'labels', 'extra_hosts', 'sysctls', 'args', 'annotations', 'driver_opts'];
/** Stands for a removed item, so that the indices of the others stay what they were. */
const removed: unique symbol = Symbol('removed');

type Container = Record<string | number, unknown>;

/** Makes the changes as fixes mean them; indices are those of the documents as they came. */
export function applyChanges(documents: PlainDocuments, changes: readonly Change[]): PlainDocuments {
  const copy = JSON.parse(JSON.stringify({ compose: documents.compose, config: documents.config })) as Pick<
    PlainDocuments,
    'compose' | 'config'
  >;
  for (const change of changes) {
    if (change.kind === 'text' || change.kind === 'lines' || change.kind === 'mode') continue;
    const root = (copy[change.document] ??= {}) as Container;
    if (change.kind === 'remove') removeAt(root, change.path);
    else if (change.kind === 'set') setAt(root, change.path, change.value);
    else addAt(root, change.path, change.value);
  }
  return { ...(compacted(copy) as typeof copy), files: changedFiles(documents.files, changes) };
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

/** Key or index of a step; in a list of `NAME=value` the index of its entry, or the next free one. */
function keyIn(parent: Container, parentKey: string, step: string | number): string | number {
  if (!Array.isArray(parent)) return step;
  if (!namedFields.includes(parentKey)) return Number(step);
  const index = parent.findIndex((entry) => nameOf(entry, parentKey) === step);
  return index < 0 ? parent.length : index;
}

function nameOf(entry: unknown, parentKey: string): string | undefined {
  if (typeof entry !== 'string') return undefined;
  return (parentKey === 'extra_hosts' ? entry.split(/[=:]/) : entry.split('='))[0];
}

function setAt(root: Container, path: DocumentPath, value: PlainValue): void {
  let parent = root;
  let parentKey = '';
  path.forEach((step, depth) => {
    const key = keyIn(parent, parentKey, step);
    if (depth < path.length - 1) {
      if (!isContainer(parent[key])) parent[key] = {};
      parent = parent[key] as Container;
      parentKey = String(step);
      return;
    }
    parent[key] =
      Array.isArray(parent) && namedFields.includes(parentKey) ? `${step}=${textOf(value)}` : value;
  });
}

function textOf(value: PlainValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function addAt(root: Container, path: DocumentPath, value: PlainValue): void {
  const found = partAt(root, path);
  const list = Array.isArray(found) ? found : found === undefined || found === null ? [] : [found];
  const text = JSON.stringify(value);
  if (!list.some((item) => JSON.stringify(item) === text)) list.push(value);
  setAt(root, path, list as PlainValue);
}

function partAt(root: unknown, path: DocumentPath): unknown {
  let value = root;
  let parentKey = '';
  for (const step of path) {
    if (!isContainer(value)) return undefined;
    value = value[keyIn(value, parentKey, step)];
    parentKey = String(step);
  }
  return value;
}

function removeAt(root: Container, path: DocumentPath): void {
  const parent = partAt(root, path.slice(0, -1));
  if (!isContainer(parent)) return;
  const key = keyIn(parent, String(path.at(-2) ?? ''), path.at(-1) ?? '');
  if (!(key in parent)) return;
  if (Array.isArray(parent)) parent[Number(key)] = removed;
  else delete parent[key];
  if (Object.values(parent).every((member) => member === removed) && path.length > 1)
    removeAt(root, path.slice(0, -1));
}

function compacted(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== removed).map(compacted);
  if (!isContainer(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, compacted(member)]));
}

function changedFiles(files: readonly DeploymentFile[], changes: readonly Change[]): DeploymentFile[] {
  const known = files.map((file) => file.path);
  const made = changes.flatMap((change) =>
    change.kind === 'lines' && !known.includes(change.file) ? [change.file] : [],
  );
  const all = [
    ...files,
    ...[...new Set(made)].map((path): DeploymentFile => ({ path, mode: 0o600, uid: 1000, text: '' })),
  ];
  return all.map((file) => changedFile(file, changes));
}

function changedFile(file: DeploymentFile, changes: readonly Change[]): DeploymentFile {
  const edits: TextEdit[] = [];
  const lines: string[] = [];
  let { mode } = file;
  for (const change of changes) {
    if (!('file' in change) || change.file !== file.path) continue;
    if (change.kind === 'text') edits.push(change);
    else if (change.kind === 'lines') lines.push(...change.lines.filter((line) => !lines.includes(line)));
    else mode = change.mode;
  }
  if (edits.length === 0 && lines.length === 0) return { ...file, mode };
  const edited = applyEdits(file.text ?? '', edits);
  const gap = edited === '' || edited.endsWith('\n') || lines.length === 0 ? '' : '\n';
  return { ...file, mode, text: edited + gap + lines.map((line) => `${line}\n`).join('') };
}
