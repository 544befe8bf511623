import { hasUnknownVariable, showUnknown, unknownVariables } from '../../documents/unknown-variable.ts';
import type { Mount } from '../deployment.ts';
import { parseShortVolume } from './project/short-syntax.ts';
import type { UnknownEntry } from './ports.ts';
import { resolveVolume } from './volume-devices.ts';
import { asMap, asText, isMap, parseBoolean, parseTexts, type YamlMap } from './values.ts';

/** Top-level definitions that a service's mounts refer to by name. */
export interface MountDefinitions {
  volumes: YamlMap;
  secrets: YamlMap;
  configs: YamlMap;
}

type MountField = NonNullable<Mount['entry']>['field'];

export interface ReadMounts {
  /** With `${NAME}` in the place of a variable that is set nowhere. */
  mounts: Mount[];
  /** Entries that depend on variables that are set nowhere; those whose target is not known are not among the mounts. */
  unknown: (UnknownEntry & { field: MountField; isLeftOut: boolean })[];
}

/**
 * Everything that a service mounts: volumes and tmpfs in both syntaxes, secrets and configs, and the engine's own socket.
 * @returns undefined when one of them cannot be understood.
 */
export function parseMounts(service: YamlMap, definitions: MountDefinitions): ReadMounts | undefined {
  const lists = [
    parseVolumes(service['volumes'], definitions.volumes),
    parseTmpfs(service['tmpfs']),
    parseGrants(service['secrets'], 'secret', definitions.secrets),
    parseGrants(service['configs'], 'config', definitions.configs),
  ];
  if (!lists.every((list) => list !== undefined)) return undefined;
  const read: ReadMounts = { mounts: [], unknown: [] };
  for (const mount of lists.flat()) addMount(read, mount);
  if (parseBoolean(service['use_api_socket']) === true) read.mounts.push({ ...engineSocket });
  return read;
}

/** What `use_api_socket: true` brings in. */
const engineSocket: Mount = {
  kind: 'bind',
  source: '/var/run/docker.sock',
  target: '/var/run/docker.sock',
  readOnly: false,
};

/** A mount whose entry is known. */
type EntryMount = Mount & { entry: NonNullable<Mount['entry']> };

function addMount(read: ReadMounts, mount: EntryMount): void {
  const texts = [mount.source ?? '', ...(mount.hostPaths ?? []), mount.target, ...(mount.options ?? [])];
  if (!texts.some(hasUnknownVariable)) {
    read.mounts.push(mount);
    return;
  }
  const isLeftOut = hasUnknownVariable(mount.target);
  read.unknown.push({ ...mount.entry, variables: unknownVariables(texts.join('')), isLeftOut });
  if (isLeftOut) return;
  const shown = { ...mount };
  if (mount.source !== undefined) shown.source = showUnknown(mount.source);
  if (mount.hostPaths) shown.hostPaths = mount.hostPaths.map(showUnknown);
  if (mount.options) shown.options = mount.options.map(showUnknown);
  read.mounts.push(shown);
}

function parseVolumes(value: unknown, volumes: YamlMap): EntryMount[] | undefined {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return undefined;
  const mounts = value.map((entry) =>
    isMap(entry) ? parseLongVolume(entry) : readShortVolume(asText(entry)),
  );
  if (!mounts.every((mount) => mount !== undefined)) return undefined;
  return mounts.map((mount, index) => ({
    ...resolveVolume(mount, volumes),
    entry: { field: 'volumes', index },
  }));
}

function parseLongVolume(entry: YamlMap): Mount | undefined {
  const target = asText(entry['target']);
  const source = asText(entry['source']);
  const kind = entry['type'];
  const readOnly = parseUnlessUnknown(entry['read_only']);
  if (target === undefined || readOnly === undefined) return undefined;
  if (kind === 'tmpfs') return { kind, target, readOnly, options: longTmpfsOptions(asMap(entry['tmpfs'])) };
  // npipe and cluster belong to other platforms; an unknown kind with a host path is as good as a bind.
  const mount: Mount = { kind: kind === 'volume' ? 'volume' : 'bind', target, readOnly };
  if (source !== undefined) mount.source = source;
  const propagation = asText(asMap(entry['bind'])['propagation']);
  if (propagation !== undefined) mount.options = [propagation];
  return mount;
}

/** What may be writable is taken for writable. */
function parseUnlessUnknown(value: unknown): boolean | undefined {
  return typeof value === 'string' && hasUnknownVariable(value) ? false : parseBoolean(value);
}

/** The long syntax of Compose cannot say noexec, nosuid or nodev; the engine then sets all three. */
function longTmpfsOptions(tmpfs: YamlMap): string[] {
  const size = asText(tmpfs['size']);
  const mode = asText(tmpfs['mode']);
  return [
    'noexec',
    'nosuid',
    'nodev',
    ...(size === undefined ? [] : [`size=${size}`]),
    ...(mode === undefined ? [] : [`mode=${mode}`]),
  ];
}

function readShortVolume(text: string | undefined): Mount | undefined {
  const volume = text === undefined ? undefined : parseShortVolume(text);
  if (!volume) return undefined;
  const { source, target, options = '', isHostPath } = volume;
  if (source === undefined) return { kind: 'volume', target, readOnly: false };
  const list = options.split(',').filter((option) => option !== '');
  const mount: Mount = {
    // A variable in front of a target stands for a path on the host more often than for a volume.
    kind: isHostPath || hasUnknownVariable(source) ? 'bind' : 'volume',
    source,
    target,
    readOnly: isReadOnly(list),
  };
  const others = list.filter((option) => option !== 'ro' && option !== 'rw');
  if (others.length > 0) mount.options = others;
  return mount;
}

/** The last one counts. */
function isReadOnly(options: readonly string[]): boolean {
  return options.findLast((option) => option === 'ro' || option === 'rw') === 'ro';
}

function parseTmpfs(value: unknown): EntryMount[] | undefined {
  return parseTexts(value)?.map((text, index) => {
    const separator = text.indexOf(':');
    const target = separator < 0 ? text : text.slice(0, separator);
    const options = separator < 0 ? [] : text.slice(separator + 1).split(',');
    return { ...tmpfsMount(target, options), entry: { field: 'tmpfs', index } };
  });
}

/** A tmpfs mount with the options that the engine adds by itself made explicit. */
export function tmpfsMount(target: string, options: readonly string[]): Mount {
  const defaults = ['noexec', 'nosuid', 'nodev'].filter(
    (option) => !options.includes(option.slice(2)) && !options.includes(option),
  );
  return { kind: 'tmpfs', target, readOnly: options.includes('ro'), options: [...options, ...defaults] };
}

function parseGrants(
  value: unknown,
  from: 'secret' | 'config',
  definitions: YamlMap,
): EntryMount[] | undefined {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return undefined;
  const mounts = value.map((entry, index): EntryMount | undefined => {
    const source = isMap(entry) ? asText(entry['source']) : asText(entry);
    if (source === undefined) return undefined;
    const target = isMap(entry) ? asText(entry['target']) : undefined;
    const folder = from === 'secret' ? '/run/secrets/' : '/';
    const file = asText(asMap(definitions[source])['file']);
    const mount: EntryMount = {
      kind: 'bind',
      target: target?.startsWith('/') ? target : folder + (target ?? source),
      from,
      readOnly: true,
      entry: { field: from === 'secret' ? 'secrets' : 'configs', index },
    };
    if (file !== undefined) mount.source = file;
    return mount;
  });
  return mounts.every((mount) => mount !== undefined) ? mounts : undefined;
}
