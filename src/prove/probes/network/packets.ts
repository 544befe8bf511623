import type { KernelCalls, NamedCall } from '../../payload/kernel.ts';
import type { Visits } from '../../payload/network/listener-control.ts';
import type { Attempt, Judgement, Seen } from '../../probe.ts';
import { fail, pass, unclear } from '../judgement.ts';
import { isAbsent, markerOf, type NetworkProbe, resultOf } from './facts.ts';
import { hindranceOf, visitsAttempt } from './way-out.ts';

const AF_INET = 2;
const SOCK_DGRAM = 2;
const IPPROTO_ICMP = 1;
const SOL_SOCKET = 1;
const SO_DONTROUTE = 5;
const SO_BINDTODEVICE = 25;
const ECHO_REQUEST = 8;

/** sockaddr_in */
function socketAddress(host: string, port: number): readonly number[] {
  const octets = host.split('.').map(Number);
  return [AF_INET, 0, port >> 8, port & 0xff, ...octets, 0, 0, 0, 0, 0, 0, 0, 0];
}

function bytesOf(text: string): number[] {
  return [...new TextEncoder().encode(text)];
}

/** One packet from a socket of its own; `device` sends it there whatever the routes say. */
function packet(
  index: number,
  protocol: number,
  data: readonly number[],
  to: readonly number[],
  device?: string,
): NamedCall[] {
  const socket = { resultOf: index };
  return [
    { call: 'socket', arguments: [AF_INET, SOCK_DGRAM, protocol] },
    ...(device === undefined
      ? []
      : [
          {
            call: 'setsockopt' as const,
            arguments: [socket, SOL_SOCKET, SO_BINDTODEVICE, { text: device }, device.length + 1],
          },
          // Past the default route, too: as if every address were on this very link.
          {
            call: 'setsockopt' as const,
            arguments: [socket, SOL_SOCKET, SO_DONTROUTE, { bytes: [1, 0, 0, 0] }, 4],
          },
        ]),
    { call: 'sendto', arguments: [socket, { bytes: data }, data.length, 0, { bytes: to }, to.length] },
  ];
}

export const pingProbe: NetworkProbe = {
  id: 'net-icmp',
  ring: 'network',
  needs: ['cell'],
  title: 'No ping leaves the gateway',
  why: 'Echo requests carry any bytes one likes, and filters for TCP and UDP do not see them.',
  measures: ['no-direct-egress'],
  rows: ['G6'],
  expects: 'no echo request arrives at a host outside that ordinary containers reach',
  weakenedBy: ['net-open', 'net-gateway-published'],
  attempts(target, facts) {
    const hindrance = hindranceOf(target, facts);
    if (hindrance !== undefined) return { skipped: hindrance };
    if (isAbsent(facts.syscall)) return { skipped: facts.syscall.absent };
    if (isAbsent(facts.canary)) return { skipped: facts.canary.absent };
    const { v4, control } = facts.canary;
    if (!facts.canary.proved.udp)
      return {
        skipped:
          'not even an ordinary container of this engine reaches the host outside that was set up for this',
      };
    const echo = [ECHO_REQUEST, 0, 0, 0, 0, 1, 0, 1, ...bytesOf(markerOf(facts, 'net-icmp'))];
    const calls = packet(0, IPPROTO_ICMP, echo, socketAddress(v4, 0));
    return [
      { id: 'before', at: 'outside', run: 'visits', params: { control, markers: [], first: true } },
      { id: 'ping', at: 'cell', run: 'callKernel', params: { program: facts.syscall, calls } },
      visitsAttempt(control, []),
    ];
  },
  judge: (seen) => judgePing(seen),
};

function judgePing(seen: Seen): Judgement {
  const before = resultOf<Visits>(seen, 'before');
  const ping = resultOf<KernelCalls>(seen, 'ping');
  const after = resultOf<Visits>(seen, 'visits');
  if ('unclear' in before) return unclear(before.unclear);
  if ('unclear' in ping) return unclear(ping.unclear);
  if ('unclear' in after) return unclear(after.unclear);
  const arrived = after.value.echoRequests - before.value.echoRequests;
  if (arrived > 0)
    return fail(
      `${arrived === 1 ? 'an echo request' : `${arrived} echo requests`} arrived at a host outside`,
    );
  const send = ping.value.results.at(-1);
  const socket = ping.value.results[0];
  if (send === undefined || socket === undefined) return unclear('the system call program gave no result');
  if (socket.code !== undefined) return pass(`a socket for ICMP is refused: ${socket.code}`);
  return pass(`no echo request arrived: ${send.code ?? 'it was sent and dropped'}`);
}

const MOST_ADDRESSES = 8;

export const hostPacketProbe: NetworkProbe = {
  id: 'net-host-packets',
  ring: 'network',
  needs: ['cell'],
  title: 'The host drops single packets from the gateway, too',
  why: 'A service on the host that acts on one datagram needs no connection to be abused.',
  measures: ['no-direct-egress'],
  rows: ['G6'],
  expects: 'no datagram arrives at a listener of the host, whatever the routes in the container say',
  weakenedBy: [
    'net-bridge-unfiltered',
    'net-open',
    'net-host-address',
    'net-gateway-published',
    'net-joined',
  ],
  attempts(target, facts) {
    const hindrance = hindranceOf(target, facts);
    if (hindrance !== undefined) return { skipped: hindrance };
    if (isAbsent(facts.syscall)) return { skipped: facts.syscall.absent };
    if (isAbsent(facts.host)) return { skipped: facts.host.absent };
    if (isAbsent(facts.cell)) return { skipped: facts.cell.absent };
    const { host, syscall, cell } = facts;
    const addresses = host.v4.slice(0, MOST_ADDRESSES);
    const devices = cell.networks.map((_, index) => `eth${index}`);
    if (addresses.length === 0 || devices.length === 0 || cell.isHost)
      return { skipped: 'the gateway has no network of its own' };
    const data = bytesOf(markerOf(facts, 'net-host-packets'));
    const calls: NamedCall[] = [];
    for (const device of devices)
      for (const address of addresses)
        calls.push(...packet(calls.length, 0, data, socketAddress(address, host.udp), device));
    return [
      { id: 'send', at: 'cell', run: 'callKernel', params: { program: syscall, calls } },
      visitsAttempt(host.control, [markerOf(facts, 'net-host-packets')], 'host'),
    ] satisfies Attempt[];
  },
  judge: (seen) => judgeHostPackets(seen),
};

function judgeHostPackets(seen: Seen): Judgement {
  const visits = resultOf<Visits>(seen, 'visits');
  const send = resultOf<KernelCalls>(seen, 'send');
  if ('unclear' in visits) return unclear(visits.unclear);
  if ('unclear' in send) return unclear(send.unclear);
  const [visit] = visits.value.visits;
  if (visit !== undefined) return fail(`a datagram from ${visit.from} arrived at the host`);
  const sent = send.value.results.filter(({ call }) => call === 'sendto');
  if (sent.length === 0) return unclear('the system call program gave no result');
  const away = sent.filter(({ code }) => code === undefined).length;
  const refused = [...new Set(sent.map(({ code }) => code).filter((code) => code !== undefined))];
  return pass(
    `${sent.length} tried, ${away} left the container, none arrived${refused.length > 0 ? ` (${refused.join(', ')})` : ''}`,
  );
}
