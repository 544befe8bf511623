import type { LocatedMap, LocatedNode } from '../../../documents/located.ts';
import { hasUnknownVariable } from '../../../documents/unknown-variable.ts';
import type { ServiceCheck } from './consistency.ts';
import type { Loading } from './loading.ts';
import { field, itemsOf, mapField, plainText, textOf } from './nodes.ts';
import { placeOf } from './resolve-values.ts';
import { parseShortVolume } from './short-syntax.ts';

/** A name that a service uses, and where it does. */
interface Use {
  name: string;
  node: LocatedNode;
  /** A service that is not there, or not active, does no harm. */
  isOptional?: boolean;
}

/** Reports networks, volumes, secrets, configs, models and services that a service uses and nobody defines. */
export function checkReferences(check: ServiceCheck): void {
  const { service } = check;
  const build = field(service, 'build');
  checkUses(namesIn(field(service, 'networks')), 'networks', check, ['default']);
  checkUses(volumesOf(service), 'volumes', check);
  checkUses(grantsOf(field(service, 'secrets')), 'secrets', check);
  checkUses(grantsOf(field(build, 'secrets')), 'secrets', check);
  checkUses(grantsOf(field(service, 'configs')), 'configs', check);
  checkUses(namesIn(field(service, 'models')), 'models', check);
  const services = mapField(check.active, 'services');
  for (const { name, node, isOptional } of dependenciesOf(service)) {
    const isThere = services?.entries.has(name) ?? false;
    const isDisabled = mapField(check.model, 'services')?.entries.has(name) ?? false;
    if (isThere || hasUnknownVariable(name) || (isOptional && isDisabled)) continue;
    const why = isDisabled ? 'in no active profile' : 'not defined';
    check.loading.report(
      `The service ${shown(name, node)}that ${placeOf(node)} needs is ${why}.`,
      node.origin,
    );
  }
}

function checkUses(
  uses: readonly Use[],
  section: string,
  { model, loading }: ServiceCheck,
  implied: readonly string[] = [],
): void {
  const defined = mapField(model, section)?.entries;
  for (const { name, node } of uses) {
    if (defined?.has(name) || implied.includes(name) || hasUnknownVariable(name)) continue;
    loading.report(
      `What ${shown(name, node)}stands for at ${placeOf(node)} is not defined under "${section}".`,
      node.origin,
    );
  }
}

/** The name, unless it may hold the value of a variable. */
function shown(name: string, node: LocatedNode): string {
  const written = node.kind === 'scalar' ? (node.source ?? '') : '$';
  return written.includes('$') ? '' : `"${name}" `;
}

function namesIn(node: LocatedNode | undefined): Use[] {
  if (node?.kind === 'map') return [...node.entries].map(([name, entry]) => ({ name, node: entry }));
  return itemsOf(node).flatMap((item) => useOf(item, item));
}

function useOf(name: LocatedNode | undefined, node: LocatedNode): Use[] {
  const text = textOf(name);
  return text === undefined ? [] : [{ name: text, node }];
}

function grantsOf(node: LocatedNode | undefined): Use[] {
  return itemsOf(node).flatMap((item) => useOf(item.kind === 'map' ? field(item, 'source') : item, item));
}

function volumesOf(service: LocatedNode): Use[] {
  return itemsOf(field(service, 'volumes')).flatMap((item) => {
    if (item.kind === 'map')
      return plainText(field(item, 'type')) === 'volume' && textOf(field(item, 'source')) !== ''
        ? useOf(field(item, 'source'), item)
        : [];
    const volume = parseShortVolume(textOf(item) ?? '');
    const isNamed = volume?.source !== undefined && !volume.isHostPath;
    return isNamed ? [{ name: volume.source ?? '', node: item }] : [];
  });
}

/** Services that must be there before this one, also by sharing something of theirs. */
function dependenciesOf(service: LocatedNode): Use[] {
  const dependencies = namesIn(field(service, 'depends_on')).map((use): Use => {
    const required = field(use.node, 'required');
    return { ...use, isOptional: required?.kind === 'scalar' && required.value === false };
  });
  const links = itemsOf(field(service, 'links')).flatMap((item) => {
    const parts = (textOf(item) ?? '').split(':');
    return [{ name: (parts.length === 2 ? parts[0] : textOf(item)) ?? '', node: item }];
  });
  const shared = ['network_mode', 'ipc', 'pid', 'uts', 'cgroup'].flatMap((key) => {
    const node = field(service, key);
    const name = /^service:(.*)$/s.exec(textOf(node) ?? '')?.[1];
    return node && name !== undefined ? [{ name, node }] : [];
  });
  const volumesFrom = itemsOf(field(service, 'volumes_from')).flatMap((item) => {
    const text = textOf(item) ?? '';
    return text.startsWith('container:') ? [] : [{ name: text.split(':')[0] ?? '', node: item }];
  });
  return [...dependencies, ...links, ...shared, ...volumesFrom];
}

/** Reports services that wait for each other. */
export function checkDependencies(active: LocatedMap, loading: Loading): void {
  const services = mapField(active, 'services')?.entries ?? new Map<string, LocatedNode>();
  const done = new Set<string>();
  for (const start of services.keys()) walk(start);

  /** Depth first, without recursion: chains may be long. */
  function walk(start: string): void {
    const path = [{ name: start, uses: usesOf(start) }];
    const onPath = new Set([start]);
    while (path.length > 0) {
      const top = path.at(-1);
      const use = top?.uses.pop();
      if (!top || !use) {
        if (top) done.add(top.name);
        onPath.delete(path.pop()?.name ?? '');
      } else if (onPath.has(use.name)) {
        loading.report(`The services around ${placeOf(use.node)} wait for each other.`, use.node.origin);
      } else if (!done.has(use.name)) {
        onPath.add(use.name);
        path.push({ name: use.name, uses: usesOf(use.name) });
      }
    }
  }
  function usesOf(name: string): Use[] {
    const service = services.get(name);
    return service && !done.has(name) ? dependenciesOf(service).toReversed() : [];
  }
}
