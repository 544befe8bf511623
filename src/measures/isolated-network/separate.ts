import type { Service } from '../../deployment/deployment.ts';
import type { Change, Failure, Fix, NoFix } from '../fix.ts';
import { add, fixOf, remove, set, type ServiceView } from '../fix-service.ts';
import { isSettings } from '../settings.ts';
import { sidesOf } from './related.ts';

const ownNetwork = 'openclaw';

/** Gives OpenClaw a network on which only those are that it has to do with. */
export function separate(view: ServiceView, failure: Failure): Fix | NoFix {
  const { name } = view;
  const [what = '', part = ''] = (failure.key ?? '').split(' ');
  const effect = `What reached ${name} by its name from another container no longer does.`;
  if (what === 'network_mode')
    return fixOf(`Give ${name} a network of its own`, 'unsafe', [remove(view.at('network_mode'))], effect);
  if (what === 'neighbour') return withoutNeighbour(view, part);
  return {
    why: `Only you know which containers on ${part || 'the bridge'} OpenClaw has to do with. Give it a network of this file, and attach the one that must reach it, such as a reverse proxy, to that network as well.`,
  };
}

function withoutNeighbour(view: ServiceView, what: string): Fix | NoFix {
  const { name, context, service } = view;
  const { own, related } = sidesOf(context);
  if (related.some((neighbour) => neighbour.name === what))
    return {
      why: `OpenClaw and ${what} have to do with each other, so they must share a network. Give ${what} no other network, no published port and a login, and trust it no more than OpenClaw.`,
    };
  const networks = context.compose?.['networks'];
  if (isSettings(networks) && Object.hasOwn(networks, ownNetwork))
    return { why: `A network ${ownNetwork} is there already; attach ${name} to one that ${what} is not on.` };
  const neighbour = context.deployment.services.find((other) => other.name === what);
  const shared = networksOf(service).filter((network) => networksOf(neighbour).includes(network));
  // All of OpenClaw moves, so that its own services keep reaching each other.
  const moving = own.filter((other) => isOn(other, shared));
  const staying = related.filter((other) => isOn(other, shared));
  const isApart = `What OpenClaw has nothing to do with, such as ${what}, no longer reaches it`;
  const keptApart =
    staying.length === 0 ? '' : `; ${staying.map((other) => other.name).join(', ')} still can`;
  return fixOf(
    `Give OpenClaw a network without ${what}`,
    'unsafe',
    [
      ...moving.flatMap((other) => move(other.name, writtenNetworks(view, other), shared)),
      ...staying.flatMap((other) => attach(other.name, writtenNetworks(view, other))),
      set(['networks', ownNetwork], {}),
    ],
    `${isApart}${keptApart}.`,
  );
}

/** Exchanges the shared networks for the own one. */
function move(name: string, written: unknown, shared: readonly string[]): Change[] {
  const path = ['services', name, 'networks'];
  if (Array.isArray(written)) {
    const left = written.flatMap((network, index) => (shared.includes(String(network)) ? [index] : []));
    return [add(path, ownNetwork), ...left.map((index) => remove([...path, index]))];
  }
  if (!isSettings(written)) return [set(path, [ownNetwork])];
  // Aliases and addresses belong to the old network.
  const left = Object.keys(written).filter((network) => shared.includes(network));
  return [set([...path, ownNetwork], {}), ...left.map((network) => remove([...path, network]))];
}

/** A neighbour keeps its networks, and gets the one that OpenClaw is on from now on. */
function attach(name: string, written: unknown): Change[] {
  const path = ['services', name, 'networks'];
  if (Array.isArray(written)) return [add(path, ownNetwork)];
  return isSettings(written) ? [set([...path, ownNetwork], {})] : [set(path, ['default', ownNetwork])];
}

function writtenNetworks({ context }: ServiceView, { name }: Service): unknown {
  return context.compose?.services[name]?.['networks'];
}

function networksOf(service: Service | undefined): string[] {
  return Object.keys(service?.networks ?? {});
}

function isOn(service: Service, networks: readonly string[]): boolean {
  return networksOf(service).some((network) => networks.includes(network));
}
