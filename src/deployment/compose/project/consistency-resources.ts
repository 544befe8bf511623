import type { LocatedMap, LocatedNode } from '../../../documents/located.ts';
import type { Loading } from './loading.ts';
import { field, mapField, textOf } from './nodes.ts';
import { placeOf } from './resolve-values.ts';

/** Reports volumes, secrets and configs whose definition is not one. */
export function checkResources(model: LocatedMap, loading: Loading): void {
  forEach(model, 'volumes', (volume) => checkExternal(volume, loading));
  forEach(model, 'secrets', (secret) => checkSource(secret, ['file', 'environment'], loading));
  forEach(model, 'configs', (config) => checkSource(config, ['file', 'environment', 'content'], loading));
  for (const section of ['volumes', 'networks', 'secrets', 'configs'])
    forEach(model, section, (resource) => checkName(resource, loading));
}

function forEach(model: LocatedMap, section: string, check: (resource: LocatedMap) => void): void {
  for (const resource of mapField(model, section)?.entries.values() ?? []) {
    if (resource.kind === 'map') check(resource);
  }
}

function isExternal(resource: LocatedMap): boolean {
  const external = field(resource, 'external');
  return external?.kind === 'map' || (external?.kind === 'scalar' && external.value === true);
}

/** A volume that exists already cannot be described. */
function checkExternal(volume: LocatedMap, loading: Loading): void {
  if (!isExternal(volume)) return;
  for (const [key, entry] of volume.entries) {
    if (key === 'external' || key === 'name' || key.startsWith('x-')) continue;
    loading.report(`${placeOf(entry)} cannot stand beside "external".`, entry.origin, 'key');
  }
}

function checkSource(resource: LocatedMap, keys: readonly string[], loading: Loading): void {
  const present = keys.filter((key) => resource.entries.has(key));
  const [, second] = present;
  const isConfig = keys.includes('content');
  const isElsewhere = resource.entries.has('external') || (isConfig && resource.entries.has('driver'));
  if (second !== undefined) {
    const message = `${placeOf(resource)} can have only one of ${keys.join(', ')}.`;
    loading.report(message, (field(resource, second) ?? resource).origin, 'key');
  } else if (present.length === 0 && !isElsewhere) {
    loading.report(`${placeOf(resource)} needs one of ${keys.join(', ')}.`, resource.origin, 'key');
  }
}

function checkName(resource: LocatedMap, loading: Loading): void {
  const name = textOf(field(resource, 'name'));
  const older: LocatedNode | undefined = field(field(resource, 'external'), 'name');
  if (older && name !== undefined && textOf(older) !== name)
    loading.report(`${placeOf(older)} says something else than "name".`, older.origin);
}
