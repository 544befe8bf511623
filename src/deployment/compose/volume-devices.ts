import { hasUnknownVariable } from '../../documents/unknown-variable.ts';
import type { Mount } from '../deployment.ts';
import { asMap, asText, type YamlMap } from './values.ts';

/** File systems that bring in nothing of this host: memory, and what other machines share. */
const foreignTypes = new Set(['tmpfs', 'nfs', 'nfs4', 'cifs', 'smb3']);
/** File systems of the kernel, with the folder of the host that shows the same. */
const kernelTypes: Readonly<Record<string, string>> = { proc: '/proc', sysfs: '/sys', devtmpfs: '/dev' };

/**
 * What a mount of a named volume is by the definition of the volume: its driver may put a folder, a disk or a file system
 * of the host in its place.
 */
export function resolveVolume(mount: Mount, volumes: YamlMap): Mount {
  if (mount.kind !== 'volume' || mount.source === undefined) return mount;
  const volume = asMap(volumes[mount.source]);
  const driver = asText(volume['driver']) ?? '';
  if (driver !== '' && driver !== 'local' && !hasUnknownVariable(driver))
    return { ...mount, unseen: `${mount.source} is a volume of the driver ${driver}` };
  const paths = devicePaths(volume, driver);
  const [source, ...hostPaths] = paths;
  if (source === undefined) return mount;
  return { ...mount, kind: 'bind', source, ...(hostPaths.length > 0 ? { hostPaths } : {}) };
}

/** Where on the host a volume is; the first is how it is written. Empty for one that the engine keeps. */
function devicePaths(volume: YamlMap, driver: string): string[] {
  const name = asText(volume['name']) ?? '';
  // What looks like a path is one to the engine.
  if (name.startsWith('/')) return [name];
  const options = asMap(volume['driver_opts']);
  const type = asText(options['type']) ?? '';
  const flags = flagsOf(options['o']);
  const device = asText(options['device']) ?? '';
  const isBind = flags.some((flag) => flag === 'bind' || flag === 'rbind');
  if (!isBind && foreignTypes.has(type)) return [];
  const layers = flags.flatMap(layerFolders);
  if (layers.length > 0) return layers;
  const shown = kernelTypes[type];
  if (shown !== undefined) return [shown];
  if (device === '') return [];
  // Compose makes only these absolute; the engine takes others from the root.
  return isBind ? fromRoot(device, driver !== 'local' || options['o'] !== 'bind') : diskPaths(device);
}

/** A name without a path, as `UUID=…`, is a disk too. */
function diskPaths(device: string): string[] {
  return device.startsWith('/') || hasUnknownVariable(device) ? [device] : [device, `/dev/${device}`];
}

function flagsOf(value: unknown): string[] {
  return (asText(value) ?? '').split(',');
}

function fromRoot(device: string, isFromRoot: boolean): string[] {
  return isFromRoot && /^[^/~$]/.test(device) ? [device, `/${device}`] : [device];
}

/** The folders that an overlay is made of. */
function layerFolders(flag: string): string[] {
  const [, folders] = /^(?:lowerdir|upperdir|workdir)\+?=(.*)$/s.exec(flag) ?? [];
  return folders === undefined ? [] : folders.split(':').filter((folder) => folder !== '');
}
