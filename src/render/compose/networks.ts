import type { Policy } from '../../policy/policy.ts';
import { cageBridge, frontNetwork } from '../layout.ts';

/** The networks of a preset, in Compose's form. */
export function networks(policy: Policy, cageSubnet: string): Record<string, unknown> {
  // Whatever is published through this network without an address of its own stays on this host.
  const binding = { 'com.docker.network.bridge.host_binding_ipv4': '127.0.0.1' };
  if (policy.preset === 'baseline') return { front: { driver_opts: binding } };
  const { subnet, host } = frontNetwork(cageSubnet);
  return {
    cage: {
      internal: true,
      driver_opts: {
        // The host gets no address on the cage. On an internal network it otherwise has one, and everything that
        // listens on the host's 0.0.0.0 answers there.
        'com.docker.network.bridge.inhibit_ipv4': 'true',
        'com.docker.network.bridge.name': cageBridge(cageSubnet),
      },
      ipam: { config: [{ subnet: cageSubnet }] },
    },
    front: { driver_opts: binding, ipam: { config: [{ subnet, gateway: host }] } },
    outside: {},
  };
}
