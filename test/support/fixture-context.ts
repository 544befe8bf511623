import { interpolate } from '../../src/documents/interpolate.ts';
import type { LocatedNode } from '../../src/documents/located.ts';
import { parseLocatedYaml } from '../../src/documents/located-yaml.ts';
import type { FixContext } from '../../src/measures/fix.ts';
import { createFixContext } from '../../src/measures/fix-context.ts';
import type { Fixture } from './deployment-fixture.ts';

/** What the fixes of a fixture's deployment may look at. */
export function contextOf(fixture: Fixture): FixContext {
  if (!fixture.source) return createFixContext(fixture.deployment);
  const { root } = parseLocatedYaml(JSON.stringify(fixture.source.compose), 'fixture');
  const project = root && asLoaded(root);
  return createFixContext(fixture.deployment, project?.kind === 'map' ? project : undefined);
}

/** The texts of a project keep how they were written, and mean what is behind their variables. */
function asLoaded(node: LocatedNode): LocatedNode {
  if (node.kind === 'list') return { ...node, items: node.items.map(asLoaded) };
  if (node.kind === 'map')
    return { ...node, entries: new Map([...node.entries].map(([key, entry]) => [key, asLoaded(entry)])) };
  if (typeof node.value !== 'string') return node;
  return {
    ...node,
    source: node.value,
    value: interpolate(node.value, () => undefined, 'mark').text,
  };
}
