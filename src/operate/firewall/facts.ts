import { join } from 'node:path';
import ipaddr from 'ipaddr.js';
import type { Docker } from '../../engine/docker.ts';
import type { NetworkInspect } from '../../engine/docker-types.ts';
import { firewallForeignBridge, firewallNoNetwork } from '../../errors/firewall-errors.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Files } from '../../ports/files.ts';
import { deploymentNetworks } from '../../render/firewall/deployment-networks.ts';
import { exposedPorts } from '../../render/firewall/published-ports.ts';
import type { FirewallBridge, FirewallFacts } from '../../render/firewall/rules.ts';
import { PATHS } from '../../render/layout.ts';

/** What the firewall needs of an opened deployment. */
export interface FirewallSource {
  ports: { files: Files };
  docker: Pick<Docker, 'inspectNetwork'>;
  path: string;
  policy: Policy;
}

/**
 * What the rules follow from: the engine's networks, compose.yaml and the policy.
 * @throws AppError `firewall-no-network`, `firewall-foreign-bridge`
 */
export async function firewallFacts({ ports, docker, path, policy }: FirewallSource): Promise<FirewallFacts> {
  const compose = (await ports.files.read(join(path, PATHS.compose))) ?? '';
  const bridges: FirewallBridge[] = [];
  for (const { name, isInternal, mayUseHost } of deploymentNetworks(compose, policy.name)) {
    const network = await docker.inspectNetwork(name);
    if (network === null) throw firewallNoNetwork(name);
    bridges.push({ network: name, bridge: bridgeOf(network), hasWayOut: !isInternal, mayUseHost });
  }
  return {
    name: policy.name,
    bridges,
    nameservers: await hostNameservers(ports.files),
    hostPorts: policy.firewall.hostPorts,
    exposed: exposedPorts(compose),
  };
}

/**
 * The interface of a network on the host: one that the engine or clawproof has named.
 * @throws AppError `firewall-foreign-bridge`
 */
export function bridgeOf({ Id, Name, Driver, Options }: NetworkInspect): string {
  const bridge = Options?.['com.docker.network.bridge.name'] ?? `br-${Id.slice(0, 12)}`;
  const isOwn = /^br-[0-9a-f]{12}$/.test(bridge) || /^cproof-[0-9-]+$/.test(bridge);
  if (Driver !== 'bridge' || !isOwn || bridge.length > 15) throw firewallForeignBridge(Name, bridge);
  return bridge;
}

/** As the engine picks them for its containers: without those on 127.0.0.0/8, which they could not reach. */
async function hostNameservers(files: Files): Promise<string[]> {
  const read = async (path: string): Promise<string[]> =>
    nameserversOf((await files.read(path).catch(() => null)) ?? '');
  const named = await read('/etc/resolv.conf');
  return named.length > 0 ? named : read('/run/systemd/resolve/resolv.conf');
}

/** Addresses of a resolv.conf that containers can reach, without repetition; a zone of IPv6 makes one useless to them. */
export function nameserversOf(text: string): string[] {
  const found = [...text.matchAll(/^[ \t]*nameserver[ \t]+([0-9A-Fa-f.:]+)[ \t]*$/gm)].map(
    ([, address = '']) => address.toLowerCase(),
  );
  const usable = found.filter(
    (address) =>
      (/^\d{1,3}(\.\d{1,3}){3}$/.test(address) && address.split('.').every((part) => Number(part) < 256)
        ? !address.startsWith('127.') && address !== '0.0.0.0'
        : isIPv6(address)) && address !== '::1',
  );
  return [...new Set(usable)];
}

function isIPv6(text: string): boolean {
  return ipaddr.IPv6.isValid(text);
}
