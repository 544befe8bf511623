import { CANARY_TCP, CANARY_UDP, METADATA_ADDRESSES, PRIVATE_ADDRESSES } from '../../canary/visited.ts';
import { isAbsent, type NetworkFacts, type NetworkProbe } from './facts.ts';
import { wayOutProbe } from './way-out.ts';

/** What opens a way out, opens all. */
const WAY_OUT = ['net-open', 'net-gateway-published', 'net-host-mode'] as const;
/** What is sent beyond this host on purpose is tried where it can be kept on it. */
const WAY_OUT_OF_BRIDGE = ['net-open', 'net-gateway-published'] as const;

function targets(host: string, ports: readonly number[]): { host: string; port: number }[] {
  return ports.map((port) => ({ host, port }));
}

function notDiverted({ cell }: NetworkFacts): string | undefined {
  if (isAbsent(cell) || cell.isDiverted) return undefined;
  return "it uses the host's network: what it sends there could not be kept on this host";
}

/** What a program in the gateway's container may try to send out past the proxy. */
export const directProbes: readonly NetworkProbe[] = [
  wayOutProbe({
    id: 'net-tcp',
    title: 'No TCP connection leaves the gateway past the proxy',
    why: 'With one, a prompt-injected agent sends every file that it can read to anybody.',
    what: 'a TCP connection',
    weakenedBy: WAY_OUT,
    proof: 'tcp',
    tries: ({ v4 }, marker) => [
      { id: 'connect', run: 'tcp', params: { targets: targets(v4, CANARY_TCP), send: `${marker}\n` } },
    ],
  }),
  wayOutProbe({
    id: 'net-http',
    title: 'No plain HTTP request leaves the gateway past the proxy',
    why: 'A second stage is fetched and secrets are posted with the simplest tool of all.',
    what: 'an HTTP request',
    weakenedBy: WAY_OUT,
    proof: 'tcp',
    tries: ({ v4 }, marker) => [
      {
        id: 'get',
        run: 'tcp',
        params: {
          targets: targets(v4, [80]),
          send: `GET /${marker} HTTP/1.1\r\nHost: ${v4}\r\nConnection: close\r\n\r\n`,
        },
      },
    ],
  }),
  wayOutProbe({
    id: 'net-tls',
    title: 'No TLS connection leaves the gateway past the proxy, with any server name',
    why: 'What is encrypted looks like any other traffic to whoever watches.',
    what: 'a TLS greeting',
    weakenedBy: WAY_OUT,
    proof: 'tcp',
    tries: ({ v4 }, marker) => [
      {
        id: 'hello',
        run: 'tls',
        params: { targets: targets(v4, [443, 8443]), name: `${marker}.example.com` },
      },
    ],
  }),
  wayOutProbe({
    id: 'net-udp',
    title: 'No datagram leaves the gateway',
    why: 'Tunnels and QUIC need nothing but UDP, which no web proxy sees.',
    what: 'a datagram',
    weakenedBy: WAY_OUT,
    proof: 'udp',
    tries: ({ v4 }, marker) => [
      { id: 'send', run: 'udp', params: { targets: targets(v4, CANARY_UDP), send: marker } },
    ],
  }),
  wayOutProbe({
    id: 'net-ipv6',
    title: 'Nothing leaves the gateway over IPv6',
    why: 'Rules that are written for IPv4 say nothing about IPv6, and hosts often have both.',
    what: 'an IPv6 connection',
    weakenedBy: ['net-host-mode'],
    proof: 'tcp',
    tries: ({ v6 }, marker) => [
      { id: 'connect', run: 'tcp', params: { targets: targets(v6, [80, 443]), send: `${marker}\n` } },
      { id: 'send', run: 'udp', params: { targets: targets(v6, [443]), send: marker } },
    ],
  }),
  wayOutProbe({
    id: 'net-dns-tunnel',
    title: 'Names that the gateway looks up are not handed on to the outside',
    why: 'Every query for a name of the attacker carries out a few bytes of what the agent knows, through every firewall.',
    what: 'a DNS query with data in its name',
    weakenedBy: WAY_OUT,
    proof: 'dns',
    hindrance: ({ cell }) =>
      isAbsent(cell) || cell.ownResolver === undefined
        ? undefined
        : `its name server ${cell.ownResolver} is a container beside it, which is not asked: it could hand the question on`,
    tries: (_, marker) => [
      {
        id: 'lookup',
        run: 'resolve',
        params: { names: [`${marker}.tunnel.example.com`, `tunnel-${marker}.example.net`], timeoutMs: 2500 },
      },
    ],
  }),
  wayOutProbe({
    id: 'net-dns-foreign',
    title: "No name server but the container's own can be asked",
    why: 'A resolver of the attacker answers whatever he likes and reads whatever he is asked.',
    what: 'a query to a foreign name server',
    weakenedBy: WAY_OUT,
    proof: 'dns',
    tries: ({ v4 }, marker) =>
      (['udp', 'tcp'] as const).map((over) => ({
        id: over,
        run: 'ask',
        params: { server: { host: v4, port: 53 }, name: `${marker}.example.com`, over, timeoutMs: 1500 },
      })),
  }),
  wayOutProbe({
    id: 'net-dns-encrypted',
    title: 'No encrypted name server can be asked (DNS over TLS or HTTPS)',
    why: 'It hides which names are asked for from everybody who watches.',
    what: 'a connection to an encrypted name server',
    weakenedBy: WAY_OUT,
    proof: 'tcp',
    tries: ({ v4 }, marker) => [
      {
        id: 'hello',
        run: 'tls',
        params: { targets: targets(v4, [443, 853]), name: `dns-${marker}.example.com` },
      },
    ],
  }),
  wayOutProbe({
    id: 'net-metadata',
    title: 'No cloud metadata service can be reached',
    why: "On a cloud's machine 169.254.169.254 hands out the machine's own credentials to whoever asks.",
    what: 'a request for cloud metadata',
    weakenedBy: WAY_OUT_OF_BRIDGE,
    proof: 'tcp',
    hindrance: notDiverted,
    tries: (_, marker) => [
      {
        id: 'get',
        run: 'tcp',
        params: {
          targets: METADATA_ADDRESSES.flatMap((host) => targets(host, [80])),
          send: `GET /latest/meta-data/${marker} HTTP/1.1\r\nHost: metadata\r\nConnection: close\r\n\r\n`,
        },
      },
    ],
  }),
  wayOutProbe({
    id: 'net-private',
    title: 'No address of the private ranges can be reached',
    why: 'The router, the NAS and the printers at home trust whoever is in their network.',
    what: 'a connection to a private address',
    weakenedBy: WAY_OUT_OF_BRIDGE,
    proof: 'tcp',
    hindrance: notDiverted,
    tries: (_, marker) => [
      {
        id: 'connect',
        run: 'tcp',
        params: {
          targets: PRIVATE_ADDRESSES.flatMap((host) => targets(host, [22, 80, 443])),
          send: `${marker}\n`,
        },
      },
      {
        id: 'send',
        run: 'udp',
        params: { targets: PRIVATE_ADDRESSES.map((host) => ({ host, port: 123 })), send: marker },
      },
    ],
  }),
];
