import { callEngine } from '../../engine/engine-call.ts';
import { choosePassingSubnet, routesFromProc } from '../../engine/free-subnet.ts';
import { isAppError } from '../../errors/app-error.ts';
import { noProofSubnetLeft } from '../../errors/prove-errors.ts';
import type { LabNetwork } from '../lab.ts';
import type { LabContext } from './lab-engine.ts';

/** Other runs and other programs choose subnets, too. */
const ATTEMPTS = 8;

export interface MadeNetwork {
  name: string;
  subnet: string;
  hostAddress?: string;
}

interface ListedNetwork {
  IPAM?: { Config?: { Subnet?: string }[] | null };
}

/** Makes networks one after the other, so that two never choose the same subnet. */
export function createNetworkMaker(
  context: LabContext,
): (purpose: string, options: LabNetwork) => Promise<MadeNetwork> {
  let last: Promise<unknown> = Promise.resolve();
  return (purpose, options) => {
    const next = last.catch(() => undefined).then(() => createNetwork(context, purpose, options));
    last = next;
    return next;
  };
}

async function createNetwork(
  context: LabContext,
  purpose: string,
  options: LabNetwork,
): Promise<MadeNetwork> {
  const name = context.nameOf(purpose);
  const { choose = choosePassingSubnet } = options;
  const taken = await takenSubnets(context);
  for (let attempt = 1; ; attempt += 1) {
    const subnet = choose(taken);
    if (subnet === null) throw noProofSubnetLeft();
    try {
      return await makeNetwork(context, name, options, subnet);
    } catch (error) {
      if (attempt === ATTEMPTS || !isAppError(error) || !/overlaps/i.test(error.message)) throw error;
      taken.push(subnet);
    }
  }
}

/** The routes are those of the host of this program: where the engine is on another one, it refuses what is taken there. */
async function takenSubnets({ ports, engine }: LabContext): Promise<string[]> {
  const routes = routesFromProc((await ports.files.read('/proc/net/route').catch(() => null)) ?? '');
  const { value } = await callEngine<ListedNetwork[]>(engine.connection, {
    action: 'list the networks',
    method: 'GET',
    path: '/networks',
  });
  const blocks = (value ?? []).flatMap(({ IPAM }) => (IPAM?.Config ?? []).map(({ Subnet }) => Subnet ?? ''));
  return [...routes, ...blocks.filter((block) => block !== '')];
}

async function makeNetwork(
  { engine, labels, change }: LabContext,
  name: string,
  { internal, options = {} }: LabNetwork,
  subnet: string,
): Promise<MadeNetwork> {
  const body = {
    Name: name,
    CheckDuplicate: true,
    Driver: 'bridge',
    Internal: internal,
    IPAM: { Driver: 'default', Config: [{ Subnet: subnet }] },
    Options: options,
    Labels: labels,
  };
  const action = `make the network ${name}`;
  const { value } = await change(async () => {
    await callEngine(engine.connection, { action, method: 'POST', path: '/networks/create', body });
    return callEngine<{ IPAM?: { Config?: { Gateway?: string }[] | null } }>(engine.connection, {
      action: `look at the network ${name}`,
      method: 'GET',
      path: `/networks/${name}`,
    });
  });
  const hostAddress = value?.IPAM?.Config?.[0]?.Gateway;
  return { name, subnet, ...(hostAddress ? { hostAddress: hostAddress.replace(/\/.*/, '') } : {}) };
}
