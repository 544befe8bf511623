import type { Service } from '../../deployment/deployment.ts';
import type { Change, Failure, Fix, NoFix } from '../fix.ts';
import { fixOf, remove, set, type ServiceView } from '../fix-service.ts';
import { ownRoles } from '../look.ts';
import { isSettings } from '../settings.ts';

const ownNetwork = 'openclaw';

/** Gives OpenClaw a network of its own, unless the neighbour and it have to do with each other. */
export function separate(view: ServiceView, failure: Failure): Fix | NoFix {
  const { name, context } = view;
  const [what = '', network = ''] = (failure.key ?? '').split(' ');
  const effect = `What reached ${name} by its name from another container no longer does.`;
  if (what === 'network_mode')
    return fixOf(`Give ${name} a network of its own`, 'unsafe', [remove(view.at('network_mode'))], effect);
  if (what === 'external' || what === 'bridge')
    return {
      why: `Only you know which containers on ${network || 'the bridge'} OpenClaw has to do with. Give it a network of this file, and attach the one that must reach it, such as a reverse proxy, to that network as well.`,
    };
  const neighbour = context.deployment.services.find((service) => service.name === what);
  if (neighbour && areRelated(view, neighbour))
    return {
      why: `${name} and ${what} have to do with each other, so they must share a network. Give ${what} no other network, no published port and a login, and trust it no more than OpenClaw.`,
    };
  if (context.compose && isSettings(context.compose['networks']) && ownNetwork in context.compose['networks'])
    return { why: `A network ${ownNetwork} is there already; attach ${name} to one that ${what} is not on.` };
  return fixOf(
    `Give OpenClaw the network ${ownNetwork}, without ${what}`,
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
    .flatMap((service) => {
      const path = ['services', service.name, 'networks'];
      const written = compose?.services[service.name]?.['networks'];
      if (Array.isArray(written)) return [set([...path, written.indexOf(network)], ownNetwork)];
      if (!isSettings(written)) return [set(path, [ownNetwork])];
      // Aliases and addresses belong to the old network.
      return [remove([...path, network]), set([...path, ownNetwork], {})];
    });
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
