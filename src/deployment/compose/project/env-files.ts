import { parseDotenv, type DotenvVariable } from '../../../documents/dotenv.ts';
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
  node: LocatedNode;
}

interface EnvFiles {
  folder: string;
  variables: ReadonlyMap<string, string>;
  loading: Loading;
  found: ComposeProject['envFiles'];
  /** Variables by the files they come from: many services often share them. */
  known: Map<string, ReadonlyMap<string, LocatedNode>>;
}

/**
 * Puts the variables of each service's `env_file` under its `environment`, at their place in the env file.
 * @param found takes up which service uses which file
 */
export function withEnvFileValues(
  model: LocatedMap,
  folder: string,
  variables: ReadonlyMap<string, string>,
  loading: Loading,
  found: ComposeProject['envFiles'],
): LocatedMap {
  const state: EnvFiles = { folder, variables, loading, found, known: new Map() };
  return changeInner(model, (section, name) =>
    name === 'services'
      ? changeInner(section, (service, key) => withVariables(service, String(key), state))
      : section,
  );
}

function withVariables(service: LocatedNode, name: string, state: EnvFiles): LocatedNode {
  const written = field(service, 'env_file');
  if (service.kind !== 'map' || !written) return service;
  const files = envFilesOf(written, state);
  for (const { path, isRequired } of files) {
    const isThere = typeof state.loading.read(path) === 'string';
    state.found.push({ service: name, path, isRequired, isThere });
  }
  const variables = variablesOf(files, state);
  if (variables.size === 0) return service;
  const environment = putUnder(field(service, 'environment'), variables, written);
  return { ...service, entries: new Map([...service.entries, ['environment', environment]]) };
}

function envFilesOf(written: LocatedNode, { folder, variables, loading }: EnvFiles): EnvFile[] {
  const files: EnvFile[] = [];
  for (const node of itemsOf(written)) files.push(...envFileOf(node));
  if (written.kind === 'map') files.push(...envFileOf(written));
  return files;

  function envFileOf(node: LocatedNode): EnvFile[] {
    const path = plainText(node) ?? plainText(field(node, 'path'));
    if (path === undefined) return [];
    if (hasUnknownVariable(path)) {
      loading.report(`${placeOf(node)} depends on a variable that is not set.`, node.origin);
      return [];
    }
    const required = field(node, 'required');
    const isRequired = !(required?.kind === 'scalar' && required.value === false);
    const home = variables.get('HOME') ?? '/';
    return [{ path: resolvePath(folder, path.replace(/^~/, home)), isRequired, node }];
  }
}

function variablesOf(files: readonly EnvFile[], state: EnvFiles): ReadonlyMap<string, LocatedNode> {
  const id = files.map(({ path, node }) => `${path}\0${textOf(field(node, 'format')) ?? ''}`).join('\0');
  const known = state.known.get(id);
  if (known && files.every(({ path }) => typeof state.loading.read(path) === 'string')) return known;
  const variables = new Map<string, LocatedNode>();
  for (const file of files) readEnvFile(file, variables, state);
  state.known.set(id, variables);
  return variables;
}

function readEnvFile(file: EnvFile, variables: Map<string, LocatedNode>, state: EnvFiles): void {
  const { loading } = state;
  const text = loading.read(file.path);
  if (text === null && file.isRequired)
    loading.report(`There is no env file ${file.path}.`, file.node.origin);
  if (text === null || text === undefined) return;
  const lookup = (name: string): string | undefined =>
    textOf(variables.get(name)) ?? state.variables.get(name);
  const isRaw = plainText(field(file.node, 'format')) === 'raw';
  const dotenv = isRaw
    ? parseRawEnvFile(text, file.path, lookup)
    : parseDotenv(text, file.path, lookup, loading.input.unset);
  loading.addSource(dotenv.source);
  for (const { message, position } of dotenv.problems) loading.reportAt(message, position);
  for (const variable of dotenv.variables) variables.set(variable.name, valueNode(variable, file.path));
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
  environment: LocatedNode | undefined,
  variables: ReadonlyMap<string, LocatedNode>,
  written: LocatedNode,
): LocatedNode {
  if (environment?.kind === 'map')
    return mapNode(new Map([...variables, ...environment.entries]), environment.origin);
  if (environment?.kind !== 'list')
    return mapNode(new Map(variables), { ...written.origin, isImplied: true });
  const own = new Set(environment.items.map((item) => textOf(item)?.split('=', 1)[0]));
  const added = [...variables].filter(([name]) => !own.has(name));
  return listNode(
    [...added.map(([name, value]) => pairNode(name, value)), ...environment.items],
    environment.origin,
  );
}

function pairNode(name: string, value: LocatedNode): LocatedNode {
  return { kind: 'scalar', value: `${name}=${textOf(value) ?? ''}`, origin: value.origin };
}
