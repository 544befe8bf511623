import type { LocatedMap, LocatedNode } from '../../../documents/located.ts';
import { changeInner, plainText } from './nodes.ts';

/**
 * Gives names without a value in the lists of `environment` the value that they have outside. What is written as a map
 * waits for the variables of the whole project.
 */
export function withInheritedItems(model: LocatedMap, variables: ReadonlyMap<string, string>): LocatedMap {
  return changeServices(model, (service) =>
    changeInner(service, (part, key) =>
      key === 'environment' && part.kind === 'list' ? inheritItems(part, variables) : part,
    ),
  );
}

/** The same for lists and maps, and for `build.args`. A name that has no value outside either stays as it is. */
export function withInheritedValues(model: LocatedMap, variables: ReadonlyMap<string, string>): LocatedMap {
  return changeServices(model, (service) =>
    changeInner(service, (part, key) => {
      if (key === 'environment') return inherit(part, variables);
      if (key !== 'build') return part;
      return changeInner(part, (inner, name) => (name === 'args' ? inherit(inner, variables) : inner));
    }),
  );
}

function changeServices(model: LocatedMap, change: (service: LocatedNode) => LocatedNode): LocatedMap {
  return changeInner(model, (section, name) =>
    name === 'services' ? changeInner(section, change) : section,
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
