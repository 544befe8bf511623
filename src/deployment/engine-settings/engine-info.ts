import type { EngineLimit, EngineSettings } from '../deployment.ts';

/** Networks of the engine's own host, which it trusts by default. */
const ownNetworks = /^(?:127\.|::1\/|\[::1\])/;

/** Rootless engines on cgroup v1 enforce none of them. */
const LIMITS: readonly [field: string, limit: EngineLimit][] = [
  ['MemoryLimit', 'memory'],
  ['CpuCfsQuota', 'cpus'],
  ['PidsLimit', 'pids'],
];

/**
 * What a running engine says of itself (`docker info --format '{{json .}}'`). Unknown shapes leave fields out; never throws.
 */
export function engineSettingsFromInfo(info: unknown): EngineSettings {
  const root = asRecord(info);
  const options = textsOf(root['SecurityOptions']);
  const engine: EngineSettings = { source: 'docker info' };
  if (typeof root['ServerVersion'] === 'string') engine.version = root['ServerVersion'];
  if (Array.isArray(root['SecurityOptions'])) {
    engine.rootless = hasOption(options, 'rootless');
    engine.usernsRemap = hasOption(options, 'userns');
    engine.appArmor = hasOption(options, 'apparmor');
    engine.selinux = hasOption(options, 'selinux');
    engine.seccomp = seccompOf(options);
  }
  const cgroup = Number(root['CgroupVersion']);
  if (cgroup === 1 || cgroup === 2) engine.cgroupVersion = cgroup;
  if (typeof root['LiveRestoreEnabled'] === 'boolean') engine.liveRestore = root['LiveRestoreEnabled'];
  const limits = LIMITS.filter(([field]) => typeof root[field] === 'boolean');
  if (limits.length > 0)
    engine.unenforced = limits.flatMap(([field, limit]) => (root[field] === false ? [limit] : []));
  const registries = registriesOf(root['RegistryConfig']);
  if (registries) engine.insecureRegistries = registries;
  return engine;
}

function registriesOf(value: unknown): string[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const config = asRecord(value);
  const named = Object.entries(asRecord(config['IndexConfigs']))
    .filter(([, index]) => asRecord(index)['Secure'] === false)
    .map(([name]) => name);
  const networks = textsOf(config['InsecureRegistryCIDRs']).filter((network) => !ownNetworks.test(network));
  return [...named, ...networks];
}

/** Name of the profile; "" when system calls are not filtered at all. */
function seccompOf(options: readonly string[]): string {
  const option = options.find((text) => text === 'seccomp' || text.startsWith('name=seccomp'));
  if (option === undefined) return '';
  return /(?:^|,)profile=([^,]+)/.exec(option)?.[1] ?? 'default';
}

function hasOption(options: readonly string[], name: string): boolean {
  return options.some((option) => option === name || option.split(',')[0] === `name=${name}`);
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
