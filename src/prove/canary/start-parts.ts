import { KIT } from '../layout.ts';
import type { CellFacts, HostFacts, NetworkFacts, Part, PublishedFacts } from '../probes/network/facts.ts';
import type { TwinSpec } from '../proof-target.ts';
import type { Bench } from '../rings/ring-group.ts';
import { lookAtNetworks, type NetworkCell, removeDiverted, startCell, startStandIn } from './cell.ts';
import { startEgress } from './egress-twin.ts';
import { inspectNetworks } from './host-shell.ts';
import { startIngress } from './ingress-twin.ts';
import { startPublished } from './published.ts';
import { type Site, siteOf } from './site.ts';

/** What the ring's attempts are made in and on, and what is known of it. */
export interface NetworkParts {
  facts: NetworkFacts;
  site: Site;
  /** Container of the cell; undefined when it was not asked for. */
  cell?: string;
  /** Removes what belongs to this run of the ring; the site stays. */
  close(): Promise<void>;
}

type Undo = () => Promise<void>;

/** Starts what these parts need. */
export async function startParts(
  bench: Bench,
  twin: TwinSpec,
  needs: ReadonlySet<Part>,
): Promise<NetworkParts> {
  const { lab } = bench;
  const run = lab.context.ports.random.hex(4);
  const undos: Undo[] = [];
  const close = async (): Promise<void> => {
    // What fails here, the lab's own end finds and tells.
    await Promise.allSettled(undos.map((undo) => undo()));
  };
  try {
    const site = await siteOf(lab, twin.target.engine);
    const [cell, published, egress, ingress] = await Promise.all([
      needs.has('cell') || needsCellPorts(twin, needs) ? startCellPart(bench, twin, site, undos) : NOT_ASKED,
      needs.has('published') ? startPublishedPart(bench, twin, undos) : NOT_ASKED,
      needs.has('egress') ? startEgressPart(bench, twin, site, run, undos) : NOT_ASKED,
      needs.has('ingress') ? startIngressPart(bench, twin, site, undos) : NOT_ASKED,
    ]);
    const started = 'absent' in cell ? undefined : cell;
    const facts: NetworkFacts = {
      run,
      ...siteFacts(site),
      host: await hostFacts(bench, site, twin, started),
      cell: 'absent' in cell ? cell : cell.facts,
      published: allPublished(started, published),
      egress,
      ingress,
      syscall: twin.target.engine.arch === 'other' ? NO_SYSCALLS : KIT.syscall,
    };
    return { facts, site, ...(started && { cell: started.container }), close };
  } catch (error) {
    await close();
    throw error;
  }
}

const NOT_ASKED = { absent: 'nothing asked for it' };
const NO_SYSCALLS = { absent: 'no program for this processor makes system calls' };

function needsCellPorts({ gateway }: TwinSpec, needs: ReadonlySet<Part>): boolean {
  return needs.has('published') && Object.keys(gateway.HostConfig.PortBindings ?? {}).length > 0;
}

interface CellPart {
  container: string;
  facts: CellFacts;
  cell: NetworkCell;
}

async function startCellPart(
  bench: Bench,
  twin: TwinSpec,
  site: Site,
  undos: Undo[],
): Promise<CellPart | { absent: string }> {
  const { lab } = bench;
  const { NetworkMode } = twin.gateway.HostConfig;
  const beyond = networkBeyond(twin);
  if (beyond !== undefined)
    return {
      absent: `its network ${beyond.name} is of the driver ${beyond.driver}: what is sent there could not be kept on this host`,
    };
  if (NetworkMode.startsWith('container:'))
    return { absent: 'the gateway uses the network of another container, which the proof does not enter' };
  const canary = 'absent' in site.canary ? undefined : site.canary;
  const [cell, networks] = await Promise.all([startCell(bench, twin, site), lookAtNetworks(lab, twin)]);
  undos.push(() => removeDiverted(lab, canary, cell.container, cell.addresses));
  const shared = networks.filter(({ neighbours, isCommon }) => neighbours.length > 0 || isCommon);
  // Networks that a weakening changed have another name, in the same order.
  const joined = (await inspectNetworks(lab, cell.container)).addresses.map(({ network }) => network);
  const actual = (name: string): string | undefined =>
    joined.includes(name) ? name : joined.find((each) => !networks.some((network) => network.name === each));
  const names = shared.map(({ name }) => actual(name)).filter((name) => name !== undefined);
  if (names.length > 0) {
    const standIn = await startStandIn(lab, [...new Set(names)]);
    undos.push(() => lab.remove(standIn.container));
    for (const network of shared) {
      const address = standIn.addresses.get(actual(network.name) ?? '');
      if (address !== undefined) network.standIn = address;
    }
  }
  const { port, isHost, isDiverted, ownResolver } = cell;
  const facts: CellFacts = {
    addresses: cell.addresses.map(({ v4 }) => v4),
    port,
    isHost,
    isDiverted,
    ...(ownResolver === undefined ? {} : { ownResolver }),
    networks,
  };
  return { container: cell.container, facts, cell };
}

/** A network of the gateway past whose driver no rule of this host leads: macvlan, ipvlan, overlay. */
function networkBeyond({ gateway, networks }: TwinSpec): TwinSpec['networks'][number] | undefined {
  return networks.find(
    ({ name, driver, isChanged }) => name in gateway.networks && driver !== 'bridge' && !isChanged,
  );
}

type PublishedPart = (PublishedFacts & { container: string }) | { absent: string };

async function startPublishedPart({ lab }: Bench, twin: TwinSpec, undos: Undo[]): Promise<PublishedPart> {
  const ingress = twin.sidecars.find(
    ({ role, spec }) => role === 'ingress' && Object.keys(spec.HostConfig.PortBindings ?? {}).length > 0,
  );
  if (ingress === undefined) return { absent: 'nothing of the deployment is published on this host' };
  const published = await startPublished(lab, ingress, twin);
  undos.push(() => lab.remove(published.container));
  return published;
}

function allPublished(
  cell: CellPart | undefined,
  published: PublishedPart,
): PublishedFacts | { absent: string } {
  const own = cell === undefined ? [] : cell.cell.published;
  if ('absent' in published) {
    if (own.length === 0) return published;
    return { ports: own, addresses: cell?.facts.addresses ?? [] };
  }
  return {
    ports: [...own, ...published.ports],
    addresses: [...(own.length === 0 ? [] : (cell?.facts.addresses ?? [])), ...published.addresses],
  };
}

async function startEgressPart(
  { lab }: Bench,
  twin: TwinSpec,
  site: Site,
  run: string,
  undos: Undo[],
): Promise<NetworkFacts['egress']> {
  const sidecar = twin.sidecars.find(({ role }) => role === 'egress');
  if (sidecar === undefined) return { absent: 'the deployment has no egress proxy' };
  const { canary } = site;
  if ('absent' in canary) return canary;
  const egress = await startEgress(lab, sidecar, site, canary, run);
  if ('absent' in egress) return egress;
  undos.push(() => removeDiverted(lab, canary, egress.container, egress.addresses));
  return egress.facts;
}

async function startIngressPart(
  { lab }: Bench,
  twin: TwinSpec,
  { canary, host }: Site,
  undos: Undo[],
): Promise<NetworkFacts['ingress']> {
  const sidecar = twin.sidecars.find(({ role }) => role === 'ingress');
  if (sidecar === undefined) return { absent: 'the deployment has no ingress' };
  if ('absent' in canary) return canary;
  if ('absent' in host) return host;
  const ingress = await startIngress(lab, sidecar, twin, { canary, host });
  if ('absent' in ingress) return ingress;
  undos.push(() => removeDiverted(lab, canary, ingress.container, ingress.addresses));
  return ingress.facts;
}

function siteFacts({ canary, other }: Site): Pick<NetworkFacts, 'canary' | 'other'> {
  const isContained = !('absent' in canary);
  const facts = { address: other.inside.address, port: 80, hostAddress: other.hostAddress, isContained };
  if ('absent' in canary) return { canary, other: facts };
  const { block, control, proved } = canary;
  return { canary: { v4: block.v4, v6: block.v6, control, proved }, other: facts };
}

/** What listens beyond loopback, without what the deployment itself publishes. */
async function hostFacts(
  { lab }: Bench,
  { host }: Site,
  twin: TwinSpec,
  cell: CellPart | undefined,
): Promise<HostFacts | { absent: string }> {
  if ('absent' in host) return host;
  // Again: networks have come since.
  const seen = await lab.execAttempts(host.container, [
    { id: 'network', run: 'ownNetwork', params: {}, timeoutMs: 5000 },
  ]);
  const observation = seen.get('network');
  const now =
    observation !== undefined && 'result' in observation
      ? (observation.result as typeof host.network)
      : host.network;
  const bridges = cell === undefined ? [] : await bridgesOf(lab, cell.cell);
  const isUsable = (address: string): boolean => !address.startsWith('127.') && address !== '::1';
  const addresses = now.interfaces.filter(({ address }) => isUsable(address));
  const published = [twin.gateway, ...twin.sidecars.map(({ spec }) => spec)].flatMap(({ HostConfig }) =>
    Object.values(HostConfig.PortBindings ?? {}).flatMap((each) =>
      each.map(({ HostPort }) => Number(HostPort)),
    ),
  );
  const ours = [host.ready.tcp[0], host.ready.udp[0], host.ready.control, ...published];
  return {
    tcp: host.ready.tcp[0] ?? 0,
    udp: host.ready.udp[0] ?? 0,
    control: host.ready.control,
    v4: addresses.filter(({ family }) => family === 4).map(({ address }) => address),
    v6: addresses
      .filter(({ family, address }) => family === 6 && !address.startsWith('fe80:'))
      .map(({ address }) => address),
    linkLocal: addresses
      .filter(({ name, address }) => bridges.includes(name) && address.startsWith('fe80:'))
      .map(({ address }) => address),
    listeners: now.listeners.filter(({ address, port }) => isUsable(address) && !ours.includes(port)),
  };
}

/** Names of the bridges on the host behind the networks of the cell. */
async function bridgesOf(lab: Bench['lab'], { addresses }: NetworkCell): Promise<string[]> {
  return Promise.all(addresses.map(async ({ network }) => bridgeOf(lab, network)));
}

async function bridgeOf({ context }: Bench['lab'], network: string): Promise<string> {
  const { status, body } = await context.engine.connection.request({
    action: `look at the network ${network}`,
    method: 'GET',
    path: `/networks/${encodeURIComponent(network)}`,
  });
  if (status !== 200) return '';
  const { Id, Options } = JSON.parse(body) as { Id: string; Options?: Record<string, string> | null };
  return Options?.['com.docker.network.bridge.name'] ?? `br-${Id.slice(0, 12)}`;
}
