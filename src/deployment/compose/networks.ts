import type { Network, Service, UnreadField } from '../deployment.ts';
import { asMap, asText, isMap, parseBoolean, parseTexts, variablesIn, type YamlMap } from './values.ts';

/**
 * Networks that services attach to, by the key they have in the file. `default` is there when a service uses it. What
 * depends on an unset variable is left out and added to `unread`.
 */
export function readNetworks(root: YamlMap, services: readonly Service[], unread: UnreadField[]): Network[] {
  const definitions = asMap(root['networks']);
  const names = new Set([
    ...Object.keys(definitions),
    ...services.flatMap((service) => Object.keys(service.networks ?? {})),
  ]);
  return [...names].map((name) => readNetwork(name, asMap(definitions[name]), unread));
}

function readNetwork(name: string, definition: YamlMap, unread: UnreadField[]): Network {
  const external = isMap(definition['external']) || parseBoolean(definition['external']) === true;
  const network: Network = { name };
  const variables = variablesIn([definition['internal'], definition['external'], definition['driver']]);
  if (variables.length > 0) {
    unread.push({
      path: ['networks', name],
      reason: 'it depends on a variable that is set nowhere',
      variables,
    });
    return network;
  }
  if (external) return { ...network, external };
  const internal = parseBoolean(definition['internal']);
  if (internal !== undefined) network.internal = internal;
  network.driver = asText(definition['driver']) ?? 'bridge';
  const subnets = readSubnets(asMap(definition['ipam'])['config']);
  if (subnets) network.subnets = subnets;
  return network;
}

function readSubnets(value: unknown): string[] | undefined {
  if (!Array.isArray(value) || variablesIn(value).length > 0) return undefined;
  return value.map((entry) => asText(asMap(entry)['subnet'])).filter((subnet) => subnet !== undefined);
}

/**
 * Attachments of one service; a service without `networks` and `network_mode` is on the network `default`.
 * @returns undefined when they cannot be understood.
 */
export function parseAttachments(service: YamlMap): Service['networks'] {
  const value = service['networks'];
  const mode = asText(service['network_mode']) ?? '';
  if (value === undefined || value === null) return mode === '' || mode === 'default' ? { default: {} } : {};
  if (!isMap(value)) {
    const names = parseTexts(value);
    return names && Object.fromEntries(names.map((name) => [name, {}]));
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, attachment]) => {
      const address = asText(asMap(attachment)['ipv4_address']);
      return [name, address === undefined ? {} : { address }];
    }),
  );
}
