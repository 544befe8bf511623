import type { Service, UnreadField } from '../deployment.ts';
import { detectRole } from '../role.ts';
import { parseDuration } from './durations.ts';
import { parseHealthcheck, parseLimits, parseLogging } from './operations.ts';
import { parseMounts } from './mounts.ts';
import { parseAttachments } from './networks.ts';
import { parsePorts } from './ports.ts';
import { asMap, asText, isMap, parseBoolean, parsePairs, parseTexts, type YamlMap } from './values.ts';

/** Time that the engine gives a container to stop when nothing else is asked for. */
export const defaultStopGraceSeconds = 10;

type Fields = Omit<Service, 'name' | 'role' | 'roleReason'>;

/** One service of a compose file. Fields that are there and cannot be understood are added to `unread`. */
export function readService(
  name: string,
  definition: YamlMap,
  root: YamlMap,
  unread: UnreadField[],
): Service {
  const definitions = {
    volumes: asMap(root['volumes']),
    secrets: asMap(root['secrets']),
    configs: asMap(root['configs']),
  };
  /** Keeps what was understood; notes what was not. */
  function known<T>(key: string, value: T | undefined): T | undefined {
    if (value === undefined)
      unread.push({
        path: ['services', name, key],
        reason: 'not in a form that Compose documents, or it depends on a variable',
      });
    return value;
  }
  const fields = withoutUndefined<Fields>({
    readOnlyRoot: known('read_only', parseBoolean(definition['read_only'])),
    privileged: known('privileged', parseBoolean(definition['privileged'])),
    init: known('init', parseBoolean(definition['init'])),
    capDrop: known('cap_drop', parseTexts(definition['cap_drop'])),
    capAdd: known('cap_add', parseTexts(definition['cap_add'])),
    securityOptions: known('security_opt', parseTexts(definition['security_opt'])),
    groupAdd: known('group_add', parseTexts(definition['group_add'])),
    mounts: known('volumes', parseMounts(definition, definitions)),
    ports: known('ports', parsePorts(definition['ports'])),
    networks: known('networks', parseAttachments(definition)),
    devices: known('devices', parseDevices(definition)),
    limits: known('deploy', parseLimits(definition)),
    logging: known('logging', parseLogging(definition['logging'])),
    ...readIdentity(definition),
    ...readNamespaces(definition),
  });
  const environment = known('environment', parsePairs(definition['environment']));
  if (environment) {
    fields.environment = Object.fromEntries(
      environment.filter((pair): pair is [string, string] => pair[1] !== undefined),
    );
    fields.environmentFromHost = environment.filter(([, value]) => value === undefined).map(([key]) => key);
  }
  const stopGrace =
    definition['stop_grace_period'] === undefined
      ? defaultStopGraceSeconds
      : known('stop_grace_period', parseDuration(definition['stop_grace_period']));
  if (stopGrace !== undefined) fields.stopGraceSeconds = stopGrace;
  const healthcheck = parseHealthcheck(definition['healthcheck']);
  if (healthcheck) fields.healthcheck = healthcheck;
  const { role, reason } = detectRole({ name, ...fields });
  return { name, role, roleReason: reason, ...fields };
}

function readIdentity(definition: YamlMap): Fields {
  const image = asText(definition['image']);
  const digest = image === undefined ? undefined : /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1];
  const labels = parsePairs(definition['labels']);
  return withoutUndefined<Fields>({
    image:
      image === undefined ? undefined : { reference: image, ...(digest === undefined ? {} : { digest }) },
    isBuilt: definition['build'] !== undefined,
    profiles: parseTexts(definition['profiles']),
    labels: labels && Object.fromEntries(labels.map(([key, value]) => [key, value ?? ''])),
    command: parseCommand(definition['command']),
    entrypoint: parseCommand(definition['entrypoint']),
    hostname: asText(definition['hostname']) ?? '',
    user: asText(definition['user']),
    restart: asText(definition['restart']) ?? swarmRestart(definition) ?? 'no',
  });
}

function readNamespaces(definition: YamlMap): Fields {
  return {
    networkMode: asText(definition['network_mode']) ?? '',
    pidMode: asText(definition['pid']) ?? '',
    ipcMode: asText(definition['ipc']) ?? '',
    utsMode: asText(definition['uts']) ?? '',
    usernsMode: asText(definition['userns_mode']) ?? '',
  };
}

function swarmRestart(definition: YamlMap): string | undefined {
  const condition = asText(asMap(asMap(definition['deploy'])['restart_policy'])['condition']);
  return condition === undefined ? undefined : ({ none: 'no', any: 'always' }[condition] ?? condition);
}

function parseCommand(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value.split(/\s+/).filter((word) => word !== '') : parseTexts(value);
}

/** Devices by their path on the host, and requests for graphics processors by their driver. */
function parseDevices(definition: YamlMap): string[] | undefined {
  const value = definition['devices'];
  const entries: unknown[] =
    value === undefined || value === null ? [] : Array.isArray(value) ? value : [undefined];
  const devices = entries.map((entry) =>
    isMap(entry) ? asText(entry['source']) : asText(entry)?.split(':')[0],
  );
  const reserved = asMap(asMap(asMap(definition['deploy'])['resources'])['reservations'])['devices'];
  const requests = Array.isArray(reserved)
    ? reserved.map((entry) => asText(asMap(entry)['driver']) ?? 'device request')
    : [];
  const rules = parseTexts(definition['device_cgroup_rules']);
  return devices.every((device) => device !== undefined) && rules
    ? [...devices, ...requests, ...rules]
    : undefined;
}

type Loose<T> = { [Key in keyof T]: T[Key] | undefined };

/** Leaves out members that are undefined, as exact optional members ask for. */
export function withoutUndefined<T extends object>(value: Loose<T>): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}
