import type { TcpResult } from '../../payload/network/tcp-attempts.ts';
import type { Attempt, Judgement, Seen } from '../../probe.ts';
import { few, fail, pass, unclear } from '../judgement.ts';
import {
  isAbsent,
  type HostFacts,
  type NetworkFacts,
  type NetworkProbe,
  type PublishedFacts,
  resultOf,
} from './facts.ts';
import { unique } from './way-out.ts';

/** Docker 28 drops what reaches a container's own address from elsewhere. */
const DIRECT_ROUTING_ENDS = 28;

function published(facts: NetworkFacts): { ports: PublishedFacts; host: HostFacts } | { skipped: string } {
  if (isAbsent(facts.published)) return { skipped: facts.published.absent };
  if (isAbsent(facts.host)) return { skipped: facts.host.absent };
  if (isAbsent(facts.canary)) return { skipped: facts.canary.absent };
  return { ports: facts.published, host: facts.host };
}

/** The published ports answer the host itself: they are there to be reached. */
function control({ ports }: PublishedFacts): Attempt {
  const targets = ports.map(({ hostAddress, hostPort }) => ({
    host:
      hostAddress === '' || hostAddress === '0.0.0.0'
        ? '127.0.0.1'
        : hostAddress === '::'
          ? '::1'
          : hostAddress,
    port: hostPort,
  }));
  return { id: 'control', at: 'host', run: 'tcp', params: { targets } };
}

export const publishedProbe: NetworkProbe = {
  id: 'net-published',
  ring: 'network',
  needs: ['published'],
  title: 'No other machine reaches the published port',
  why: "Docker opens published ports past the host's firewall: everybody who reaches the host may try tokens and exploits.",
  measures: ['loopback-publish'],
  rows: ['G6', 'H5', 'R4'],
  expects:
    'from another machine no address of the host answers at the published port, while the host itself gets an answer',
  weakenedBy: ['loopback-publish'],
  attempts(_, facts) {
    const found = published(facts);
    if ('skipped' in found) return found;
    const { ports, host } = found;
    const targets = [...host.v4, ...host.v6].flatMap((address) =>
      ports.ports.map(({ hostPort }) => ({ host: address, port: hostPort })),
    );
    const reach = [...host.v4, ...host.v6].map((address) => ({ host: address, port: host.tcp }));
    return [
      { id: 'connect', at: 'outside', run: 'tcp', params: { targets } },
      { id: 'reach', at: 'outside', run: 'tcp', params: { targets: reach } },
      control(ports),
    ];
  },
  judge(seen, _, facts) {
    const connect = resultOf<TcpResult[]>(seen, 'connect');
    const reach = resultOf<TcpResult[]>(seen, 'reach');
    if ('unclear' in connect) return unclear(connect.unclear);
    if ('unclear' in reach) return unclear(reach.unclear);
    const open = connect.value.filter(({ code }) => code === 'connected');
    if (open.length > 0) {
      const ports = isAbsent(facts.published) ? [] : facts.published.ports;
      const inside = ports.filter(({ hostPort }) => open.some(({ port }) => port === hostPort));
      return fail(
        `another machine reached port ${few(unique(inside.map(({ containerPort }) => String(containerPort))))} at ${few(unique(open.map(({ host }) => host)))}`,
      );
    }
    const known = controlOf(seen);
    if (known !== undefined) return known;
    const refused = connect.value.some(({ code }) => code === 'ECONNREFUSED');
    const reached = reach.value.some(({ code }) => code === 'connected');
    if (!refused && !reached) return unclear('the other machine reaches nothing at all of this host');
    return pass(
      `${connect.value.length} tried, none answered: ${few(unique(connect.value.map(({ code }) => code)))}`,
    );
  },
};

export const routedProbe: NetworkProbe = {
  id: 'net-published-routed',
  ring: 'network',
  needs: ['published'],
  title: "No other machine reaches the container's own address through this host",
  why: "A neighbour of the host who sets a route to Docker's subnet gets past the loopback address to which the port is published.",
  measures: ['loopback-publish'],
  rows: ['G6', 'H5'],
  expects:
    'from another machine no address of the container answers, while the host gets an answer at the published port',
  weakenedBy: ['net-unprotected', 'net-gateway-published'],
  attempts(target, facts) {
    const found = published(facts);
    if ('skipped' in found) return found;
    const { ports } = found;
    const isOld = Number(target.engine.version.split('.')[0]) < DIRECT_ROUTING_ENDS;
    if (isOld && target.deployment.preset === 'baseline')
      return {
        skipped: `Docker ${target.engine.version} lets machines beside this host in by routing, which preset baseline does not change; Docker 28 and preset caged do`,
      };
    // What stands in for the ingress refuses nobody: the ingress itself has a probe of its own.
    const direct = ports.ports.filter(({ service }) => service !== 'ingress');
    if (direct.length === 0) return { skipped: 'the gateway publishes nothing itself; its ingress does' };
    const targets = ports.addresses.flatMap((host) =>
      direct.map(({ containerPort }) => ({ host, port: containerPort })),
    );
    return [{ id: 'connect', at: 'outside', run: 'tcp', params: { targets } }, control(ports)];
  },
  judge: (seen) => judgeRouted(seen),
};

function judgeRouted(seen: Seen): Judgement {
  const connect = resultOf<TcpResult[]>(seen, 'connect');
  if ('unclear' in connect) return unclear(connect.unclear);
  const open = connect.value.filter(({ code }) => code === 'connected');
  if (open.length > 0)
    return fail(
      `another machine reached the container's own address ${few(unique(open.map(({ host, port }) => `${host}, port ${port}`)))} through this host`,
    );
  return (
    controlOf(seen) ??
    pass(
      `${connect.value.length} tried, none answered: ${few(unique(connect.value.map(({ code }) => code)))}`,
    )
  );
}

function controlOf(seen: Seen): Judgement | undefined {
  const answered = resultOf<TcpResult[]>(seen, 'control');
  if ('unclear' in answered) return unclear(answered.unclear);
  return answered.value.some(({ code }) => code === 'connected')
    ? undefined
    : unclear('the published port does not answer the host itself');
}

export const gatewayRoutedProbe: NetworkProbe = {
  id: 'net-gateway-routed',
  ring: 'network',
  needs: ['cell'],
  title: "No other machine reaches the gateway's port by its own address",
  why: 'What the ingress checks counts for nothing when there is a way around it.',
  measures: ['isolated-network'],
  rows: ['G6'],
  expects: "from another machine no address of the gateway's container answers",
  weakenedBy: ['net-gateway-published'],
  attempts(target, facts) {
    if (isAbsent(facts.cell)) return { skipped: facts.cell.absent };
    if (isAbsent(facts.canary)) return { skipped: facts.canary.absent };
    const { cell } = facts;
    if (cell.isHost) return { skipped: "it uses the host's network" };
    if (cell.addresses.length === 0) return { skipped: 'the gateway has no address' };
    const isPublished = (target.gateway.ports ?? []).length > 0;
    if (isPublished) return { skipped: 'the gateway publishes its port itself' };
    return [
      {
        id: 'connect',
        at: 'outside',
        run: 'tcp',
        params: { targets: cell.addresses.map((host) => ({ host, port: cell.port })) },
      },
      {
        id: 'control',
        at: 'cell',
        run: 'tcp',
        params: { targets: [{ host: '127.0.0.1', port: cell.port }] },
      },
    ];
  },
  judge: (seen) => judgeRouted(seen),
};
