import type { Mount } from '../deployment.ts';
import { asMap, asText, isMap, parseBoolean, parseTexts, type YamlMap } from './values.ts';

/** Top-level definitions that a service's mounts refer to by name. */
export interface MountDefinitions {
  volumes: YamlMap;
  secrets: YamlMap;
  configs: YamlMap;
}

/**
 * Everything that a service mounts: volumes and tmpfs in both syntaxes, secrets and configs.
 * @returns undefined when one of them cannot be understood.
 */
export function parseMounts(service: YamlMap, definitions: MountDefinitions): Mount[] | undefined {
  const lists = [
    parseVolumes(service['volumes'], definitions.volumes),
    parseTmpfs(service['tmpfs']),
    parseGrants(service['secrets'], 'secret', definitions.secrets),
    parseGrants(service['configs'], 'config', definitions.configs),
  ];
  return lists.every((list) => list !== undefined) ? lists.flat() : undefined;
}

function parseVolumes(value: unknown, volumes: YamlMap): Mount[] | undefined {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return undefined;
  const mounts = value.map((entry) =>
    isMap(entry) ? parseLongVolume(entry) : parseShortVolume(asText(entry)),
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
  const readOnly = parseBoolean(entry['read_only']);
  if (target === undefined || readOnly === undefined) return undefined;
  if (kind === 'tmpfs') return { kind, target, readOnly, options: longTmpfsOptions(asMap(entry['tmpfs'])) };
  // npipe and cluster belong to other platforms; an unknown kind with a host path is as good as a bind.
  const mount: Mount = { kind: kind === 'volume' ? 'volume' : 'bind', target, readOnly };
  if (source !== undefined) mount.source = source;
  const propagation = asText(asMap(entry['bind'])['propagation']);
  if (propagation !== undefined) mount.options = [propagation];
  return mount;
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

function parseShortVolume(text: string | undefined): Mount | undefined {
  if (text === undefined || text === '') return undefined;
  const parts = splitOutsideVariables(text);
  if (parts.length > 3) return undefined;
  const [first = '', target, options = ''] = parts;
  if (target === undefined) return { kind: 'volume', target: first, readOnly: false };
  const list = options.split(',').filter((option) => option !== '');
  const mount: Mount = {
    kind: isHostPath(first) ? 'bind' : 'volume',
    source: first,
    target,
    readOnly: list.includes('ro'),
  };
  const others = list.filter((option) => option !== 'ro' && option !== 'rw');
  if (others.length > 0) mount.options = others;
  return mount;
}

function isHostPath(source: string): boolean {
  return /^(?:[./~$\\]|[A-Za-z]:[\\/])/.test(source);
}

/** Splits at colons, but neither inside `${…}` nor after the drive letter of a Windows path. */
function splitOutsideVariables(text: string): string[] {
  const drive = /^[A-Za-z]:(?=\\)/.exec(text)?.[0] ?? '';
  const parts = [drive];
  let depth = 0;
  let previous = '';
  for (const character of text.slice(drive.length)) {
    if (character === '{' && previous === '$') depth += 1;
    if (character === '}' && depth > 0) depth -= 1;
    if (character === ':' && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
    previous = character;
  }
  return parts;
}

/** A named volume with `o: bind` is a bind mount in disguise. */
function resolveVolume(mount: Mount, volumes: YamlMap): Mount {
  if (mount.kind !== 'volume' || mount.source === undefined) return mount;
  const options = asMap(asMap(volumes[mount.source])['driver_opts']);
  const device = asText(options['device']);
  const isBind = (asText(options['o']) ?? '')
    .split(',')
    .some((option) => option === 'bind' || option === 'rbind');
  return device !== undefined && isBind ? { ...mount, kind: 'bind', source: device } : mount;
}

function parseTmpfs(value: unknown): Mount[] | undefined {
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

function parseGrants(value: unknown, from: 'secret' | 'config', definitions: YamlMap): Mount[] | undefined {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return undefined;
  const mounts = value.map((entry, index): Mount | undefined => {
    const source = isMap(entry) ? asText(entry['source']) : asText(entry);
    if (source === undefined) return undefined;
    const target = isMap(entry) ? asText(entry['target']) : undefined;
    const folder = from === 'secret' ? '/run/secrets/' : '/';
    const file = asText(asMap(definitions[source])['file']);
    const mount: Mount = {
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
