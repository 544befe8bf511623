import type { Network, Service } from '../deployment.ts';
import { asMap, asText, isMap, parseBoolean, parseTexts, type YamlMap } from './values.ts';

/** Networks that services attach to, by the key they have in the file. `default` is there when a service uses it. */
export function readNetworks(root: YamlMap, services: readonly Service[]): Network[] {
  const definitions = asMap(root['networks']);
  const names = new Set([
    ...Object.keys(definitions),
    ...services.flatMap((service) => Object.keys(service.networks ?? {})),
  ]);
  return [...names].map((name) => readNetwork(name, asMap(definitions[name])));
}

function readNetwork(name: string, definition: YamlMap): Network {
  const external = isMap(definition['external']) || parseBoolean(definition['external']) === true;
  const network: Network = { name };
  if (external) return { ...network, external };
  const internal = parseBoolean(definition['internal']);
  if (internal !== undefined) network.internal = internal;
  network.driver = asText(definition['driver']) ?? 'bridge';
  const subnets = asMap(definition['ipam'])['config'];
  if (Array.isArray(subnets))
    network.subnets = subnets
      .map((entry) => asText(asMap(entry)['subnet']))
      .filter((subnet) => subnet !== undefined);
  return network;
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
