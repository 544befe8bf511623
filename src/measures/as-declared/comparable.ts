import type { Mount, PublishedPort, Service } from '../../deployment/deployment.ts';

/** One setting of a service in a spelling that files and the engine share. */
interface Setting {
  /** Keys below the service in the compose file. */
  path: string[];
  /** Undefined = not told; such a setting is not compared. */
  read: (service: Service) => string | undefined;
  /** True when the engine may give more than was declared without anything being wrong. */
  isMinimum?: boolean;
}

const yesNo = (value: boolean | undefined): string | undefined =>
  value === undefined ? undefined : value ? 'true' : 'false';

/** What keeps a container apart from its host. */
export const settings: readonly Setting[] = [
  { path: ['read_only'], read: ({ readOnlyRoot }) => yesNo(readOnlyRoot) },
  { path: ['privileged'], read: ({ privileged }) => yesNo(privileged) },
  { path: ['init'], read: ({ init }) => yesNo(init), isMinimum: true },
  { path: ['user'], read: ({ user }) => user },
  { path: ['group_add'], read: ({ groupAdd }) => list(groupAdd) },
  { path: ['cap_drop'], read: ({ capDrop }) => list(capDrop?.map(capability)) },
  { path: ['cap_add'], read: ({ capAdd }) => list(capAdd?.map(capability)) },
  { path: ['security_opt'], read: ({ securityOptions }) => list(securityOptions?.flatMap(securityOption)) },
  { path: ['devices'], read: ({ devices }) => list(devices?.map((device) => device.split(':')[0] ?? '')) },
  { path: ['network_mode'], read: ({ networkMode }) => namespace(networkMode) },
  { path: ['pid'], read: ({ pidMode }) => namespace(pidMode) },
  { path: ['ipc'], read: ({ ipcMode }) => namespace(ipcMode) },
  { path: ['uts'], read: ({ utsMode }) => namespace(utsMode) },
  { path: ['userns_mode'], read: ({ usernsMode }) => namespace(usernsMode) },
  { path: ['mem_limit'], read: ({ limits }) => limit(limits?.memoryBytes), isMinimum: true },
  { path: ['cpus'], read: ({ limits }) => limit(limits?.cpus), isMinimum: true },
  { path: ['pids_limit'], read: ({ limits }) => limit(limits?.pids), isMinimum: true },
  { path: ['ports'], read: ({ ports }) => list(ports?.map(port)) },
  { path: ['volumes'], read: ({ mounts }) => list(mounts?.filter(isDeclarable).map(mount)) },
  { path: ['image'], read: ({ image, isBuilt }) => (isBuilt === true ? undefined : image?.reference) },
];

/** Where the declared and the effective service differ. */
export function differences(
  declared: Service,
  effective: Service,
): { path: string[]; wanted: string; got: string }[] {
  return settings.flatMap(({ path, read, isMinimum }) => {
    const [wanted, got] = [read(declared), read(effective)];
    if (wanted === undefined || got === undefined || wanted === got) return [];
    if (isMinimum === true && (wanted === 'false' || wanted === NO_LIMIT)) return [];
    return [{ path, wanted, got }];
  });
}

const NO_LIMIT = 'none';

function limit(value: number | undefined): string {
  return value === undefined ? NO_LIMIT : String(value);
}

function list(values: readonly string[] | undefined): string | undefined {
  if (values === undefined) return undefined;
  return values.length === 0 ? 'none' : [...new Set(values)].toSorted(compare).join(', ');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function capability(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, '');
}

/** The engine keeps the text of a profile where the file names it. */
function securityOption(option: string): string[] {
  const [name = '', value = 'true'] = option.split(/[=:](.*)/s);
  if (name === 'no-new-privileges') return value === 'false' ? [] : [name];
  if (name === 'seccomp' && value !== 'unconfined')
    return [value === 'builtin' ? '' : 'seccomp of its own'].filter(Boolean);
  return [`${name}=${value}`];
}

/** Of another container it is told by its name or by its id; a default of the engine is no difference. */
function namespace(mode: string | undefined): string | undefined {
  if (mode === undefined || mode === '') return mode === '' ? 'its own' : undefined;
  if (/^(?:service|container):/.test(mode)) return "another container's";
  return mode === 'shareable' || mode === 'private' || mode === 'bridge' ? 'its own' : mode;
}

function port({ hostAddress, hostPort, containerPort, protocol }: PublishedPort): string {
  const everywhere = hostAddress === undefined || hostAddress === '0.0.0.0' || hostAddress === '::';
  const address = everywhere ? '*' : hostAddress;
  return `${address}:${hostPort ?? ''}->${containerPort}/${protocol}`;
}

/** Volumes that the image makes for itself are in no file. */
function isDeclarable({ kind, source }: Mount): boolean {
  return kind !== 'volume' || (source !== undefined && !/^[0-9a-f]{64}$/.test(source));
}

/** Sources are named differently: volumes with the project in front, folders relative to it. */
function mount({ kind, target, readOnly }: Mount): string {
  return `${target.replace(/(?<=.)\/+$/, '')} (${kind}${readOnly ? ', read-only' : ''})`;
}
