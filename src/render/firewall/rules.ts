import type { PublishedPort } from './published-ports.ts';

/** One network of a deployment as the host has it. */
export interface FirewallBridge {
  /** Name of the network, for people. */
  network: string;
  /** The network's interface on the host; it belongs to this deployment alone. */
  bridge: string;
  /** False on an internal network: nothing on it needs anything of the host. */
  hasWayOut: boolean;
  /** True where the containers are that may use `hostPorts`. */
  mayUseHost: boolean;
}

/** What the rules of one deployment follow from. */
export interface FirewallFacts {
  /** Name of the deployment. */
  name: string;
  bridges: readonly FirewallBridge[];
  /** Name servers of the host, which Docker's embedded DNS asks from inside the containers' networks. */
  nameservers: readonly string[];
  /** TCP ports of the host that the deployment may use. */
  hostPorts: readonly number[];
  /** What others may reach: ports that the deployment publishes on more than 127.0.0.1. */
  exposed: readonly PublishedPort[];
}

export type Family = 'v4' | 'v6';

/** One rule. All that is given has to match. */
export interface FirewallRule {
  chain: 'input' | 'forward';
  families: readonly Family[];
  /** Interface that a packet comes from. */
  from?: string;
  /** Interface that a packet does not come from. */
  notFrom?: string;
  /** Interface that a packet leaves through. */
  to?: string;
  match?:
    | { kind: 'established' }
    | { kind: 'neighbour' }
    | { kind: 'port'; protocol: 'tcp' | 'udp'; port: number; address?: string }
    | { kind: 'published'; protocol: 'tcp' | 'udp'; port: number }
    /** On its way to any port that the engine redirects, and no answer of one. */
    | { kind: 'redirected' };
  /** pass = no more of our rules; the host's own still decide. */
  verdict: 'pass' | 'drop';
}

const BOTH: readonly Family[] = ['v4', 'v6'];

/**
 * The rules, in their order. Each names an interface of this deployment, so that no other traffic of the host, SSH least
 * of all, ever meets one that drops it; and none lets anything through that the host's own rules would stop.
 */
export function firewallRules(facts: FirewallFacts): FirewallRule[] {
  return [
    ...facts.bridges.flatMap((bridge) => inputRules(facts, bridge)),
    ...facts.bridges.flatMap((bridge) => forwardRules(facts, bridge)),
    ...facts.bridges.flatMap((bridge) => redirectedRules(facts, bridge)),
  ];
}

/** From the containers to the host itself. */
function inputRules(facts: FirewallFacts, { bridge, hasWayOut, mayUseHost }: FirewallBridge): FirewallRule[] {
  const rule = (
    families: readonly Family[],
    match: FirewallRule['match'] | undefined,
    verdict: FirewallRule['verdict'],
  ): FirewallRule => {
    return { chain: 'input', families, from: bridge, ...(match === undefined ? {} : { match }), verdict };
  };
  const pass = (match: NonNullable<FirewallRule['match']>, families = BOTH): FirewallRule =>
    rule(families, match, 'pass');
  const names = hasWayOut ? facts.nameservers : [];
  const ports = mayUseHost ? facts.hostPorts : [];
  return [
    pass({ kind: 'established' }),
    // Without it no host with an IPv6 address on this network is found.
    pass({ kind: 'neighbour' }, ['v6']),
    ...names.flatMap((address) =>
      (['udp', 'tcp'] as const).map((protocol) =>
        pass({ kind: 'port', protocol, port: 53, address }, [familyOf(address)]),
      ),
    ),
    ...ports.map((port) => pass({ kind: 'port', protocol: 'tcp', port })),
    rule(BOTH, undefined, 'drop'),
  ];
}

/** From anywhere but the network itself to the containers. What this host sends does not come this way. */
function forwardRules({ exposed }: FirewallFacts, { bridge, hasWayOut }: FirewallBridge): FirewallRule[] {
  const pass = (match: NonNullable<FirewallRule['match']>): FirewallRule => {
    return { chain: 'forward', families: BOTH, to: bridge, match, verdict: 'pass' };
  };
  return [
    pass({ kind: 'established' }),
    ...(hasWayOut ? exposed : []).map(({ protocol, port }) => pass({ kind: 'published', protocol, port })),
    { chain: 'forward', families: BOTH, notFrom: bridge, to: bridge, verdict: 'drop' },
  ];
}

/**
 * From the containers to what other containers publish on this host: the engine redirects that before the host would see it
 * come in. Behind the rules of `forwardRules`: what may leave one of these networks may still not enter another.
 */
function redirectedRules(
  { hostPorts }: FirewallFacts,
  { bridge, mayUseHost }: FirewallBridge,
): FirewallRule[] {
  const rule = (
    match: NonNullable<FirewallRule['match']>,
    verdict: FirewallRule['verdict'],
  ): FirewallRule => {
    return { chain: 'forward', families: BOTH, from: bridge, match, verdict };
  };
  return [
    ...(mayUseHost ? hostPorts : []).map((port) =>
      rule({ kind: 'published', protocol: 'tcp', port }, 'pass'),
    ),
    rule({ kind: 'redirected' }, 'drop'),
  ];
}

export function familyOf(address: string): Family {
  return address.includes(':') ? 'v6' : 'v4';
}
