import type { LocatedMap, LocatedNode } from '../../../documents/located.ts';
import { hasUnknownVariable } from '../../../documents/unknown-variable.ts';
import { readComposeFile, type ComposeFile, type FileReader } from './compose-file.ts';
import { checkShape } from './check-shape.ts';
import { folderOf, resolvePath } from './host-paths.ts';
import { mergeNodes } from './merge-nodes.ts';
import { field, mapField, plainText, sharedCopy } from './nodes.ts';
import { placeOf } from './resolve-values.ts';
import { applyResets } from './resets.ts';
import { serviceShape } from './service-shape.ts';
import { anything, shapeOfKey } from './shape.ts';
import { withUniqueItems } from './unique-items.ts';

/** A longer chain is a mistake, and would take quadratic time. */
const MAX_CHAIN = 100;

/**
 * The services of a file with what they extend put under them.
 * @param imported services of included files, which may be extended, too
 */
export function extendServices(
  file: ComposeFile,
  reader: FileReader,
  imported: LocatedMap | undefined,
): LocatedMap | undefined {
  const services = mapField(file.root, 'services');
  if (!services) return undefined;
  const entries = new Map<string, LocatedNode>();
  for (const name of services.entries.keys()) {
    const service = extendService(name, { file, reader, imported, depth: 0 });
    if (service) entries.set(name, service);
  }
  return { ...services, entries };
}

interface Extension {
  file: ComposeFile;
  reader: FileReader;
  imported?: LocatedMap | undefined;
  depth: number;
}

interface Reference {
  service: string;
  file?: string;
}

function extendService(name: string, state: Extension): LocatedNode | undefined {
  const { file, reader } = state;
  const known = file.extended.get(name);
  if (known) return known;
  const own = field(mapField(file.root, 'services'), name);
  const extension = field(own, 'extends');
  if (own?.kind !== 'map' || !extension) return own;
  if (known === null || state.depth > MAX_CHAIN) {
    const why = known === null ? 'leads back to itself' : `is longer than ${MAX_CHAIN} services`;
    reader.loading.report(`The chain of "extends" at ${placeOf(extension)} ${why}.`, extension.origin);
    return undefined;
  }
  file.extended.set(name, null);
  const reference = referenceOf(extension, reader);
  const base = reference && baseOf(reference, extension, state);
  const result = base ? putOver(base, own, name, state) : withoutExtends(own);
  file.extended.set(name, result);
  return result;
}

const extendsShape = shapeOfKey(serviceShape, 'extends') ?? anything;

/** Undefined, and reported, for what is no reference or depends on an unset variable. */
function referenceOf(extension: LocatedNode, { loading }: FileReader): Reference | undefined {
  checkShape(extension, extendsShape, loading);
  const service = plainText(extension) ?? plainText(field(extension, 'service'));
  const file = plainText(field(extension, 'file'));
  if (service === undefined) return undefined;
  if (hasUnknownVariable(service + (file ?? ''))) {
    loading.report(`${placeOf(extension)} depends on a variable that is not set.`, extension.origin);
    return undefined;
  }
  return { service, ...(file !== undefined && file !== '' && { file }) };
}

function baseOf(reference: Reference, extension: LocatedNode, state: Extension): LocatedNode | undefined {
  const { file, reader } = state;
  const { service } = reference;
  const where = reference.file === undefined ? file : otherFile(reference.file, extension, state);
  if (!where) return undefined;
  const found = field(mapField(where.root, 'services'), service);
  if (found) {
    const inner = where === file ? state : { file: where, reader, depth: state.depth };
    return extendService(service, { ...inner, depth: state.depth + 1 });
  }
  const message = `There is no service "${service}" in ${where.path} that ${placeOf(extension)} could mean.`;
  reader.loading.report(message, extension.origin);
  // Newer versions of Compose look into included files, too.
  return where === file ? field(state.imported, service) : undefined;
}

function otherFile(
  path: string,
  extension: LocatedNode,
  { file, reader }: Extension,
): ComposeFile | undefined {
  const target = resolvePath(file.scope.folder, path);
  const scope = { folder: folderOf(target), environment: file.scope.environment };
  const origin = field(extension, 'file')?.origin ?? extension.origin;
  const found = readComposeFile(target, scope, reader, origin);
  if (found === null) reader.loading.report(`The file ${target} is empty.`, origin);
  return found ?? undefined;
}

function putOver(base: LocatedNode, own: LocatedMap, name: string, state: Extension): LocatedNode {
  const { file, reader } = state;
  if (base.kind !== 'map') return withoutExtends(own);
  const resets = file.resets?.inner.get('services')?.inner.get(name);
  const kept = resets ? applyResets(base, resets) : base;
  const merged = mergeNodes(sharedCopy(kept), own, serviceShape, 'override', (override) =>
    reader.loading.report(`${placeOf(override)} cannot be put over what it extends.`, override.origin),
  );
  return withoutExtends(withUniqueItems(merged, serviceShape));
}

function withoutExtends(service: LocatedNode): LocatedNode {
  if (service.kind !== 'map') return service;
  const entries = new Map(service.entries);
  entries.delete('extends');
  return { ...service, entries };
}
