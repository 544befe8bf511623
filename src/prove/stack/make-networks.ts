import { callEngine } from '../../engine/engine-call.ts';
import { routesFromProc } from '../../engine/free-subnet.ts';
import { isAppError } from '../../errors/app-error.ts';
import type { Lab } from '../lab.ts';
import type { TwinSpec } from '../proof-target.ts';
import { joinedNetworks, type NetworkPlan, planNetwork } from './plan-networks.ts';
import type { MountedTexts } from './read-mounts.ts';
import type { StackNetwork } from './running-stack.ts';
import { type AddressMapping, firstAddress } from './translate-addresses.ts';

/** Other twins and other programs choose blocks, too. */
const ATTEMPTS = 8;

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
  const taken = await takenBlocks(lab);
  const names = joinedNetworks(spec);
  const networks: StackNetwork[] = [];
  const mappings: AddressMapping[] = [];
  // A gateway in the namespace of the host or of another container gets a network of its own.
  for (const name of names.length === 0 ? ['own'] : names) {
    const known = spec.networks.find((network) => network.name === name);
    const isWide = names.length === 0 || name in spec.gateway.networks;
    const { plan, made } = await makeOne(lab, `${purpose}-${name}`, taken, () =>
      planNetwork(name, known, { texts: written, taken, isWide }),
    );
    taken.push(made.subnet);
    networks.push({ original: name, wasInternal: plan.wasInternal, ...made });
    if (plan.subnet !== undefined) mappings.push(mappingOf(plan.subnet, plan.hostAddress, made));
  }
  return { networks, mappings };
}

/** Another twin may choose the same block at the same time: then the engine refuses the second. */
async function makeOne(
  lab: Lab,
  purpose: string,
  taken: string[],
  planAnew: () => NetworkPlan,
): Promise<{ plan: NetworkPlan; made: { name: string; subnet: string; hostAddress?: string } }> {
  for (let attempt = 1; ; attempt += 1) {
    const plan = planAnew();
    try {
      return { plan, made: withHostAddress(plan, await lab.createNetwork(purpose, plan.make)) };
    } catch (error) {
      const { subnet } = plan.make;
      if (
        attempt === ATTEMPTS ||
        subnet === undefined ||
        !isAppError(error) ||
        !/overlaps/i.test(error.message)
      )
        throw error;
      taken.push(subnet);
    }
  }
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

/** Blocks of the engine's networks and of this host's routes; routes of another host are for its engine to refuse. */
async function takenBlocks({ context: { engine, ports } }: Lab): Promise<string[]> {
  const { value } = await callEngine<{ IPAM?: { Config?: { Subnet?: string }[] | null } }[]>(
    engine.connection,
    {
      action: 'list the networks',
      method: 'GET',
      path: '/networks',
    },
  );
  const routes = (await ports.files.read('/proc/net/route').catch(() => null)) ?? '';
  const blocks = (value ?? []).flatMap(({ IPAM }) => (IPAM?.Config ?? []).map(({ Subnet }) => Subnet ?? ''));
  return [...routesFromProc(routes), ...blocks];
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
