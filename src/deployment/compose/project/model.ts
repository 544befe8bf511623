import type { LocatedMap, LocatedNode, Origin } from '../../../documents/located.ts';
import { checkShape } from './check-shape.ts';
import { readComposeFile, type ComposeFile, type FileReader, type Scope } from './compose-file.ts';
import { composeShape } from './compose-shape.ts';
import { extendServices } from './extends.ts';
import { importResources, includedResources } from './include.ts';
import { mergeNodes } from './merge-nodes.ts';
import { mapField, mapNode } from './nodes.ts';
import { placeOf } from './resolve-values.ts';
import { applyResets } from './resets.ts';
import { withUniqueItems } from './unique-items.ts';

/** Files to load as one. */
export interface ModelRequest {
  /** Absolute paths; later files override earlier ones. */
  files: readonly string[];
  scope: Scope;
  /** What names the files; absent for the user. */
  from?: Origin;
  /** Files whose includes led here. */
  stack: readonly string[];
}

/**
 * Compose files merged into one: `include` and `extends` followed, variables put in, checked.
 * @returns undefined when none of them holds anything
 */
export function loadModel(request: ModelRequest, reader: FileReader): LocatedMap | undefined {
  let model: LocatedMap | undefined;
  const stack = [...request.stack];
  for (const path of request.files) {
    const file = readComposeFile(path, request.scope, reader, request.from);
    if (!file) continue;
    stack.push(path);
    const root = completeFile(file, reader, stack);
    const earlier = model && file.resets ? applyResets(model, file.resets) : model;
    const merged = earlier ? putOver(earlier, root, reader) : root;
    model = withUniqueItems(merged, composeShape);
    checkShape(model, composeShape, reader.loading);
  }
  return model;
}

function completeFile(file: ComposeFile, reader: FileReader, stack: readonly string[]): LocatedMap {
  const included = includedResources(file, reader, stack, loadModel);
  const services = extendServices(file, reader, mapField(included, 'services'));
  const entries = new Map<string, LocatedNode>();
  for (const [key, entry] of file.root.entries) {
    // What is wrong with an include was reported where it was followed.
    if (key !== 'include') entries.set(key, key === 'services' && services ? services : entry);
  }
  const root = mapNode(entries, file.root.origin);
  return included ? importResources(root, included, reader) : root;
}

function putOver(base: LocatedMap, override: LocatedMap, reader: FileReader): LocatedMap {
  const merged = mergeNodes(base, override, composeShape, 'base', (node) =>
    reader.loading.report(
      `${placeOf(node)} is of another kind than in an earlier file, and cannot be put over it.`,
      node.origin,
    ),
  );
  return merged.kind === 'map' ? merged : base;
}
