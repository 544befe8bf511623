import type { LocatedNode } from '../../../documents/located.ts';
import { hasUnknownVariable } from '../../../documents/unknown-variable.ts';
import { parseSize } from '../sizes.ts';
import type { ServiceCheck } from './consistency.ts';
import { field, textOf } from './nodes.ts';
import { placeOf } from './resolve-values.ts';

/** Reports limits that are given twice and differ, and a fixed container name for several containers. */
export function checkLimits(check: ServiceCheck): void {
  const { service } = check;
  const deploy = field(service, 'deploy');
  const resources = field(deploy, 'resources');
  const limits = field(resources, 'limits');
  checkPair(check, 'cpus', limits, 'cpus', numberOf);
  checkPair(check, 'mem_limit', limits, 'memory', bytesOf);
  checkPair(check, 'mem_reservation', field(resources, 'reservations'), 'memory', bytesOf);
  checkPair(check, 'pids_limit', limits, 'pids', numberOf);
  checkReplicas(check, deploy);
  checkWatches(check);
}

/** Where `deploy` has the group of limits at all, the limit in it must be the same; none counts as 0. */
function checkPair(
  { service, loading }: ServiceCheck,
  key: string,
  group: LocatedNode | undefined,
  other: string,
  amount: (node: LocatedNode | undefined) => number | undefined,
): void {
  const own = field(service, key);
  const value = amount(own);
  const counterpart = amount(field(group, other));
  if (!own || !group || value === undefined || value === 0 || counterpart === undefined) return;
  if (value === counterpart) return;
  loading.report(
    `${placeOf(own)} says something else than deploy.resources of the same service.`,
    own.origin,
  );
}

function numberOf(node: LocatedNode | undefined): number | undefined {
  const text = textOf(node);
  if (text === undefined) return 0;
  const value = hasUnknownVariable(text) ? Number.NaN : Number(text);
  return Number.isNaN(value) ? undefined : value;
}

function bytesOf(node: LocatedNode | undefined): number | undefined {
  if (node?.kind !== 'scalar' || node.value === null) return 0;
  // Compose takes a number with a fraction for no limit.
  if (typeof node.value === 'number') return Number.isInteger(node.value) ? node.value : 0;
  return parseSize(node.value);
}

function checkReplicas({ service, loading }: ServiceCheck, deploy: LocatedNode | undefined): void {
  const scale = field(service, 'scale');
  const replicas = field(deploy, 'replicas');
  if (scale && replicas && numberOf(scale) !== numberOf(replicas))
    loading.report(`${placeOf(scale)} says something else than deploy.replicas.`, scale.origin);
  const count = scale ?? replicas;
  const name = field(service, 'container_name');
  if (name && count && (numberOf(count) ?? 0) > 1)
    loading.report(`${placeOf(name)} names one container, but there shall be several.`, name.origin);
}

/** Reports what `develop` would copy to nowhere. */
function checkWatches({ service, loading }: ServiceCheck): void {
  for (const watch of watchesOf(service)) {
    const action = textOf(field(watch, 'action'));
    if (!field(watch, 'target') && action !== 'rebuild' && action !== 'restart')
      loading.report(`${placeOf(watch)} needs "target".`, watch.origin);
  }
}

function watchesOf(service: LocatedNode): readonly LocatedNode[] {
  const watches = field(field(service, 'develop'), 'watch');
  return watches?.kind === 'list' ? watches.items : [];
}
