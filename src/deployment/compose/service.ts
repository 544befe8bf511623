import { showUnknown, unknownVariables } from '../../documents/unknown-variable.ts';
import type { Service, UnreadField } from '../deployment.ts';
import { detectRole } from '../role.ts';
import { parseBuild } from './build.ts';
import { parseDuration } from './durations.ts';
import { createFieldReader, type FieldReader } from './field-reader.ts';
import { parseExtraHosts } from './hosts.ts';
import { parseHooks, parseWatchedPaths } from './hooks.ts';
import { parseMounts, type MountDefinitions } from './mounts.ts';
import { parseAttachments } from './networks.ts';
import { parseHealthcheck, parseLimits, parseLogging } from './operations.ts';
import { parsePorts } from './ports.ts';
import { splitCommand } from './shell-words.ts';
import {
  asMap,
  asText,
  isMap,
  parseBoolean,
  parsePairs,
  parseTexts,
  variablesIn,
  type YamlMap,
} from './values.ts';

/** Time that the engine gives a container to stop when nothing else is asked for. */
export const defaultStopGraceSeconds = 10;

type Fields = Omit<Service, 'name' | 'role' | 'roleReason'>;

/**
 * One service of a compose file. Fields that are there and cannot be understood are added to `unread`. Texts that depend
 * on an unset variable hold its mark; see `Service.unknown`.
 */
export function readService(
  name: string,
  definition: YamlMap,
  definitions: MountDefinitions,
  unread: UnreadField[],
): Service {
  if (isProvided(definition))
    return { name, role: 'neighbour', roleReason: 'a program on the host provides it' };
  const reader = createFieldReader(name, definition, unread);
  const service: Service = { name, role: 'neighbour' };
  addKnown(service, readIsolation(reader));
  addKnown(service, readAttachments(reader, definition, definitions));
  addKnown(service, readOperation(reader, definition));
  addKnown(service, readIdentity(reader, definition));
  addKnown(service, readNamespaces(reader));
  addKnown(service, readEnvironment(reader, definition));
  addKnown(service, readHooks(reader, definition));
  if (Object.keys(reader.unknown).length > 0) service.unknown = reader.unknown;
  const { role, reason } = detectRole(service);
  service.role = role;
  service.roleReason = reason;
  return service;
}

/** Such a service is no container of the file: what it is, only the program that provides it knows. */
function isProvided(definition: YamlMap): boolean {
  return isMap(definition['provider']) && !['image', 'build'].some((key) => definition[key] !== undefined);
}

/** Adds the members that are known, one by one: spreading many objects into one takes most of the time. */
function addKnown(service: Service, fields: Loose<Fields>): void {
  for (const [member, value] of Object.entries(fields))
    if (value !== undefined) Reflect.set(service, member, value);
}

function readIsolation(reader: FieldReader): Loose<Fields> {
  return {
    readOnlyRoot: reader.whole('readOnlyRoot', 'read_only', parseBoolean),
    privileged: reader.whole('privileged', 'privileged', parseBoolean),
    init: reader.whole('init', 'init', parseBoolean),
    capDrop: reader.whole('capDrop', 'cap_drop', parseTexts),
    capAdd: reader.whole('capAdd', 'cap_add', parseTexts),
    securityOptions: reader.whole('securityOptions', 'security_opt', parseTexts),
    groupAdd: reader.whole('groupAdd', 'group_add', parseTexts),
    sysctls: reader.whole('sysctls', 'sysctls', parseTextMap),
    cgroupParent: reader.whole('cgroupParent', 'cgroup_parent', textOrNone),
  };
}

function readAttachments(
  reader: FieldReader,
  definition: YamlMap,
  definitions: MountDefinitions,
): Loose<Fields> {
  return {
    ...readMounts(reader, definition, definitions),
    ports: readPorts(reader, definition['ports']),
    networks: reader.whole('networks', 'networks', () => parseAttachments(definition)),
    devices: readDevices(reader, definition),
    dns: reader.whole('dns', 'dns', parseTexts),
    extraHosts: reader.marked('extraHosts', 'extra_hosts', parseExtraHosts),
  };
}

function readPorts(reader: FieldReader, value: unknown): Fields['ports'] {
  const read = parsePorts(value);
  if (!read) reader.notRead(['ports'], variablesIn(value));
  for (const { index, variables } of read?.unknown ?? []) {
    reader.notRead(['ports', index], variables);
    reader.dependsOn('ports', variables);
  }
  return knownEntries(read?.ports, read?.unknown);
}

function readMounts(reader: FieldReader, definition: YamlMap, definitions: MountDefinitions): Loose<Fields> {
  const read = parseMounts(definition, definitions);
  if (!read) reader.notRead(['volumes']);
  for (const { field, index, variables, isLeftOut } of read?.unknown ?? []) {
    if (isLeftOut) reader.notRead([field, index], variables);
    reader.dependsOn('mounts', variables);
  }
  const isEveryTargetKnown = read?.unknown.length !== 0 && read?.unknown.every(({ isLeftOut }) => !isLeftOut);
  return {
    mounts: knownEntries(read?.mounts, read?.unknown),
    areMountTargetsKnown: isEveryTargetKnown === true ? true : undefined,
  };
}

/** Undefined also when there are entries and nothing is known of any. */
function knownEntries<T>(known: T[] | undefined, unknown: readonly unknown[] = []): T[] | undefined {
  return known?.length === 0 && unknown.length > 0 ? undefined : known;
}

function readOperation(reader: FieldReader, definition: YamlMap): Loose<Fields> {
  return {
    limits: readLimits(reader, definition),
    logging: reader.whole('logging', 'logging', parseLogging),
    restart: reader.whole('restart', 'restart', (value) => asText(value) ?? swarmRestart(definition) ?? 'no'),
    stopGraceSeconds: reader.whole('stopGraceSeconds', 'stop_grace_period', (value) =>
      value === undefined || value === null ? defaultStopGraceSeconds : parseDuration(value),
    ),
    healthcheck: reader.marked('healthcheck', 'healthcheck', parseHealthcheck) ?? undefined,
    pullPolicy: reader.whole('pullPolicy', 'pull_policy', textOrNone),
    runtime: reader.whole('runtime', 'runtime', textOrNone),
    platform: reader.optional('platform', 'platform', asText),
  };
}

/** Limits stand in several fields; one that is not known makes all of them unknown, for a missing one means "none". */
function readLimits(reader: FieldReader, definition: YamlMap): Fields['limits'] {
  const limits = asMap(asMap(definition['deploy'])['resources'])['limits'];
  const variables = ['mem_limit', 'memswap_limit', 'cpus', 'pids_limit', 'ulimits'].flatMap((key) =>
    variablesIn(definition[key]),
  );
  variables.push(...variablesIn(limits));
  const parsed = variables.length === 0 ? parseLimits(definition) : undefined;
  if (!parsed) reader.notRead(['deploy'], variables);
  reader.dependsOn('limits', variables);
  return parsed;
}

function readIdentity(reader: FieldReader, definition: YamlMap): Loose<Fields> {
  return {
    image: readImage(reader, asText(definition['image'])),
    isBuilt: definition['build'] !== undefined && definition['build'] !== null,
    build: reader.marked('build', 'build', parseBuild),
    profiles: reader.whole('profiles', 'profiles', parseTexts),
    labels: reader.marked('labels', 'labels', parseTextMap),
    command: reader.marked('command', 'command', parseCommand),
    entrypoint: reader.marked('entrypoint', 'entrypoint', parseCommand),
    hostname: reader.whole('hostname', 'hostname', textOrNone),
    user: reader.optional('user', 'user', asText),
  };
}

function readImage(reader: FieldReader, written: string | undefined): Fields['image'] {
  if (written === undefined) return undefined;
  reader.dependsOn('image', unknownVariables(written));
  const digest = /@(sha256:[0-9a-f]{64})$/.exec(written)?.[1];
  return { reference: showUnknown(written), ...(digest === undefined ? {} : { digest }) };
}

function readHooks(reader: FieldReader, definition: YamlMap): Loose<Fields> {
  const hooks = parseHooks(definition);
  const watchedPaths = parseWatchedPaths(definition);
  for (const field of ['post_start', 'pre_stop'])
    for (const hook of parseMaps(definition[field]))
      reader.dependsOn('hooks', variablesIn([hook['user'], hook['privileged']]));
  return {
    hooks: hooks.length > 0 ? hooks : undefined,
    watchedPaths: watchedPaths.length > 0 ? watchedPaths : undefined,
  };
}

function parseMaps(value: unknown): YamlMap[] {
  return Array.isArray(value) ? value.map(asMap) : [];
}

function readNamespaces(reader: FieldReader): Loose<Fields> {
  return {
    networkMode: reader.whole('networkMode', 'network_mode', textOrNone),
    pidMode: reader.whole('pidMode', 'pid', textOrNone),
    ipcMode: reader.whole('ipcMode', 'ipc', textOrNone),
    utsMode: reader.whole('utsMode', 'uts', textOrNone),
    usernsMode: reader.whole('usernsMode', 'userns_mode', textOrNone),
    cgroupMode: reader.whole('cgroupMode', 'cgroup', textOrNone),
  };
}

function readEnvironment(reader: FieldReader, definition: YamlMap): Loose<Fields> {
  const value = definition['environment'];
  const pairs = parsePairs(value);
  const variables = variablesIn(value);
  reader.dependsOn('environment', variables);
  if (!pairs) {
    reader.notRead(['environment'], variables);
    return {};
  }
  return {
    environment: Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[1] !== undefined)),
    environmentFromHost: pairs.filter(([, text]) => text === undefined).map(([key]) => key),
  };
}

/** A text, or "" when nothing is written; undefined for lists and maps. */
function textOrNone(value: unknown): string | undefined {
  return value === undefined || value === null ? '' : asText(value);
}

function parseTextMap(value: unknown): Record<string, string> | undefined {
  const pairs = parsePairs(value);
  return pairs && Object.fromEntries(pairs.map(([key, text]) => [key, text ?? '']));
}

function swarmRestart(definition: YamlMap): string | undefined {
  const condition = asText(asMap(asMap(definition['deploy'])['restart_policy'])['condition']);
  return condition === undefined ? undefined : ({ none: 'no', any: 'always' }[condition] ?? condition);
}

function parseCommand(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? splitCommand(value) : parseTexts(value);
}

/** Devices by their path on the host, and requests for graphics processors by their driver. */
function readDevices(reader: FieldReader, definition: YamlMap): string[] | undefined {
  const resources = asMap(asMap(definition['deploy'])['resources']);
  const requests = [asMap(resources['reservations'])['devices'], definition['gpus']];
  const variables = variablesIn([definition['devices'], definition['device_cgroup_rules'], requests]);
  reader.dependsOn('devices', variables);
  const devices = parseDevices(definition['devices']);
  const rules = parseTexts(definition['device_cgroup_rules']);
  if (variables.length === 0 && devices && rules)
    return [...devices, ...requests.flatMap(parseDeviceRequests), ...rules];
  reader.notRead(['devices'], variables);
  return undefined;
}

function parseDevices(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return undefined;
  const devices = value.map((entry) =>
    isMap(entry) ? asText(entry['source']) : asText(entry)?.split(':')[0],
  );
  return devices.every((device) => device !== undefined) ? devices : undefined;
}

function parseDeviceRequests(value: unknown): string[] {
  if (typeof value === 'string') return [value === 'all' ? 'all graphics processors' : value];
  return Array.isArray(value) ? value.map((entry) => asText(asMap(entry)['driver']) ?? 'device request') : [];
}

type Loose<T> = { [Key in keyof T]: T[Key] | undefined };

/** Leaves out members that are undefined, as exact optional members ask for. */
export function withoutUndefined<T extends object>(value: Loose<T>): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}
