import type { LocatedYaml } from '../../../documents/located-yaml.ts';
import type { LocatedMap, LocatedNode, Origin } from '../../../documents/located.ts';
import { composeShape } from './compose-shape.ts';
import { withAbsolutePaths } from './host-paths.ts';
import type { Loading } from './loading.ts';
import type { Environment } from './project-environment.ts';
import { resolveValues } from './resolve-values.ts';
import { splitResets, type ResetTree, type WithoutResets } from './resets.ts';

/** To what the paths and variables of a file refer. */
export interface Scope {
  /** Absolute path of the folder for relative paths. */
  folder: string;
  environment: Environment;
}

/** One file with its variables put in, before anything else was merged into it. */
export interface ComposeFile {
  path: string;
  scope: Scope;
  root: LocatedMap;
  resets?: ResetTree;
  /** Services whose `extends` was followed; null while it is being followed. */
  extended: Map<string, LocatedNode | null>;
}

export type YamlParser = (text: string, path: string) => LocatedYaml;

/** Reads files of one project, each once. */
export interface FileReader {
  loading: Loading;
  parse: YamlParser;
  /** Folder of the project: relative paths that refer to it are not made absolute. */
  folder: string;
  /** Undefined for what could not be understood. */
  parsed: Map<string, WithoutResets<LocatedMap> | null | undefined>;
  files: Map<string, ComposeFile>;
  /** Models of includes, by files, folder and variables. */
  models: Map<string, LocatedMap | undefined>;
  /** Variables of includes, by those outside and the env files. */
  environments: Map<string, Environment>;
}

export function createFileReader(loading: Loading, folder: string, parse: YamlParser): FileReader {
  return {
    loading,
    parse,
    folder,
    parsed: new Map(),
    files: new Map(),
    models: new Map(),
    environments: new Map(),
  };
}

/**
 * A file as seen from a scope.
 * @param from what names the file; absent for the user
 * @returns undefined when it was not read yet, or not understood, which is reported; null for an empty one
 */
export function readComposeFile(
  path: string,
  scope: Scope,
  reader: FileReader,
  from?: Origin,
): ComposeFile | null | undefined {
  const id = `${path}\0${scope.folder}\0${scope.environment.id}`;
  const known = reader.files.get(id);
  if (known !== undefined) return known;
  const parsed = parseComposeFile(path, reader, from);
  if (!parsed) return parsed;
  const { loading } = reader;
  const { variables } = scope.environment;
  const resolved = resolveValues(parsed.node, composeShape, (name) => variables.get(name), loading);
  const isForeign = scope.folder !== reader.folder;
  const root = isForeign ? withAbsolutePaths(resolved, composeShape, scope.folder) : resolved;
  const file = { path, scope, root, ...(parsed.resets && { resets: parsed.resets }), extended: new Map() };
  reader.files.set(id, file);
  return file;
}

/** A file as it was written, without what it resets; see `readComposeFile`. */
export function parseComposeFile(
  path: string,
  reader: FileReader,
  from?: Origin,
): WithoutResets<LocatedMap> | null | undefined {
  if (reader.parsed.has(path)) return reader.parsed.get(path);
  const { loading } = reader;
  const text = loading.read(path);
  if (text === undefined) return undefined;
  if (text === null) {
    const message = `There is no compose file ${path}.`;
    if (from) loading.report(message, from);
    else loading.reportAt(message, { file: path, line: 1, column: 1 });
    return undefined;
  }
  const { root, source, problems } = reader.parse(text, path);
  loading.addSource(source);
  for (const { message, position } of problems) loading.reportAt(message, position);
  if (root && root.kind !== 'map') loading.report('A compose file must be a mapping.', root.origin);
  const result = root?.kind === 'map' ? splitResets(root) : root ? undefined : null;
  reader.parsed.set(path, result);
  return result;
}
