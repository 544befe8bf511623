import type { LocatedMap, LocatedNode } from '../../../documents/located.ts';
import { hasUnknownVariable } from '../../../documents/unknown-variable.ts';
import type { ComposeInput } from './compose-project.ts';
import { changeInner, field, itemsOf, textOf } from './nodes.ts';

/** What the user names, or else COMPOSE_PROFILES. */
export function profilesOf(input: ComposeInput, variables: ReadonlyMap<string, string>): ReadonlySet<string> {
  if (input.profiles.length > 0) return new Set(input.profiles);
  const names = (variables.get('COMPOSE_PROFILES') ?? '').split(',');
  return new Set(names.map((name) => name.trim()).filter((name) => name !== ''));
}

/** The model without the services whose profiles are not active. */
export function withActiveServices(model: LocatedMap, profiles: ReadonlySet<string>): LocatedMap {
  return changeInner(model, (section, name) =>
    name === 'services'
      ? changeInner(section, (service) => (isActive(service, profiles) ? service : undefined))
      : section,
  );
}

function isActive(service: LocatedNode, profiles: ReadonlySet<string>): boolean {
  const own = itemsOf(field(service, 'profiles')).map((item) => textOf(item) ?? '');
  // A service whose profile is not known may run.
  return (
    own.length === 0 ||
    profiles.has('*') ||
    own.some((profile) => profiles.has(profile) || hasUnknownVariable(profile))
  );
}
