import type { LocatedMap, LocatedNode } from '../../../documents/located.ts';
import { hasUnknownVariable } from '../../../documents/unknown-variable.ts';
import { checkDependencies, checkReferences } from './consistency-references.ts';
import { checkLimits } from './consistency-limits.ts';
import { checkResources } from './consistency-resources.ts';
import type { Loading } from './loading.ts';
import { field, itemsOf, mapField, plainText, textOf } from './nodes.ts';
import { placeOf } from './resolve-values.ts';
import { parseShortPort, parseShortVolume } from './short-syntax.ts';

/** A service that is looked at, beside the whole model and the services that are active. */
export interface ServiceCheck {
  name: string;
  service: LocatedMap;
  model: LocatedMap;
  active: LocatedMap;
  loading: Loading;
}

/** Reports what does not fit together, as Compose does once it has merged everything. */
export function checkConsistency(model: LocatedMap, active: LocatedMap, loading: Loading): void {
  checkResources(model, loading);
  const services = mapField(active, 'services')?.entries ?? new Map<string, LocatedNode>();
  for (const [name, service] of services) {
    if (service.kind !== 'map') continue;
    const check = { name, service, model, active, loading };
    checkImage(check);
    checkBuild(check);
    checkNetworkMode(check);
    checkHealth(check);
    checkShortSyntaxes(check);
    checkDeviceRequests(check);
    checkReferences(check);
    checkLimits(check);
  }
  checkDependencies(active, loading);
}

function has(node: LocatedNode | undefined, key: string): boolean {
  const value = field(node, key);
  return value !== undefined && !(value.kind === 'scalar' && (value.value === null || value.value === ''));
}

function checkImage({ name, service, loading }: ServiceCheck): void {
  if (has(service, 'image') || field(service, 'build') || field(service, 'provider')) return;
  loading.report(`The service "${name}" has neither an image nor a build.`, service.origin, 'key');
}

function checkBuild({ service, loading }: ServiceCheck): void {
  const build = field(service, 'build');
  if (has(build, 'dockerfile') && has(build, 'dockerfile_inline')) {
    const inline = field(build, 'dockerfile_inline') ?? service;
    loading.report(`${placeOf(inline)} cannot stand beside "dockerfile".`, inline.origin, 'key');
  }
  const platforms = itemsOf(field(build, 'platforms')).map(textOf);
  const platform = field(service, 'platform');
  if (platform && platforms.length > 0 && !platforms.includes(textOf(platform)))
    loading.report(`${placeOf(platform)} is not among the platforms of the build.`, platform.origin);
}

function checkNetworkMode({ service, loading }: ServiceCheck): void {
  const networks = field(service, 'networks');
  const count = networks?.kind === 'map' ? networks.entries.size : itemsOf(networks).length;
  if (networks && count > 0 && has(service, 'network_mode'))
    loading.report(`${placeOf(networks)} cannot stand beside "network_mode".`, networks.origin, 'key');
}

function checkHealth({ service, loading }: ServiceCheck): void {
  const test = field(field(service, 'healthcheck'), 'test');
  const first = test?.kind === 'list' ? test.items[0] : undefined;
  const word = textOf(first);
  if (first && word !== undefined && !hasUnknownVariable(word) && !/^(?:CMD|CMD-SHELL|NONE)$/.test(word))
    loading.report(`${placeOf(first)} must be CMD, CMD-SHELL or NONE.`, first.origin);
}

function checkShortSyntaxes({ service, loading }: ServiceCheck): void {
  const check = (key: string, what: string, isRight: (text: string) => boolean): void => {
    const list = field(service, key);
    for (const item of list?.kind === 'list' ? list.items : []) {
      const text = textOf(item);
      if (text === undefined || hasUnknownVariable(text) || isRight(text)) continue;
      loading.report(`${placeOf(item)} is not written as ${what}.`, item.origin);
    }
  };
  check('ports', '[[address:]port:]port[/protocol]', (text) => parseShortPort(text) !== undefined);
  check('volumes', '[source:]target[:options]', (text) => parseShortVolume(text) !== undefined);
  check('devices', 'source[:target[:permissions]]', (text) => text.split(':').length <= 3);
  check('extra_hosts', 'name=address', (text) => /^[^=:]+[=:]/.test(text));
  for (const item of itemsOf(field(service, 'volumes'))) checkLongVolume(item, loading);
  for (const item of itemsOf(field(service, 'ports'))) {
    if (item.kind === 'map' && !field(item, 'target'))
      loading.report(`${placeOf(item)} needs "target".`, item.origin);
  }
}

/** A request for devices can count them or name them. */
function checkDeviceRequests({ service, loading }: ServiceCheck): void {
  const reservations = field(field(field(service, 'deploy'), 'resources'), 'reservations');
  const requests = [...itemsOf(field(reservations, 'devices')), ...itemsOf(field(service, 'gpus'))];
  for (const request of requests) {
    const ids = field(request, 'device_ids');
    if (ids && field(request, 'count'))
      loading.report(`${placeOf(ids)} cannot stand beside "count".`, ids.origin, 'key');
  }
}

function checkLongVolume(item: LocatedNode, loading: Loading): void {
  if (item.kind !== 'map') return;
  if (!field(item, 'target')) loading.report(`${placeOf(item)} needs "target".`, item.origin);
  if (plainText(field(item, 'type')) === 'bind' && !field(item, 'source'))
    loading.report(`${placeOf(item)} needs "source".`, item.origin);
}
