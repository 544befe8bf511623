import type { TcpResult } from '../../payload/network/tcp-attempts.ts';
import type { Attempt, Judgement, Seen } from '../../probe.ts';
import { few, fail, pass, unclear } from '../judgement.ts';
import { isAbsent, type NetworkProbe, resultOf } from './facts.ts';
import { unique } from './way-out.ts';

/** Result of the engine's look at who is on the gateway's networks. */
export type Members = { network: string; neighbours: string[] }[];

export const neighboursProbe: NetworkProbe = {
  id: 'net-neighbours',
  ring: 'network',
  needs: ['cell'],
  title: 'Nobody but the deployment itself is on the networks of the gateway',
  why: 'Containers on one network reach all ports of each other: databases that trust their network, and the gateway past its ingress.',
  measures: ['isolated-network'],
  rows: ['G6', 'H9'],
  expects: 'the engine knows of no other container there, so that none is reached',
  weakenedBy: ['net-neighbour'],
  attempts(_, facts) {
    if (isAbsent(facts.cell)) return { skipped: facts.cell.absent };
    const { cell } = facts;
    if (cell.isHost) return { skipped: "it uses the host's network" };
    const targets = cell.networks.flatMap(({ standIn }) =>
      standIn === undefined ? [] : [{ host: standIn, port: 80 }],
    );
    const look: Attempt = { id: 'members', at: 'engine', run: 'members', params: {} };
    return targets.length === 0
      ? [look]
      : [look, { id: 'connect', at: 'cell', run: 'tcp', params: { targets } }];
  },
  judge(seen, _, { cell }) {
    const members = resultOf<Members>(seen, 'members');
    if ('unclear' in members) return unclear(members.unclear);
    if (isAbsent(cell)) return unclear(cell.absent);
    if (!cell.networks.some(({ standIn }) => standIn !== undefined))
      return members.value.some(({ neighbours }) => neighbours.length > 0)
        ? unclear('no container of ours could stand in for the neighbours')
        : pass(`nobody else is on ${few(members.value.map(({ network }) => network)) || 'any network'}`);
    const connect = resultOf<TcpResult[]>(seen, 'connect');
    if ('unclear' in connect) return unclear(connect.unclear);
    const open = cell.networks.filter(({ standIn }) =>
      connect.value.some(({ host, code }) => host === standIn && code === 'connected'),
    );
    if (open.length === 0)
      return pass(
        `a container beside it did not answer: ${few(unique(connect.value.map(({ code }) => code)))}`,
      );
    const names = unique(open.flatMap(({ neighbours }) => neighbours));
    const who = names.length === 0 ? 'any container that joins it' : few(names);
    return fail(
      `a container beside it answered on ${few(open.map(({ name }) => name))}, where ${who} ${names.length > 1 ? 'are' : 'is'} as well`,
    );
  },
};

export const otherNetworkProbe: NetworkProbe = {
  id: 'net-other-networks',
  ring: 'network',
  needs: ['cell'],
  title: 'Containers on other networks and the gateway do not reach each other',
  why: 'Otherwise one weak container anywhere on this host is as good as one beside the gateway.',
  measures: ['isolated-network'],
  rows: ['G6', 'H9'],
  expects: 'no connection comes about in either direction',
  weakenedBy: ['net-joined'],
  attempts(_, facts) {
    if (isAbsent(facts.cell)) return { skipped: facts.cell.absent };
    const { cell, other } = facts;
    if (cell.isHost) return { skipped: "it uses the host's network" };
    const inwards = cell.addresses.map((host) => ({ host, port: cell.port }));
    return [
      { id: 'out', at: 'cell', run: 'tcp', params: { targets: [{ host: other.address, port: other.port }] } },
      ...(inwards.length === 0 || !other.isContained
        ? []
        : [{ id: 'in', at: 'neighbour' as const, run: 'tcp', params: { targets: inwards } }]),
      {
        id: 'control',
        at: 'neighbour',
        run: 'tcp',
        params: { targets: [{ host: other.address, port: other.port }] },
      },
      {
        id: 'listening',
        at: 'cell',
        run: 'tcp',
        params: { targets: [{ host: '127.0.0.1', port: cell.port }] },
      },
    ];
  },
  judge: (seen, _, { cell }) => judgeOthers(seen, !isAbsent(cell) && cell.addresses.length > 0),
};

function judgeOthers(seen: Seen, hasAddress: boolean): Judgement {
  const codes = new Map<string, string[]>();
  for (const id of ['out', 'in', 'control', 'listening']) {
    if (id === 'in' && !seen.has(id)) continue;
    const result = resultOf<TcpResult[]>(seen, id);
    if ('unclear' in result) return unclear(result.unclear);
    codes.set(
      id,
      result.value.map(({ code }) => code),
    );
  }
  const isOpen = (id: string): boolean => codes.get(id)?.includes('connected') === true;
  if (isOpen('out')) return fail('a container on a network of its own answered the gateway');
  if (isOpen('in')) return fail("a container on another network reached the gateway's port past its ingress");
  if (!isOpen('control')) return unclear('the container on the other network does not answer itself');
  if (hasAddress && !isOpen('listening')) return unclear("nothing listened in the gateway's place");
  return pass(
    `neither side answered: ${few(unique([...(codes.get('out') ?? []), ...(codes.get('in') ?? [])]))}`,
  );
}
