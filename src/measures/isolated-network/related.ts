import type { Service } from '../../deployment/deployment.ts';
import type { FixContext } from '../fix.ts';
import { ownRoles } from '../look.ts';
import { isSettings, type Settings } from '../settings.ts';

/** The services of a deployment, as OpenClaw sees them. */
export interface Sides {
  /** OpenClaw itself: gateway, command line and the like. */
  own: readonly Service[];
  /**
   * Neighbours that it has to do with: one names the other to start after it, to call it or in its command, or
   * openclaw.json has an address at the neighbour.
   */
  related: readonly Service[];
}

/** A deployment has one finding for each neighbour, and all of them ask. */
const known = new WeakMap<FixContext, Sides>();

export function sidesOf(context: FixContext): Sides {
  const sides = known.get(context) ?? findSides(context);
  known.set(context, sides);
  return sides;
}

function findSides({ deployment, compose }: FixContext): Sides {
  const definitionOf = ({ name }: Service): Settings => compose?.services[name] ?? {};
  const own = deployment.services.filter(({ role }) => ownRoles.includes(role));
  const ownNames = new Set(own.flatMap((service) => namesOf(service.name, definitionOf(service))));
  const called = new Set([
    ...own.flatMap((service) => mentionedIn(definitionOf(service))),
    ...textsIn(deployment.openclawConfig).flatMap((text) => hostsIn(text)),
  ]);
  const related = deployment.services.filter((service) => {
    if (service.role !== 'neighbour') return false;
    const definition = definitionOf(service);
    return (
      namesOf(service.name, definition).some((name) => called.has(name)) ||
      mentionedIn(definition).some((word) => ownNames.has(word))
    );
  });
  return { own, related };
}

/** By what others on its networks can reach a service. */
function namesOf(name: string, { container_name: container, hostname, networks }: Settings): string[] {
  const aliases = isSettings(networks)
    ? Object.values(networks).flatMap((network) => (isSettings(network) ? textsIn(network['aliases']) : []))
    : [];
  return [name, ...textsIn(container), ...textsIn(hostname), ...aliases];
}

/** Every word where a service tells whom it waits for and calls: some of them are names of services. */
function mentionedIn({ depends_on: order, links, environment, command, entrypoint }: Settings): string[] {
  const texts = textsIn([order, links, environment, command, entrypoint]);
  const words = texts.flatMap((text) => [
    ...(text.match(/[\w-]+/g) ?? []),
    ...(text.match(/[\w.-]+/g) ?? []),
  ]);
  return [...(isSettings(order) ? Object.keys(order) : []), ...words];
}

function hostsIn(text: string): string[] {
  return [...text.matchAll(/\/\/(?:[^/@\s]*@)?([\w.-]+)/g)].map(([, host = '']) => host);
}

/** All texts in a value, but not the keys of its maps. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return isSettings(value) || Array.isArray(value)
    ? Object.values(value).flatMap((part) => textsIn(part))
    : [];
}
