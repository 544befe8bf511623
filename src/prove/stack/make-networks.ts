import type { Lab } from '../lab.ts';
import type { TwinSpec } from '../proof-target.ts';
import { joinedNetworks, type NetworkPlan, planNetwork } from './plan-networks.ts';
import type { MountedTexts } from './read-mounts.ts';
import type { StackNetwork } from './running-stack.ts';
import { type AddressMapping, firstAddress } from './translate-addresses.ts';

/** Makes a network in the place of each of the target's, without a way out. */
export async function makeNetworks(
  lab: Lab,
  spec: TwinSpec,
  purpose: string,
  { texts }: MountedTexts,
): Promise<{ networks: StackNetwork[]; mappings: AddressMapping[] }> {
  const written = [
    JSON.stringify([spec.config, spec.gateway, ...spec.sidecars.map((sidecar) => sidecar.spec)]),
    ...[...texts.values()].flatMap((each) => [...each.values()]),
  ];
  const names = joinedNetworks(spec);
  const networks: StackNetwork[] = [];
  const mappings: AddressMapping[] = [];
  // A gateway in the namespace of the host or of another container gets a network of its own.
  for (const name of names.length === 0 ? ['own'] : names) {
    const known = spec.networks.find((network) => network.name === name);
    const isWide = names.length === 0 || name in spec.gateway.networks;
    const plan = planNetwork(name, known, { texts: written, isWide });
    const made = withHostAddress(plan, await lab.createNetwork(`${purpose}-${name}`, plan.make));
    networks.push({ original: name, wasInternal: plan.wasInternal, ...made });
    if (plan.subnet !== undefined) mappings.push(mappingOf(plan.subnet, plan.hostAddress, made));
  }
  return { networks, mappings };
}

function mappingOf(
  from: string,
  oldHost: string | undefined,
  { subnet, hostAddress }: { subnet: string; hostAddress?: string },
): AddressMapping {
  const addresses =
    oldHost === undefined || hostAddress === undefined ? {} : { addresses: { [oldHost]: hostAddress } };
  return { from, to: subnet, ...addresses };
}

/** Engines do not tell the host's address in an internal network; it is the first one. */
function withHostAddress<Made extends { subnet: string; hostAddress?: string }>(
  { make }: NetworkPlan,
  made: Made,
): Made {
  const isHidden = make.options?.['com.docker.network.bridge.inhibit_ipv4'] === 'true';
  const hostAddress = isHidden ? undefined : (made.hostAddress ?? firstAddress(made.subnet));
  return hostAddress === undefined ? made : { ...made, hostAddress };
}
