import type { Visits } from '../../payload/network/listener-control.ts';
import type { TcpResult } from '../../payload/network/tcp-attempts.ts';
import type { Attempt, Judgement, Seen } from '../../probe.ts';
import type { ProofTarget } from '../../proof-target.ts';
import { count, few, fail, pass, unclear } from '../judgement.ts';
import {
  type Absent,
  type HostFacts,
  isAbsent,
  markerOf,
  type NetworkFacts,
  type NetworkProbe,
  resultOf,
} from './facts.ts';
import { hindranceOf, unique, visitsAttempt } from './way-out.ts';

const MOST_TARGETS = 240;
const ENGINE_PORTS = [2375, 2376];

/** Why the host cannot be tried, or what is known of it. */
function hostOf(target: ProofTarget, facts: NetworkFacts): HostFacts | Absent {
  const hindrance = hindranceOf(target, facts);
  return hindrance === undefined ? facts.host : { absent: hindrance };
}

/** The listener was seen to work when the host itself and an ordinary container reached it. */
function controls(host: HostFacts, facts: NetworkFacts): Attempt[] {
  const target = (address: string): object => ({ targets: [{ host: address, port: host.tcp }] });
  return [
    { id: 'control', at: 'host', run: 'tcp', params: target('127.0.0.1') as Attempt['params'] },
    {
      id: 'ordinary',
      at: 'neighbour',
      run: 'tcp',
      params: target(facts.other.hostAddress) as Attempt['params'],
    },
  ];
}

export const hostProbe: NetworkProbe = {
  id: 'net-host',
  ring: 'network',
  needs: ['cell'],
  title: 'The gateway reaches no address of this host',
  why: 'What listens on the host, from the print server to the panel of the router, trusts its own machine.',
  measures: ['no-direct-egress'],
  rows: ['G6'],
  expects: 'no connection to a listener of ours on every address of the host comes about',
  weakenedBy: ['net-host-address', 'net-open', 'net-gateway-published', 'net-host-mode'],
  attempts(target, facts) {
    const host = hostOf(target, facts);
    if (isAbsent(host)) return { skipped: host.absent };
    const targets = [...host.v4, ...host.v6, ...hostNames(target, host)].map((address) => ({
      host: address,
      port: host.tcp,
    }));
    const send = `${markerOf(facts, 'net-host')}\n`;
    return [
      { id: 'connect', at: 'cell', run: 'tcp', params: { targets: targets.slice(0, MOST_TARGETS), send } },
      ...controls(host, facts),
      visitsAttempt(host.control, [send.trim()], 'host'),
    ];
  },
  judge: (seen) => judgeHost(seen),
};

/** Names that stand for the host, but those that the deployment gave another meaning. */
function hostNames({ gateway }: ProofTarget, { v4 }: HostFacts): string[] {
  const given = new Map(gateway.extraHosts ?? []);
  return ['host.docker.internal', 'gateway.docker.internal', 'host.containers.internal'].filter((name) => {
    const address = given.get(name);
    return address === undefined || address === 'host-gateway' || v4.includes(address);
  });
}

export const linkLocalProbe: NetworkProbe = {
  id: 'net-host-link-local',
  ring: 'network',
  needs: ['cell'],
  title: 'The gateway does not reach the host by its IPv6 addresses of the link',
  why: 'Every bridge has such an address, also where IPv6 was never set up, and no rule for IPv4 is about it.',
  measures: ['no-direct-egress'],
  rows: ['G6'],
  expects: "no connection to the host's address of the link comes about",
  weakenedBy: ['net-ipv6-on'],
  attempts(target, facts) {
    const host = hostOf(target, facts);
    if (isAbsent(host)) return { skipped: host.absent };
    if (isAbsent(facts.cell) || facts.cell.isHost)
      return { skipped: 'the gateway has no network of its own' };
    if (host.linkLocal.length === 0)
      return { skipped: 'the host has no IPv6 address on the networks of the gateway' };
    const devices = facts.cell.networks.map((_, index) => `eth${index}`);
    const targets = host.linkLocal.flatMap((address) =>
      devices.map((device) => ({ host: `${address}%${device}`, port: host.tcp })),
    );
    const send = `${markerOf(facts, 'net-host-link-local')}\n`;
    return [
      // A new address may be used after a second or two.
      { id: 'connect', at: 'cell', run: 'tcp', params: { targets, send, timeoutMs: 2500, settleMs: 5000 } },
      ...controls(host, facts).slice(0, 1),
      visitsAttempt(host.control, [send.trim()], 'host'),
    ];
  },
  judge: (seen) => judgeHost(seen),
};

function judgeHost(seen: Seen): Judgement {
  const connect = resultOf<TcpResult[]>(seen, 'connect');
  const control = resultOf<TcpResult[]>(seen, 'control');
  const visits = resultOf<Visits>(seen, 'visits');
  if ('unclear' in connect) return unclear(connect.unclear);
  if ('unclear' in visits) return unclear(visits.unclear);
  const came = visits.value.visits;
  if (came.length > 0) return fail(`the host answered at ${few(unique(came.map(({ to }) => to)))}`);
  if ('unclear' in control) return unclear(control.unclear);
  if (control.value[0]?.code !== 'connected')
    return unclear('the listener on the host does not answer the host itself');
  if (connect.value.length === 0) return unclear('nothing came back of what was tried');
  const codes = unique(connect.value.map(({ code }) => code));
  return pass(
    `${count(connect.value.length, 'address or name', 'addresses and names')} tried, none answered: ${few(codes)}`,
  );
}

export const hostPortsProbe: NetworkProbe = {
  id: 'net-host-ports',
  ring: 'network',
  needs: ['cell'],
  title: 'The gateway reaches nothing that listens on this host',
  why: 'Databases, panels and container engines on the host often ask nobody for a password who comes from the inside.',
  measures: ['no-direct-egress', 'engine-not-on-tcp'],
  rows: ['G6', 'G2'],
  expects: 'no port that is open on the host can be connected to',
  weakenedBy: ['net-host-address', 'net-open', 'net-gateway-published', 'net-host-mode'],
  attempts(target, facts) {
    const host = hostOf(target, facts);
    if (isAbsent(host)) return { skipped: host.absent };
    // A listener of ours among them: there is something to be reached on every host.
    const open = [
      ...host.listeners.filter(({ protocol }) => protocol === 'tcp'),
      { address: '0.0.0.0', port: host.tcp },
    ];
    const targets = open.flatMap(({ address, port }) =>
      boundTo(address, host).map((each) => ({ host: each, port })),
    );
    return [
      // Connected to and closed again: nothing is sent to what is not ours.
      { id: 'connect', at: 'cell', run: 'tcp', params: { targets: targets.slice(0, MOST_TARGETS) } },
      ...controls(host, facts).slice(0, 1),
    ];
  },
  judge(seen, _, facts) {
    const connect = resultOf<TcpResult[]>(seen, 'connect');
    const control = resultOf<TcpResult[]>(seen, 'control');
    if ('unclear' in connect) return unclear(connect.unclear);
    if ('unclear' in control) return unclear(control.unclear);
    if (control.value[0]?.code !== 'connected')
      return unclear('the listener on the host does not answer the host itself');
    const ours = isAbsent(facts.host) ? 0 : facts.host.tcp;
    const open = connect.value.filter(({ code }) => code === 'connected');
    const engine = open.find(({ port }) => ENGINE_PORTS.includes(port));
    if (engine !== undefined)
      return fail(
        `port ${engine.port} of the host answered, where container engines listen: whoever speaks to one is root on the host`,
        'engine-not-on-tcp',
      );
    if (open.length > 0) {
      const ports = unique(open.map(({ port }) => (port === ours ? 'one of ours' : `port ${port}`)));
      return fail(
        `ports of the host answered: ${few(ports)}, at ${few(unique(open.map(({ host }) => host)))}`,
      );
    }
    if (connect.value.length === 0) return unclear('nothing came back of what was tried');
    const ports = unique(connect.value.map(({ port }) => String(port))).length;
    return pass(`${ports} open ports tried at ${connect.value.length} places, none answered`);
  },
};

function boundTo(address: string, { v4, v6 }: HostFacts): readonly string[] {
  if (address === '0.0.0.0') return v4;
  return address === '::' ? [...v4, ...v6] : [address];
}

export const hostUdpProbe: NetworkProbe = {
  id: 'net-host-udp',
  ring: 'network',
  needs: ['cell'],
  title: 'No datagram of the gateway reaches this host',
  why: 'Name servers, device discovery and system logs of the host take datagrams from anybody.',
  measures: ['no-direct-egress'],
  rows: ['G6'],
  expects: 'no datagram arrives at a listener of ours on every address of the host',
  weakenedBy: ['net-host-address', 'net-open', 'net-gateway-published', 'net-host-mode'],
  attempts(target, facts) {
    const host = hostOf(target, facts);
    if (isAbsent(host)) return { skipped: host.absent };
    const targets = [...host.v4, ...host.v6].map((address) => ({ host: address, port: host.udp }));
    const send = markerOf(facts, 'net-host-udp');
    return [
      {
        id: 'send',
        at: 'cell',
        run: 'udp',
        params: { targets: targets.slice(0, MOST_TARGETS), send, timeoutMs: 700 },
      },
      {
        id: 'control',
        at: 'host',
        run: 'udp',
        params: {
          targets: [{ host: '127.0.0.1', port: host.udp }],
          send: `${send.slice(0, -1)}0`,
          timeoutMs: 200,
        },
      },
      visitsAttempt(host.control, [send, `${send.slice(0, -1)}0`], 'host'),
    ];
  },
  judge(seen, _, facts) {
    const send = resultOf<TcpResult[]>(seen, 'send');
    const visits = resultOf<Visits>(seen, 'visits');
    if ('unclear' in send) return unclear(send.unclear);
    if ('unclear' in visits) return unclear(visits.unclear);
    const marker = markerOf(facts, 'net-host-udp');
    const came = visits.value.visits.filter((visit) => visit.marker === marker);
    if (came.length > 0)
      return fail(`a datagram from ${few(unique(came.map(({ from }) => from)))} arrived at the host`);
    if (visits.value.visits.length === 0)
      return unclear('the listener on the host does not hear the host itself');
    return pass(
      `${send.value.length} addresses tried, none heard it: ${few(unique(send.value.map(({ code }) => code)))}`,
    );
  },
};
