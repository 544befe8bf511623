import type { Service } from '../../deployment/deployment.ts';
import type { Change, Failure, Fix, NoFix } from '../fix.ts';
import { fixOf, remove, set, type ServiceView } from '../fix-service.ts';
import { ownRoles } from '../look.ts';
import { isSettings } from '../settings.ts';

const ownNetwork = 'openclaw';

/** Gives OpenClaw a network of its own, unless the neighbour and it have to do with each other. */
export function separate(view: ServiceView, failure: Failure): Fix | NoFix {
  const { name } = view;
  const [what = '', network = ''] = (failure.key ?? '').split(' ');
  const effect = `What reached ${name} by its name from another container no longer does.`;
  if (what === 'network_mode')
    return fixOf(`Give ${name} a network of its own`, 'unsafe', [remove(view.at('network_mode'))], effect);
  if (what === 'external' || what === 'bridge')
    return {
      why: `Only you know which containers on ${network || 'the bridge'} OpenClaw has to do with. Give it a network of this file, and attach the one that must reach it, such as a reverse proxy, to that network as well.`,
    };
  return withoutNeighbour(view, what, network);
}

function withoutNeighbour(view: ServiceView, what: string, network: string): Fix | NoFix {
  const { name, context } = view;
  const neighbour = context.deployment.services.find((service) => service.name === what);
  if (neighbour && areRelated(view, neighbour))
    return {
      why: `${name} and ${what} have to do with each other, so they must share a network. Give ${what} no other network, no published port and a login, and trust it no more than OpenClaw.`,
    };
  const networks = context.compose?.['networks'];
  if (isSettings(networks) && Object.hasOwn(networks, ownNetwork))
    return { why: `A network ${ownNetwork} is there already; attach ${name} to one that ${what} is not on.` };
  return fixOf(
    `Give OpenClaw a network without ${what}`,
    'unsafe',
    [...moveOwn(view, network), set(['networks', ownNetwork], {})],
    `${what} and ${name} no longer reach each other.`,
  );
}

/** All of OpenClaw moves, so that its own services keep reaching each other. */
function moveOwn(view: ServiceView, network: string): Change[] {
  const { deployment, compose } = view.context;
  return deployment.services
    .filter((service) => ownRoles.includes(service.role) && service.networks?.[network] !== undefined)
    .flatMap((service) => moveService(service.name, compose?.services[service.name]?.['networks'], network));
}

/** Exchanges the first network for the own one; any other one is left, so that none is entered twice. */
function moveService(name: string, written: unknown, network: string): Change[] {
  const path = ['services', name, 'networks'];
  if (Array.isArray(written)) {
    const index = written.indexOf(network);
    return [index > 0 ? remove([...path, index]) : set([...path, index], ownNetwork)];
  }
  if (!isSettings(written)) return [set(path, [ownNetwork])];
  // Aliases and addresses belong to the old network.
  const isFirst = Object.keys(written)[0] === network;
  return [remove([...path, network]), ...(isFirst ? [set([...path, ownNetwork], {})] : [])];
}

/** True when one of two services names the other: to start after it, to call it, or in its command. */
function areRelated(view: ServiceView, neighbour: Service): boolean {
  const other = view.context.compose?.services[neighbour.name] ?? {};
  return names(view.data, neighbour.name) || names(other, view.name);
}

function names(definition: Record<string, unknown>, name: string): boolean {
  const { depends_on: order, links, environment, command, entrypoint } = definition;
  const isWord = new RegExp(
    `(?:^|[^A-Za-z0-9_-])${name.replaceAll(/[^A-Za-z0-9_-]/g, '.')}(?:[^A-Za-z0-9_-]|$)`,
  );
  const isInOrder = isSettings(order) ? Object.hasOwn(order, name) : false;
  return (
    isInOrder ||
    [order, links, environment, command, entrypoint].some((part) =>
      texts(part).some((text) => isWord.test(text)),
    )
  );
}

/** The texts of a list or of a map's values. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return isSettings(value) || Array.isArray(value)
    ? Object.values(value).filter((text): text is string => typeof text === 'string')
    : [];
}
