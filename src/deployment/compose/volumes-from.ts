import type { Service, UnreadField } from '../deployment.ts';
import { asMap, asText, type YamlMap } from './values.ts';

/** Adds the mounts that services take over from others with `volumes_from: [SERVICE[:ro]]`. */
export function addForeignVolumes(services: Service[], root: YamlMap, unread: UnreadField[]): void {
  const definitions = asMap(root['services']);
  // As they were before anything was added, so that a circle brings in nothing twice.
  const own = new Map(services.map((service) => [service.name, service.mounts]));
  for (const service of services) {
    const sources = asMap(definitions[service.name])['volumes_from'];
    if (!Array.isArray(sources)) continue;
    for (const [index, source] of sources.entries()) {
      const [name = '', mode] = (asText(source) ?? '').split(':');
      const mounts = own.get(name);
      if (mounts) takeOver(service, mounts, mode === 'ro');
      else
        unread.push({
          path: ['services', service.name, 'volumes_from', index],
          reason: 'the mounts of a container that is not described here',
        });
    }
  }
}

function takeOver(service: Service, mounts: NonNullable<Service['mounts']>, readOnly: boolean): void {
  const foreign = mounts
    .filter((mount) => mount.kind !== 'tmpfs' && mount.from === undefined)
    .map((mount) => {
      const copy = { ...mount, readOnly: mount.readOnly || readOnly };
      delete copy.entry;
      return copy;
    });
  if (service.mounts) service.mounts = [...service.mounts, ...foreign];
}
