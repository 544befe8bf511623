import type { ContainerSpec } from '../../container-spec.ts';
import type { EgressName, EgressNames } from './facts.ts';

/** What an egress proxy lets through, read from its squid.conf. */
export interface EgressRules {
  port: number;
  /** Names without private addresses of their own, each with the ports that are allowed. */
  names: AllowedName[];
}

export interface AllowedName {
  /** As written: ".example.com" is every name below it, and itself. */
  host: string;
  ports: number[];
}

const DEFAULT_CONFIG = '/etc/squid/squid.conf';

/** Where a Squid with this command line reads its settings. */
export function squidConfigPath({ Entrypoint, Cmd }: Pick<ContainerSpec, 'Entrypoint' | 'Cmd'>): string {
  const words = [...(Entrypoint ?? []), ...(Cmd ?? [])];
  const at = words.indexOf('-f');
  return (at < 0 ? undefined : words[at + 1]) ?? DEFAULT_CONFIG;
}

/** Longest list of single ports that a range is worth. */
const MOST_PORTS = 8;

/**
 * The lines `acl NAME dstdomain|port|dst …` and `http_access allow CONNECT …`. Names that may lead to private addresses are
 * left out: where they lead is the owner's choice.
 */
export function readSquidRules(text: string): EgressRules {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const acls = new Map<string, { type: string; values: string[] }>();
  for (const [word, name = '', type = '', ...values] of lines) {
    if (word !== 'acl') continue;
    const known = acls.get(name)?.values ?? [];
    acls.set(name, { type, values: [...known, ...values.filter((value) => !value.startsWith('-'))] });
  }
  const port = Number(
    lines
      .find(([word]) => word === 'http_port')?.[1]
      ?.split(':')
      .at(-1) ?? 3128,
  );
  const allowed = lines
    .filter(([word, verb, method]) => word === 'http_access' && verb === 'allow' && method === 'CONNECT')
    .map(([, , , ...conditions]) => conditions.map((name) => acls.get(name)));
  const isPrivate = (conditions: (typeof allowed)[number]): boolean =>
    conditions.some((acl) => acl?.type === 'dst');
  const privately = new Set(
    allowed
      .filter(isPrivate)
      .flatMap(allowedBy)
      .map(({ host }) => host),
  );
  const names = allowed
    .filter((conditions) => !isPrivate(conditions))
    .flatMap(allowedBy)
    .filter(({ host }) => !privately.has(host));
  return { port, names };
}

function allowedBy(conditions: readonly ({ type: string; values: string[] } | undefined)[]): AllowedName[] {
  const valuesOf = (type: string): string[] =>
    conditions.filter((acl) => acl?.type === type).flatMap((acl) => acl?.values ?? []);
  const ports = valuesOf('port').flatMap((value) => {
    const [first = 0, last = first] = value.split('-').map(Number);
    return Array.from({ length: Math.min(MOST_PORTS, last - first + 1) }, (_, index) => first + index);
  });
  return valuesOf('dstdomain').map((host) => ({ host, ports: ports.length > 0 ? ports : [443] }));
}

/** Ports at which the canary answers. */
const usable = (ports: readonly number[], known: readonly number[]): number[] => [
  ...ports.filter((port) => known.includes(port)),
  ...ports.filter((port) => !known.includes(port)),
];

/**
 * Chooses a name for each thing that is tried; a wildcard gives as many as are needed.
 * @param canaryPorts where the canary answers
 * @param run makes names below a wildcard ones that nobody else uses
 */
export function chooseNames(rules: EgressRules, canaryPorts: readonly number[], run: string): EgressNames {
  const wide = rules.names.find(({ host }) => host.startsWith('.'));
  const single = rules.names.filter(
    ({ host, ports }) => !host.startsWith('.') && ports.some((port) => canaryPorts.includes(port)),
  );
  const kinds = ['open', 'privately', 'metadata', 'rebinding', 'mixed'] as const;
  const chosen: EgressNames = {};
  for (const kind of kinds) {
    const next = single.shift();
    const name: EgressName | undefined =
      next !== undefined
        ? { name: next.host, ports: usable(next.ports, canaryPorts) }
        : wide === undefined
          ? undefined
          : { name: `${kind}-${run}${wide.host}`, ports: usable(wide.ports, canaryPorts) };
    if (name !== undefined) chosen[kind] = name;
  }
  return chosen;
}
