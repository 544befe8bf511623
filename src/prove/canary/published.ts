import type { Lab } from '../lab.ts';
import type { PublishedFacts } from '../probes/network/facts.ts';
import type { TwinSidecar, TwinSpec } from '../proof-target.ts';
import { containerPorts, withPorts } from './cell.ts';
import { inspectNetworks } from './host-shell.ts';
import { helperSpec, readyAttempt, startListener } from './listener.ts';

/** A container in the ingress's place that publishes the same ports at the same addresses, with a listener behind them. */
export async function startPublished(
  lab: Lab,
  { spec }: TwinSidecar,
  twin: TwinSpec,
): Promise<PublishedFacts & { container: string }> {
  // Of other drivers, such as macvlan, the addresses belong to others.
  const isInternal = (name: string): boolean =>
    twin.networks.some(
      (network) => network.name === name && (network.internal || network.driver !== 'bridge'),
    );
  // The engine publishes through the networks that lead outside.
  const names = Object.keys(spec.networks).filter((name) => !isInternal(name));
  const helper = helperSpec(lab, { NetworkMode: names[0] ?? 'none', Dns: ['127.0.0.1'] });
  const container = await startListener(
    lab,
    'published',
    withPorts({ ...helper, networks: Object.fromEntries(names.map((name) => [name, {}])) }, spec),
    { tcp: containerPorts(spec), udp: [], dns: false, addresses: [], control: 0 },
  );
  const [{ addresses, published }] = await Promise.all([
    inspectNetworks(lab, container),
    lab.execAttempts(container, [readyAttempt('published')]),
  ]);
  return {
    container,
    ports: published.map((port) => ({ ...port, service: 'ingress' })),
    addresses: addresses.map(({ v4 }) => v4).filter((address) => address !== ''),
  };
}
