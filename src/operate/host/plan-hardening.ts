import type { DaemonKey } from './daemon-file.ts';

/** What the proposal depends on. */
export interface HardeningFacts {
  /** Of daemon.json as it is. */
  settings: Readonly<Record<string, unknown>>;
  /** Keys that the engine got on its command line: the same key in the file keeps it from starting. */
  flags: readonly string[];
  /** A rootless engine maps its users already. */
  isRootless: boolean;
  /** Swarm mode, which live-restore does not go together with. */
  isSwarm: boolean;
  mapsUsers: boolean;
  /** What the engine has that userns-remap would put out of its sight. */
  data: { containers: number; volumes: number; images: number };
  /** The user asked for userns-remap, and for its data to be carried over. */
  withUserNamespace: boolean;
}

export interface HardeningItem extends DaemonKey {
  /** "icc" */
  name: string;
  /** What it does, for a person. */
  effect: string;
}

export interface HardeningPlan {
  /** Not set yet; to be written. */
  set: HardeningItem[];
  /** Names of what is so already. */
  there: string[];
  /** Left out, and why. */
  left: { name: string; why: string }[];
}

interface Wanted {
  name: string;
  effect: string;
  keys(facts: HardeningFacts): DaemonKey[];
  /** Why it is not for this engine; undefined = it is. */
  leave?(facts: HardeningFacts): string | undefined;
}

/** As in the deployments that clawproof renders. */
const LOG_LIMITS: readonly [string, string][] = [
  ['max-size', '10m'],
  ['max-file', '3'],
];
/** Drivers that keep logs on this host and know these limits. */
const LIMITED_DRIVERS = new Set(['json-file', 'local']);

const WANTED: readonly Wanted[] = [
  {
    name: 'userns-remap',
    effect: 'root in a container is nobody on this host',
    keys: () => [{ path: ['userns-remap'], value: 'default' }],
    leave: leaveUserNamespace,
  },
  {
    name: 'no-new-privileges',
    effect:
      'no program in a container gains rights through set-user-id files, unless that container says otherwise',
    keys: () => [{ path: ['no-new-privileges'], value: true }],
  },
  {
    name: 'live-restore',
    effect: 'containers go on running while the engine is restarted or updated',
    keys: () => [{ path: ['live-restore'], value: true }],
    leave: ({ isSwarm }) =>
      isSwarm ? 'the engine is in Swarm mode, which does not go together with it' : undefined,
  },
  {
    name: 'log-opts',
    effect: 'the log of each container that sets no limit itself ends at 30 MB',
    keys: ({ settings }) => {
      const options = recordOf(settings['log-opts']);
      return LOG_LIMITS.filter(([name]) => options[name] === undefined).map(([name, value]) => ({
        path: ['log-opts', name],
        value,
      }));
    },
    leave: ({ settings }) => {
      const driver = settings['log-driver'] ?? 'json-file';
      if (typeof driver !== 'string') return 'log-driver is no text';
      return LIMITED_DRIVERS.has(driver)
        ? undefined
        : `logs go to ${driver}, which is limited where they arrive`;
    },
  },
  {
    name: 'icc',
    effect:
      "containers on the default network do not reach each other; networks of one's own, as Compose makes them, are not concerned",
    keys: () => [{ path: ['icc'], value: false }],
  },
];

/** What of the hardening is missing in this daemon.json. Pure. */
export function planHardening(facts: HardeningFacts): HardeningPlan {
  const plan: HardeningPlan = { set: [], there: [], left: [] };
  for (const wanted of WANTED) {
    const { name, effect } = wanted;
    const keys = wanted.keys(facts).filter(({ path, value }) => !isSet(facts.settings, path, value));
    if (keys.length === 0 || (name === 'userns-remap' && facts.mapsUsers)) {
      plan.there.push(name);
      continue;
    }
    const why = onCommandLine(facts, name) ?? wanted.leave?.(facts);
    if (why === undefined) plan.set.push(...keys.map((key) => ({ ...key, name, effect })));
    else plan.left.push({ name, why });
  }
  return plan;
}

function leaveUserNamespace({ isRootless, data, withUserNamespace }: HardeningFacts): string | undefined {
  if (isRootless) return 'the engine is rootless: it maps users already';
  const { containers, volumes, images } = data;
  if (withUserNamespace || containers + volumes + images === 0) return undefined;
  return (
    `the engine would no longer see its ${containers} containers, ${volumes} volumes and ${images} images. ` +
    'With --userns they are carried over: tagged images, and named volumes with owners moved; containers have to be made anew'
  );
}

function onCommandLine({ flags }: HardeningFacts, name: string): string | undefined {
  const flag = name === 'log-opts' ? 'log-opt' : name;
  return flags.includes(flag)
    ? `the engine is started with --${flag}, and does not start when the file says something about it, too`
    : undefined;
}

function isSet(
  settings: Readonly<Record<string, unknown>>,
  path: readonly string[],
  value: unknown,
): boolean {
  const [first = '', second] = path;
  const found = second === undefined ? settings[first] : recordOf(settings[first])[second];
  // Any user will do: which one, others may have chosen.
  if (first === 'userns-remap') return typeof found === 'string' && found !== '';
  return found === value;
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
