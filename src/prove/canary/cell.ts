import { callEngine } from '../../engine/engine-call.ts';
import type { ContainerSpec } from '../container-spec.ts';
import { removalOf } from '../lab/removal.ts';
import type { Lab } from '../lab.ts';
import { NAME_PREFIX } from '../layout.ts';
import type { CellNetwork, PublishedFacts } from '../probes/network/facts.ts';
import type { TwinSpec } from '../proof-target.ts';
import type { Bench } from '../rings/ring-group.ts';
import { divertScript, undivertScript } from './block.ts';
import { type ContainerAddress, inspectNetworks } from './host-shell.ts';
import { helperSpec, readyAttempt, startListener } from './listener.ts';
import type { Canary, Site } from './site.ts';
import { DIVERTED, ELSEWHERE } from './visited.ts';

const GATEWAY_PORT = 18_789;

/** The container in the gateway's place, with a listener in place of OpenClaw. */
export interface NetworkCell {
  container: string;
  addresses: ContainerAddress[];
  port: number;
  isHost: boolean;
  isDiverted: boolean;
  ownResolver?: string;
  /** Of the gateway itself; empty when it publishes nothing. */
  published: PublishedFacts['ports'];
}

/** Starts it; what it sends to addresses that are diverted ends at the canary from the first packet on. */
export async function startCell({ lab, cells }: Bench, twin: TwinSpec, site: Site): Promise<NetworkCell> {
  const canary = 'absent' in site.canary ? undefined : site.canary;
  const spec = onNetworkOf(await cells.of(twin, { dns: nameServers(twin, canary) }), site);
  const isHost = spec.HostConfig.NetworkMode === 'host';
  const inside = containerPorts(twin.gateway);
  // On the host's network the gateway's port is the gateway's.
  const ports = isHost ? [0] : [...new Set([GATEWAY_PORT, ...inside])];
  const listening = isHost ? spec : withPorts(spec, twin.gateway);
  const container = await startListener(lab, 'network-cell', listening, {
    tcp: ports,
    udp: [],
    dns: false,
    addresses: [],
    control: 0,
  });
  const [{ addresses, published }] = await Promise.all([
    inspectNetworks(lab, container),
    lab.execAttempts(container, [readyAttempt('network-cell')]),
  ]);
  const resolver = ownResolver(twin);
  const isDiverted = !isHost && (await divert(canary, addresses));
  return {
    container,
    addresses: addresses.filter(({ v4 }) => v4 !== ''),
    port: inside[0] ?? GATEWAY_PORT,
    isHost,
    isDiverted,
    ...(resolver === undefined ? {} : { ownResolver: resolver }),
    published: published.map((port) => ({ ...port, service: 'gateway' })),
  };
}

/** A weakening may have put it on the network of the container that is elsewhere. */
function onNetworkOf(spec: ContainerSpec, { other }: Site): ContainerSpec {
  const { [ELSEWHERE]: endpoint, ...networks } = spec.networks;
  if (endpoint === undefined) return spec;
  return { ...spec, networks: { ...networks, [other.inside.network]: endpoint } };
}

/**
 * Names are never asked for beyond this host, nor from a name server that hands questions on: the canary answers. Only what
 * answers nobody stays: loopback in a network of its own, and the egress of a deployment of ours, where nothing listens.
 */
function nameServers(twin: TwinSpec, canary: Canary | undefined): string[] {
  const outside = canary === undefined ? '127.0.0.1' : canary.block.v4;
  const { Dns, NetworkMode } = twin.gateway.HostConfig;
  const isDeaf = (address: string): boolean =>
    (address.startsWith('127.') && NetworkMode !== 'host') || isOurEgress(twin, address);
  const asked = (Dns ?? []).map((address) => (isDeaf(address) ? address : outside));
  return asked.length === 0 ? [outside] : [...new Set(asked)];
}

function isOurEgress({ target, sidecars }: TwinSpec, address: string): boolean {
  const endpoints = sidecars.flatMap(({ role, spec }) =>
    role === 'egress' ? Object.values(spec.networks) : [],
  );
  return (
    target.deployment.preset !== undefined &&
    endpoints.some(({ IPAMConfig }) => IPAMConfig?.IPv4Address === address)
  );
}

/** A name server among the deployment's own containers; it may hand questions on, so that nobody asks it. */
function ownResolver(twin: TwinSpec): string | undefined {
  return twin.gateway.HostConfig.Dns?.find(
    (address) =>
      !isOurEgress(twin, address) &&
      twin.networks.some(({ subnet }) => subnet !== undefined && isWithin(address, subnet)),
  );
}

/** True when an IPv4 address is in a block such as "172.30.1.0/28". */
export function isWithin(address: string, block: string): boolean {
  const [base = '', bits = ''] = block.split('/');
  const number = (text: string): number =>
    text.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const size = 2 ** (32 - Number(bits));
  return (
    /^\d+(?:\.\d+){3}$/.test(address) &&
    Math.floor(number(address) / size) === Math.floor(number(base) / size)
  );
}

/** TCP ports that a container publishes. */
export function containerPorts({ HostConfig }: ContainerSpec): number[] {
  return Object.keys(HostConfig.PortBindings ?? {})
    .filter((key) => !key.endsWith('/udp'))
    .map((key) => Number.parseInt(key, 10));
}

/** Publishes the same ports at the same addresses of the host, each at another port there. */
export function withPorts(spec: ContainerSpec, { HostConfig }: ContainerSpec): ContainerSpec {
  const bindings = Object.entries(HostConfig.PortBindings ?? {}).filter(([key]) => !key.endsWith('/udp'));
  if (bindings.length === 0) return spec;
  return {
    ...spec,
    ExposedPorts: Object.fromEntries(bindings.map(([key]) => [key, {}])),
    HostConfig: {
      ...spec.HostConfig,
      PortBindings: Object.fromEntries(
        bindings.map(([key, each]) => [key, each.map(({ HostIp }) => ({ HostIp, HostPort: '' }))]),
      ),
    },
  };
}

async function divert(canary: Canary | undefined, addresses: readonly ContainerAddress[]): Promise<boolean> {
  const sources = addresses.map(({ v4 }) => v4).filter((address) => address !== '');
  if (canary === undefined) return false;
  if (sources.length === 0) return true;
  return (await canary.shell.run(divertScript(canary.block, sources, DIVERTED))).code === 0;
}

/** Leads what containers with these addresses send to the canary, or nowhere; false when the host did not take the rules. */
export async function divertAddresses(
  { context }: Pick<Lab, 'context'>,
  { shell, block }: Canary,
  addresses: readonly string[],
): Promise<boolean> {
  const done = await context.change(() => shell.run(divertScript(block, addresses, DIVERTED)));
  return done.code === 0;
}

/**
 * Removes a container, and then the rules about its addresses: what it still sends must find them. Not by the lab, which makes
 * and removes nothing after an abort.
 */
export async function removeDiverted(
  lab: Lab,
  canary: Canary | undefined,
  container: string,
  addresses: readonly ContainerAddress[],
): Promise<void> {
  await callEngine(
    lab.context.engine.connection,
    removalOf({ kind: 'container', id: container, name: container }),
  );
  const sources = addresses.map(({ v4 }) => v4).filter((address) => address !== '');
  if (canary !== undefined && sources.length > 0)
    await canary.shell.run(undivertScript(canary.block, sources));
}

/**
 * Who else is on the networks of the gateway. For a network that was made anew, those of the deployment's own.
 */
export async function lookAtNetworks(lab: Lab, twin: TwinSpec): Promise<CellNetwork[]> {
  const own = new Set([twin.target.container.id, ...twin.sidecars.map(({ container }) => container)]);
  const guests = twin.target.deployment.services.filter(({ role }) => role === 'cli').map(({ name }) => name);
  return Promise.all(
    Object.keys(twin.gateway.networks)
      .filter((name) => name !== ELSEWHERE)
      .map(async (name): Promise<CellNetwork> => {
        const told = twin.networks.find((network) => network.name === name)?.neighbours ?? [];
        const { value } = await callEngine<{ Containers?: Record<string, { Name: string }> | null }>(
          lab.context.engine.connection,
          {
            action: `look at the network ${name}`,
            method: 'GET',
            path: `/networks/${encodeURIComponent(name)}`,
            accept: [404],
          },
        );
        const found = Object.entries(value?.Containers ?? {})
          .filter(
            ([id, { Name }]) =>
              !own.has(id) && !own.has(Name) && !Name.startsWith(NAME_PREFIX) && !guests.includes(Name),
          )
          .map(([, { Name }]) => Name);
        return { name, neighbours: [...new Set([...found, ...told])], isCommon: name === 'bridge' };
      }),
  );
}

/** A container of ours beside the cell, on the networks where others may be. Gives its address by the network's name. */
export async function startStandIn(
  lab: Lab,
  networks: readonly string[],
): Promise<{ container: string; addresses: Map<string, string> }> {
  const [first = 'none'] = networks;
  const helper = helperSpec(lab, { NetworkMode: first, Dns: ['127.0.0.1'] });
  const spec = { ...helper, networks: Object.fromEntries(networks.map((name) => [name, {}])) };
  const container = await startListener(lab, 'beside', spec, {
    tcp: [80],
    udp: [],
    dns: false,
    addresses: [],
    control: 0,
  });
  const [{ addresses }] = await Promise.all([
    inspectNetworks(lab, container),
    lab.execAttempts(container, [readyAttempt('beside')]),
  ]);
  return { container, addresses: new Map(addresses.map(({ network, v4 }) => [network, v4])) };
}
