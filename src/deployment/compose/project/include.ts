import type { LocatedMap, LocatedNode } from '../../../documents/located.ts';
import { hasUnknownVariable } from '../../../documents/unknown-variable.ts';
import { checkShape } from './check-shape.ts';
import type { ComposeFile, FileReader, Scope } from './compose-file.ts';
import { composeShape } from './compose-shape.ts';
import { withInheritedItems } from './environment-values.ts';
import { folderOf, resolvePath } from './host-paths.ts';
import { mergeNodes } from './merge-nodes.ts';
import type { ModelRequest } from './model.ts';
import { changeInner, field, impliedScalar, isSameData, itemsOf, mapNode, plainText } from './nodes.ts';
import { withEnvFiles, type Environment } from './project-environment.ts';
import { placeOf } from './resolve-values.ts';
import { anything, shapeOfKey } from './shape.ts';

/** Sections of a compose file that an include brings. */
const sections = ['services', 'volumes', 'networks', 'secrets', 'configs', 'models'];

/** More is a mistake, or an attempt to keep us busy. */
const MAX_INCLUDES = 500;

const includeShape = shapeOfKey(composeShape, 'include') ?? anything;

/** Loads the files of one include. */
export type LoadModel = (request: ModelRequest, reader: FileReader) => LocatedMap | undefined;

/** The resources of all files that a file includes; undefined when it includes none. */
export function includedResources(
  file: ComposeFile,
  reader: FileReader,
  stack: readonly string[],
  load: LoadModel,
): LocatedMap | undefined {
  const includes = field(file.root, 'include');
  if (!includes) return undefined;
  checkShape(includes, includeShape, reader.loading);
  if (includes.kind !== 'list') return undefined;
  let resources: LocatedMap | undefined;
  for (const item of includes.items) {
    const request = includeRequest(item, file.scope, reader, stack);
    const model = request && modelOnce(request, reader, load);
    if (model) resources = resources ? importResources(resources, model, reader) : onlySections(model);
  }
  return resources;
}

interface Include {
  files: readonly string[];
  folder?: string;
  envFiles: readonly string[];
}

/** Undefined, and reported, for an include that cannot be followed; undefined, too, while its variables are missing. */
function includeRequest(
  item: LocatedNode,
  scope: Scope,
  reader: FileReader,
  stack: readonly string[],
): ModelRequest | undefined {
  const include = readInclude(item, scope, reader);
  const main = include?.files[0];
  if (!include || main === undefined) return undefined;
  if (stack.includes(main)) {
    reader.loading.report(`The chain of "include" at ${placeOf(item)} leads back to itself.`, item.origin);
    return undefined;
  }
  const folder = include.folder ?? folderOf(main);
  const environment = includedEnvironment(scope.environment, include.envFiles, folder, reader);
  // The files can be read while the variables are still missing.
  for (const file of include.files) reader.loading.read(file);
  return environment && { files: include.files, scope: { folder, environment }, from: item.origin, stack };
}

function readInclude(item: LocatedNode, scope: Scope, { loading }: FileReader): Include | undefined {
  const files = textsOf(item.kind === 'map' ? field(item, 'path') : item);
  const folders = textsOf(field(item, 'project_directory'));
  const envFiles = textsOf(field(item, 'env_file'));
  if (hasUnknownVariable([...files, ...folders, ...envFiles].join(' '))) {
    loading.report(`${placeOf(item)} depends on a variable that is not set.`, item.origin);
    return undefined;
  }
  const resolve = (path: string): string => resolvePath(scope.folder, path);
  const [folder] = folders;
  return {
    files: files.map(resolve),
    envFiles: envFiles.map(resolve),
    ...(folder !== undefined && { folder: resolve(folder) }),
  };
}

function textsOf(node: LocatedNode | undefined): string[] {
  return itemsOf(node)
    .map((item) => plainText(item) ?? '')
    .filter((text) => text !== '');
}

/** Files may be included from many places; each is loaded once for the same variables and folder. */
function modelOnce(request: ModelRequest, reader: FileReader, load: LoadModel): LocatedMap | undefined {
  const { models } = reader;
  const { files, scope, from } = request;
  const id = [...files, scope.folder, scope.environment.id].join('\0');
  if (models.has(id)) return models.get(id);
  if (models.size >= MAX_INCLUDES) {
    if (from) reader.loading.report(`The project includes more than ${MAX_INCLUDES} files.`, from);
    return undefined;
  }
  const model = load(request, reader);
  const complete = model && withInheritedItems(model, scope.environment.variables);
  const located =
    complete && scope.folder !== reader.folder ? withContexts(complete, scope.folder) : complete;
  models.set(id, located);
  return located;
}

/** A build without a context takes the folder of the include, not the one of the project. */
function withContexts(model: LocatedMap, folder: string): LocatedMap {
  return changeInner(model, (section, name) => {
    if (name !== 'services') return section;
    return changeInner(section, (service) =>
      changeInner(service, (part, key) => {
        if (key !== 'build' || part.kind !== 'map' || part.entries.has('context')) return part;
        const context = impliedScalar(folder, part.origin);
        return mapNode(new Map([...part.entries, ['context', context]]), part.origin);
      }),
    );
  });
}

/** Undefined when an env file was not read yet. */
function includedEnvironment(
  outer: Environment,
  listed: readonly string[],
  folder: string,
  reader: FileReader,
): Environment | undefined {
  const files = listed.length > 0 ? listed : standardEnvFile(folder, reader);
  if (!files) return undefined;
  if (files.length === 0) return outer;
  const { environments } = reader;
  const id = [outer.id, ...files].join('\0');
  const known = environments.get(id);
  if (known) return known;
  const variables = withEnvFiles(outer.variables, files, reader.loading);
  if (!variables) return undefined;
  const environment = { id: environments.size + 1, variables };
  environments.set(id, environment);
  return environment;
}

function standardEnvFile(folder: string, { loading }: FileReader): string[] | undefined {
  const path = resolvePath(folder, '.env');
  const text = loading.read(path);
  if (text === undefined) return undefined;
  return text === null ? [] : [path];
}

function onlySections(model: LocatedMap): LocatedMap {
  return mapNode(new Map([...model.entries].filter(([key]) => sections.includes(key))), model.origin);
}

/**
 * Adds the resources of an included model. What is defined in both must be the same; newer versions of Compose put the
 * definition of the including file over the other, so that is what becomes of it.
 */
export function importResources(root: LocatedMap, model: LocatedMap, reader: FileReader): LocatedMap {
  const entries = new Map(root.entries);
  for (const section of sections) {
    const imported = field(model, section);
    if (imported?.kind !== 'map') continue;
    const own = entries.get(section);
    if (own && own.kind !== 'map') continue;
    entries.set(section, own ? importSection(own, imported, section, reader) : imported);
  }
  return mapNode(entries, root.origin);
}

function importSection(
  own: LocatedMap,
  imported: LocatedMap,
  section: string,
  reader: FileReader,
): LocatedMap {
  const entries = new Map(own.entries);
  const shape = shapeOfKey(composeShape, section);
  for (const [name, resource] of imported.entries) {
    const conflict = entries.get(name);
    if (!conflict) {
      entries.set(name, resource);
    } else if (!isSameData(conflict, resource)) {
      const message = `"${name}" of ${section} is defined here and in an included file; versions of Compose before 2.40 refuse that.`;
      reader.loading.report(message, conflict.origin, 'key');
      entries.set(
        name,
        mergeNodes(resource, conflict, shapeOfKey(shape, name), 'override', () => {}),
      );
    }
  }
  return mapNode(entries, own.origin);
}
