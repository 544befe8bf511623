import { parseDotenv, type Dotenv, type DotenvVariable } from '../../../documents/dotenv.ts';
import type { VariableLookup } from '../../../documents/interpolate.ts';
import type { LocatedMap, LocatedNode } from '../../../documents/located.ts';
import { hasUnknownVariable } from '../../../documents/unknown-variable.ts';
import type { ComposeProject } from './compose-project.ts';
import { resolvePath } from './host-paths.ts';
import type { Loading } from './loading.ts';
import { changeInner, field, itemsOf, listNode, mapNode, plainText, textOf } from './nodes.ts';
import { parseRawEnvFile } from './raw-env-file.ts';
import { placeOf } from './resolve-values.ts';

interface EnvFile {
  path: string;
  isRequired: boolean;
  format: string;
  node: LocatedNode;
}

interface EnvFiles {
  folder: string;
  /** Variables that may be used in the files. */
  variables: ReadonlyMap<string, string>;
  loading: Loading;
  /** What the files said, by their paths: many services often share them. */
  known: Map<string, ReadonlyMap<string, LocatedNode>>;
}

/**
 * Puts the variables of each service's `env_file` under its `environment`, and the labels of its `label_file` under its
 * `labels`, with their places in those files.
 * @param found takes up which service uses which env file
 */
export function withFileValues(
  model: LocatedMap,
  folder: string,
  variables: ReadonlyMap<string, string>,
  loading: Loading,
  found: ComposeProject['envFiles'],
): LocatedMap {
  const env: EnvFiles = { folder, variables, loading, known: new Map() };
  const labels: EnvFiles = { ...env, variables: new Map(), known: new Map() };
  return changeInner(model, (section, name) => {
    if (name !== 'services') return section;
    return changeInner(section, (service, key) => {
      const files = envFilesOf(service, 'env_file', env);
      for (const { path, isRequired } of files) {
        const isThere = typeof loading.read(path) === 'string';
        found.push({ service: String(key), path, isRequired, isThere });
      }
      const labelFiles = envFilesOf(service, 'label_file', labels);
      return withValues(withValues(service, 'environment', files, env), 'labels', labelFiles, labels);
    });
  });
}

function withValues(
  service: LocatedNode,
  key: string,
  files: readonly EnvFile[],
  state: EnvFiles,
): LocatedNode {
  const [first] = files;
  if (service.kind !== 'map' || !first) return service;
  const values = valuesOf(files, state);
  if (values.size === 0) return service;
  const merged = putUnder(field(service, key), values, first.node);
  return { ...service, entries: new Map([...service.entries, [key, merged]]) };
}

function envFilesOf(service: LocatedNode, key: string, { folder, variables, loading }: EnvFiles): EnvFile[] {
  return itemsOf(field(service, key)).flatMap((node): EnvFile[] => {
    const path = plainText(node) ?? plainText(field(node, 'path'));
    if (path === undefined) return [];
    if (hasUnknownVariable(path)) {
      loading.report(`${placeOf(node)} depends on a variable that is not set.`, node.origin);
      return [];
    }
    const required = field(node, 'required');
    const isRequired = !(required?.kind === 'scalar' && required.value === false);
    const home = variables.get('HOME') ?? '/';
    const format = plainText(field(node, 'format')) ?? '';
    return [{ path: resolvePath(folder, path.replace(/^~/, home)), isRequired, format, node }];
  });
}

function valuesOf(files: readonly EnvFile[], state: EnvFiles): ReadonlyMap<string, LocatedNode> {
  const id = files.map(({ path, format }) => `${path}\0${format}`).join('\0');
  const known = state.known.get(id);
  // What is missing or wrong is told at each place that names the file.
  if (known && files.every((file) => isPlain(file, state.loading))) return known;
  const values = new Map<string, LocatedNode>();
  for (const file of files) readFile(file, values, state);
  state.known.set(id, values);
  return values;
}

const formats = new Set(['', '.env', 'raw']);

function isPlain({ path, format }: EnvFile, loading: Loading): boolean {
  return typeof loading.read(path) === 'string' && formats.has(format);
}

function readFile(file: EnvFile, values: Map<string, LocatedNode>, state: EnvFiles): void {
  const { loading } = state;
  const text = loading.read(file.path);
  // Repositories rarely hold it: for an audit its content is unknown, as that of an unset variable.
  if (text === null && file.isRequired && loading.input.unset === 'empty')
    loading.report(`There is no file ${file.path}.`, file.node.origin);
  if (!formats.has(file.format))
    loading.report(`${placeOf(file.node)} names a format that Compose does not know.`, file.node.origin);
  if (text === null || text === undefined) return;
  const lookup = (name: string): string | undefined => textOf(values.get(name)) ?? state.variables.get(name);
  const dotenv = parseEnvFile(file, text, lookup, loading);
  loading.addSource(dotenv.source);
  for (const { message, position } of dotenv.problems) loading.reportAt(message, position);
  for (const variable of dotenv.variables) values.set(variable.name, valueNode(variable, file.path));
}

function parseEnvFile(file: EnvFile, text: string, lookup: VariableLookup, loading: Loading): Dotenv {
  return file.format === 'raw'
    ? parseRawEnvFile(text, file.path, lookup)
    : parseDotenv(text, file.path, lookup, loading.input.unset);
}

function valueNode({ name, value, range, nameRange }: DotenvVariable, file: string): LocatedNode {
  return {
    kind: 'scalar',
    value,
    origin: { file, range, key: nameRange, path: [name], isImplied: true },
  };
}

/** What the service says itself wins, also a name without a value. */
function putUnder(
  own: LocatedNode | undefined,
  values: ReadonlyMap<string, LocatedNode>,
  from: LocatedNode,
): LocatedNode {
  if (own?.kind === 'map') return mapNode(new Map([...values, ...own.entries]), own.origin);
  if (own?.kind !== 'list') return mapNode(new Map(values), { ...from.origin, isImplied: true });
  const names = new Set(own.items.map((item) => textOf(item)?.split('=', 1)[0]));
  const added = [...values].filter(([name]) => !names.has(name));
  return listNode([...added.map(([name, value]) => pairNode(name, value)), ...own.items], own.origin);
}

function pairNode(name: string, value: LocatedNode): LocatedNode {
  return { kind: 'scalar', value: `${name}=${textOf(value) ?? ''}`, origin: value.origin };
}
