import { ELSEWHERE } from '../canary/visited.ts';
import { caddyfilePath } from '../probes/network/ingress.ts';
import { squidConfigPath } from '../probes/network/squid-rules.ts';
import type { TextEdit, TwinNetwork, TwinSidecar, TwinSpec, Variant } from '../proof-target.ts';
import { variantOfMeasure } from './from-measure.ts';
import { withGateway } from './with-gateway.ts';

const INHIBIT = 'com.docker.network.bridge.inhibit_ipv4';
const GATEWAY_MODE = 'com.docker.network.bridge.gateway_mode_ipv4';

/** Changes the networks of the gateway; they are made anew then. Null when it has none of its own. */
function withNetworks(
  spec: TwinSpec,
  change: (network: TwinNetwork) => Partial<TwinNetwork>,
): TwinSpec | null {
  const names = Object.keys(spec.gateway.networks);
  if (!spec.networks.some(({ name }) => names.includes(name))) return null;
  return {
    ...spec,
    networks: spec.networks.map((network) =>
      names.includes(network.name) ? { ...network, ...change(network) } : network,
    ),
  };
}

function withoutOption(options: Record<string, string>, name: string): Record<string, string> {
  const { [name]: _, ...others } = options;
  return others;
}

/** An ordinary bridge: a way out, an address of the host, the engine's name servers. */
function opened(spec: TwinSpec): TwinSpec | null {
  const open = withNetworks(spec, ({ options }) => ({
    internal: false,
    isChanged: true,
    options: withoutOption(options, INHIBIT),
  }));
  return open === null ? null : withGateway(open, { Dns: [] });
}

/** Rewrites the settings of a sidecar. Null when there is none. */
function withSettings(
  spec: TwinSpec,
  sidecarRole: TwinSidecar['role'],
  pathOf: (container: TwinSidecar['spec']) => string,
  edits: readonly Omit<TextEdit, 'path'>[],
): TwinSpec | null {
  if (!spec.sidecars.some(({ role }) => role === sidecarRole)) return null;
  return {
    ...spec,
    sidecars: spec.sidecars.map((sidecar) => {
      if (sidecar.role !== sidecarRole) return sidecar;
      const path = pathOf(sidecar.spec);
      return { ...sidecar, edits: [...(sidecar.edits ?? []), ...edits.map((edit) => ({ ...edit, path }))] };
    }),
  };
}

function withRules(spec: TwinSpec, ...edits: readonly Omit<TextEdit, 'path'>[]): TwinSpec | null {
  return withSettings(spec, 'egress', squidConfigPath, edits);
}

const UNFILTERED = { find: '^http_access deny (?:metadata|refused)$', replace: '' };

const cageVariants: readonly Variant[] = [
  { id: 'net-open', title: 'The network of the gateway leads outside', weaken: opened },
  {
    id: 'net-host-address',
    title: 'The host has an address on the network of the gateway',
    weaken: (spec) =>
      withNetworks(spec, ({ options }) => ({ isChanged: true, options: withoutOption(options, INHIBIT) })),
  },
  {
    id: 'net-bridge-unfiltered',
    title: 'The host takes packets that it could not answer from the bridge of the gateway',
    weaken: (spec) => withNetworks(spec, () => ({ isChanged: true })),
  },
  {
    id: 'net-ipv6-on',
    title: 'IPv6 is on in the container of the gateway',
    weaken: (spec) =>
      Object.keys(spec.gateway.networks).length === 0
        ? null
        : withGateway(spec, {
            Sysctls: {
              ...spec.gateway.HostConfig.Sysctls,
              'net.ipv6.conf.all.disable_ipv6': '0',
              'net.ipv6.conf.default.disable_ipv6': '0',
            },
          }),
  },
  {
    id: 'net-host-mode',
    title: "The gateway uses the host's network",
    weaken: (spec) =>
      spec.gateway.HostConfig.NetworkMode === 'host'
        ? null
        : withGateway(
            spec,
            // The engine refuses settings of a network namespace there.
            { NetworkMode: 'host', Dns: [], Sysctls: {}, PortBindings: {}, Links: null },
            { networks: {}, Hostname: '' },
          ),
  },
  {
    id: 'net-neighbour',
    title: 'Another container is on the network of the gateway',
    weaken: (spec) =>
      withNetworks(spec, ({ neighbours = [] }) => ({ neighbours: [...neighbours, 'neighbour'] })),
  },
  {
    id: 'net-joined',
    title: 'The gateway has joined a network of others',
    weaken: (spec) =>
      Object.keys(spec.gateway.networks).length === 0
        ? null
        : { ...spec, gateway: { ...spec.gateway, networks: { ...spec.gateway.networks, [ELSEWHERE]: {} } } },
  },
  {
    id: 'net-gateway-published',
    title: 'The gateway is on an ordinary network and publishes its port',
    weaken: (spec) => {
      const open = opened(spec);
      if (open === null) return null;
      const port = { '18789/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] };
      return withGateway(open, { PortBindings: { ...open.gateway.HostConfig.PortBindings, ...port } });
    },
  },
  {
    id: 'net-ingress-open',
    title: 'The ingress serves whoever calls',
    weaken: (spec) =>
      withSettings(spec, 'ingress', caddyfilePath, [
        { find: String.raw`^\s*respond @neighbour .*$`, replace: '' },
      ]),
  },
  {
    id: 'net-unprotected',
    title: "The engine routes strangers to the container's own address",
    weaken: (spec) => ({
      ...spec,
      networks: spec.networks.map((network) =>
        network.internal
          ? network
          : {
              ...network,
              isChanged: true,
              options: { ...network.options, [GATEWAY_MODE]: 'nat-unprotected' },
            },
      ),
    }),
  },
];

const egressVariants: readonly Variant[] = [
  {
    id: 'egress-open',
    title: 'Egress lets every name through',
    weaken: (spec) =>
      withRules(
        spec,
        { find: '^http_access deny !named$', replace: '' },
        { find: '^http_access deny all$', replace: 'http_access allow all' },
      ),
  },
  {
    id: 'egress-lookups',
    title: 'Egress looks names up before it refuses them',
    weaken: (spec) =>
      withRules(spec, {
        find: '^http_access deny manager$',
        replace: 'acl early dst 192.0.2.254\nhttp_access deny early\nhttp_access deny manager',
      }),
  },
  {
    id: 'egress-unfiltered',
    title: 'Egress does not care where an allowed name leads',
    weaken: (spec) => withRules(spec, UNFILTERED),
  },
  {
    id: 'egress-rebinding',
    title: 'Egress looks names up again and does not care where they lead',
    weaken: (spec) =>
      withRules(
        spec,
        UNFILTERED,
        { find: '^negative_dns_ttl .*$', replace: 'negative_dns_ttl 1 second' },
        { find: '^positive_dns_ttl .*$', replace: 'positive_dns_ttl 1 second' },
      ),
  },
  {
    id: 'egress-any-port',
    title: 'Egress allows every port of an allowed name',
    weaken: (spec) => withRules(spec, { find: String.raw`^(acl ports\d+ port) .*$`, replace: '$1 1-65535' }),
  },
  {
    id: 'egress-addresses',
    title: 'Egress lets addresses through in place of names',
    weaken: (spec) =>
      withRules(spec, {
        find: '^http_access deny manager$',
        replace: `http_access deny manager\nacl literal dstdom_regex -n ^[0-9.]*[0-9]$$\nhttp_access allow literal`,
      }),
  },
  {
    id: 'egress-plain',
    title: 'Egress allows plain HTTP wherever it allows TLS',
    weaken: (spec) =>
      withRules(spec, {
        find: '^http_access allow CONNECT (.*)$',
        replace: 'http_access allow CONNECT $1\nhttp_access allow $1',
      }),
  },
  {
    id: 'egress-manager',
    title: 'Egress shows its management pages to everybody',
    weaken: (spec) =>
      withRules(spec, { find: '^http_access deny manager$', replace: 'http_access allow manager' }),
  },
];

/** Twins whose network is weaker in one point. */
export const networkVariants: readonly Variant[] = [
  ...cageVariants,
  variantOfMeasure('loopback-publish', 'The ports are published on all addresses of the host'),
  ...egressVariants,
];
