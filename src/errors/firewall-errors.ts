import { AppError } from './app-error.ts';

const UNTOUCHED = 'Nothing was changed; no rule of this host was touched.';

/** Rules of the host can be read and changed by root alone. */
export function firewallNeedsRoot(command: string): AppError {
  return new AppError('firewall-needs-root', {
    exitCode: 4,
    message: 'Only root may change the firewall of this host.',
    state: UNTOUCHED,
    next: [`Run it as root: sudo ${command}`, 'See what it would do: clawproof firewall on --dry-run'],
  });
}

/** The containers' networks are not on this host, or not among its own interfaces. */
export function firewallNotHere(kind: string): AppError {
  const why =
    kind === 'rootless'
      ? 'a rootless engine keeps the networks of its containers in a namespace of its own, where the rules of this host do not apply'
      : `with a ${kind} engine the networks of the containers are not on this host`;
  return new AppError('firewall-not-here', {
    exitCode: 4,
    message: `Rules of this host’s firewall would protect nothing: ${why}.`,
    state: UNTOUCHED,
    next: [
      kind === 'remote'
        ? 'Run clawproof on the host of the engine.'
        : 'The cage itself holds without it; see what is proved: clawproof prove --ring network',
    ],
  });
}

export function firewallToolMissing(wanted: string, found: readonly string[]): AppError {
  const there = found.length === 0 ? 'neither nft nor iptables' : `only ${found.join(' and ')}`;
  return new AppError('firewall-tool-missing', {
    exitCode: 4,
    message:
      wanted === 'auto'
        ? 'This host has no program to set firewall rules with: neither nft nor iptables is there.'
        : `${wanted} was wanted, and this host has ${there}.`,
    state: UNTOUCHED,
    next: ['On Debian: apt-get install nftables', 'Then: clawproof firewall on'],
  });
}

/** The rules follow from the engine's networks, and one of them is not there. */
export function firewallNoNetwork(network: string): AppError {
  return new AppError('firewall-no-network', {
    exitCode: 3,
    message: `The network ${network} is not there, so its interface is not known.`,
    state: UNTOUCHED,
    next: ['Start the deployment: clawproof up', 'Then: clawproof firewall on'],
  });
}

/** A network on an interface that others may use, too: rules on it could lock somebody out. */
export function firewallForeignBridge(network: string, bridge: string): AppError {
  return new AppError('firewall-foreign-bridge', {
    exitCode: 4,
    message: `The network ${network} uses the interface ${JSON.stringify(bridge)}, which is not the deployment's own.`,
    state: `${UNTOUCHED} Rules on it could cut off others.`,
    next: ['Let the engine make the network anew: clawproof down, then clawproof up'],
  });
}

export function firewallRulesRefused(what: string, words: string): AppError {
  return new AppError('firewall-rules-refused', {
    exitCode: 4,
    message: `The kernel did not take ${what}: ${words}`,
    state: 'What was done is taken back.',
    next: [
      'See the rules: clawproof firewall show',
      'Try another tool: clawproof firewall on --tool iptables-nft',
    ],
  });
}

/** The rules were loaded, and the kernel lists others. */
export function firewallNotAsRendered(problems: readonly string[]): AppError {
  return new AppError('firewall-not-as-rendered', {
    exitCode: 4,
    message: `After loading, the rules in the kernel are not the ones that were rendered: ${problems.join('; ')}.`,
    state: 'What was done is taken back.',
    next: ['See the rules: clawproof firewall show', 'Try another tool: clawproof firewall on --tool nft'],
  });
}

export function firewallPolicyNotEdited(why: string): AppError {
  return new AppError('firewall-policy-not-edited', {
    exitCode: 4,
    message: `clawproof.yaml could not be edited: ${why}.`,
    state: UNTOUCHED,
    next: ['Write it yourself, then run clawproof up as root:', '  firewall:', '    enabled: true'],
  });
}

export function firewallUnitFailed(words: string): AppError {
  return new AppError('firewall-unit-failed', {
    exitCode: 4,
    message: `systemd did not take the unit that loads the rules at the start of the host: ${words}`,
    state: 'What was done is taken back.',
    next: ['See the unit: clawproof firewall show', 'Ask systemd: systemctl status'],
  });
}
