import type { Deployment } from '../deployment/deployment.ts';
import { plainOf, type DocumentPath, type LocatedMap, type LocatedNode } from '../documents/located.ts';
import type { FixContext } from './fix.ts';
import { isSettings } from './settings.ts';

/** Fields whose entries have a name in both syntaxes of Compose, and what may stand behind the name in a list. */
const namedFields: ReadonlyMap<string, RegExp> = new Map([
  ['environment', /^([^=]*)=(.*)$/s],
  ['labels', /^([^=]*)=(.*)$/s],
  ['annotations', /^([^=]*)=(.*)$/s],
  ['args', /^([^=]*)=(.*)$/s],
  ['sysctls', /^([^=]*)=(.*)$/s],
  ['driver_opts', /^([^=]*)=(.*)$/s],
  ['extra_hosts', /^([^=:]*)[=:](.*)$/s],
]);

/**
 * What fixes of one deployment may look at.
 * @param root the merged compose project; undefined without a compose file
 * @param resolvedDigests image reference → sha256:…
 */
export function createFixContext(
  deployment: Deployment,
  root?: LocatedMap,
  resolvedDigests?: Readonly<Record<string, string>>,
): FixContext {
  const context: FixContext = { deployment };
  if (resolvedDigests) context.resolvedDigests = resolvedDigests;
  if (!root) return context;
  const plain = plainOf(root) as NonNullable<FixContext['compose']>;
  context.compose = isSettings(plain.services) ? plain : { ...plain, services: {} };
  context.written = (path) => writtenAt(root, path);
  return context;
}

function writtenAt(root: LocatedMap, path: DocumentPath): string | undefined {
  let node: LocatedNode | undefined = root;
  let field = '';
  for (const [depth, step] of path.entries()) {
    const isLast = depth === path.length - 1;
    if (node?.kind === 'map') node = node.entries.get(String(step));
    else if (node?.kind === 'list')
      return namedFields.has(field) && isLast
        ? behindName(node.items, field, String(step))
        : writtenAtIndex(node.items[Number(step)], path.slice(depth + 1));
    else return undefined;
    field = String(step);
  }
  return node?.kind === 'scalar' ? node.source : undefined;
}

function writtenAtIndex(item: LocatedNode | undefined, rest: DocumentPath): string | undefined {
  if (item?.kind === 'map') return writtenAt(item, rest);
  return item?.kind === 'scalar' && rest.length === 0 ? item.source : undefined;
}

function behindName(items: readonly LocatedNode[], field: string, name: string): string | undefined {
  const pattern = namedFields.get(field);
  for (const item of items) {
    const match = item.kind === 'scalar' ? pattern?.exec(item.source ?? '') : undefined;
    if (match?.[1] === name) return match[2];
  }
  return undefined;
}
