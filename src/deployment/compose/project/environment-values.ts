import type { LocatedMap, LocatedNode } from '../../../documents/located.ts';
import { changeInner, plainText } from './nodes.ts';

/**
 * Gives names without a value in the lists of `environment` the value that they have outside. What is written as a map
 * waits for the variables of the whole project.
 */
export function withInheritedItems(model: LocatedMap, variables: ReadonlyMap<string, string>): LocatedMap {
  return changeEnvironments(model, (environment) =>
    environment.kind === 'list' ? inheritItems(environment, variables) : environment,
  );
}

/** The same for lists and maps. A name that has no value outside either stays as it is. */
export function withInheritedValues(model: LocatedMap, variables: ReadonlyMap<string, string>): LocatedMap {
  return changeEnvironments(model, (environment) => inherit(environment, variables));
}

function changeEnvironments(
  model: LocatedMap,
  change: (environment: LocatedNode) => LocatedNode,
): LocatedMap {
  return changeInner(model, (section, name) =>
    name !== 'services'
      ? section
      : changeInner(section, (service) =>
          changeInner(service, (part, key) => (key === 'environment' ? change(part) : part)),
        ),
  );
}

function inherit(environment: LocatedNode, variables: ReadonlyMap<string, string>): LocatedNode {
  if (environment.kind === 'list') return inheritItems(environment, variables);
  return changeInner(environment, (entry, name) => {
    const value = variables.get(String(name));
    const isOpen = entry.kind === 'scalar' && entry.value === null;
    return isOpen && value !== undefined ? { ...entry, value } : entry;
  });
}

function inheritItems(environment: LocatedNode, variables: ReadonlyMap<string, string>): LocatedNode {
  return changeInner(environment, (item) => {
    const name = plainText(item);
    const value = name === undefined ? undefined : variables.get(name);
    return item.kind === 'scalar' && value !== undefined ? { ...item, value: `${name}=${value}` } : item;
  });
}
