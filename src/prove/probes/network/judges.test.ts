import { describe, expect, test } from 'vitest';
import type { Observation } from '../../payload/protocol.ts';
import type { ProofTarget } from '../../proof-target.ts';
import { networkVariants } from '../../variants/network.ts';
import { type CellFacts, markerOf, type NetworkFacts, type NetworkProbe } from './facts.ts';
import { probes } from './index.ts';

const facts: NetworkFacts = {
  run: '0123abcd',
  canary: {
    v4: '192.52.193.2',
    v6: '2001:3:c1a0:0::2',
    control: 5219,
    proved: { tcp: true, udp: true, dns: true },
  },
  host: {
    tcp: 40_001,
    udp: 40_002,
    control: 40_003,
    v4: ['198.18.0.5', '172.17.0.1'],
    v6: ['fd00::5'],
    linkLocal: ['fe80::42'],
    listeners: [{ protocol: 'tcp', address: '0.0.0.0', port: 2375 }],
  },
  other: { address: '172.31.9.2', port: 80, hostAddress: '172.31.8.1', isContained: true },
  cell: {
    addresses: ['172.30.1.5'],
    port: 18_789,
    isHost: false,
    isDiverted: true,
    networks: [{ name: 'cage', neighbours: ['db'], isCommon: false, standIn: '172.30.1.6' }],
  },
  published: {
    ports: [{ hostAddress: '127.0.0.1', hostPort: 33_000, containerPort: 8080, service: 'gateway' }],
    addresses: ['172.30.2.2'],
  },
  egress: {
    host: '172.31.7.2',
    port: 3128,
    names: {
      open: { name: 'open.example.com', ports: [443] },
      privately: { name: 'home.example.com', ports: [443] },
      metadata: { name: 'meta.example.com', ports: [443] },
      rebinding: { name: 'again.example.com', ports: [443] },
      mixed: { name: 'mixed.example.com', ports: [443] },
    },
    insiders: ['172.31.9.2'],
  },
  syscall: '/clawproof-kit/syscall',
};

const target = {
  deployment: { evidence: 'effective', services: [], networks: [] },
  gateway: { name: 'gateway', role: 'gateway' },
  engine: { version: '20.10.24' },
} as unknown as ProofTarget;

function probeOf(id: string): NetworkProbe {
  const probe = probes.find((each) => each.id === id);
  if (probe === undefined) throw new Error(`no probe ${id}`);
  return probe;
}

type Results = Record<string, unknown>;

function judge(id: string, results: Results, changes: Partial<NetworkFacts> = {}): string {
  const seen = new Map<string, Observation>(
    Object.entries(results).map(([key, result]) => [key, { result }]),
  );
  const judgement = probeOf(id).judge(seen, target, { ...facts, ...changes });
  return `${judgement.state}: ${'observed' in judgement ? judgement.observed : judgement.reason}`;
}

const visit = (changes: object): object => ({
  ms: 1,
  via: 'tcp',
  from: '172.30.1.5',
  to: '192.52.193.2',
  port: 443,
  ...changes,
});
const none = { visits: [], echoRequests: 0 };
const tcp = (code: string, changes: object = {}): object => ({
  host: '192.52.193.2',
  port: 443,
  code,
  ms: 1,
  ...changes,
});

describe('every probe', () => {
  test.each(probes.map((probe) => [probe.id, probe] as const))(
    '%s: without an observation nothing is known',
    (_, probe) => {
      expect(probe.judge(new Map(), target, facts).state).toBe('error');
      const planned = probe.attempts(target, facts);
      if ('skipped' in planned) return;
      expect(planned.length).toBeGreaterThan(0);
      expect(new Set(planned.map(({ id }) => id)).size).toBe(planned.length);
      const failed = new Map<string, Observation>(
        planned.map(({ id }) => [id, { error: 'no such program' }]),
      );
      expect(probe.judge(failed, target, facts).state).toBe('error');
      // Whatever one of them did not answer, the others alone are no pass.
      for (const { id } of planned) {
        const partial = new Map<string, Observation>([[id, { result: id === 'visits' ? none : [] }]]);
        if (planned.length > 1) expect(probe.judge(partial, target, facts).state).not.toBe('pass');
      }
    },
  );

  test('names variants that there are, and every variant is some probe’s control', () => {
    const variants = networkVariants.map(({ id }) => id);
    expect(new Set(variants).size).toBe(variants.length);
    for (const { weakenedBy } of probes) expect(variants).toEqual(expect.arrayContaining([...weakenedBy]));
    const named = new Set(probes.flatMap(({ weakenedBy }) => weakenedBy));
    expect(variants.filter((id) => !named.has(id))).toEqual([]);
  });

  test('has markers of its own', () => {
    expect(new Set(probes.map(({ id }) => markerOf(facts, id))).size).toBe(probes.length);
  });
});

describe('ways out', () => {
  const ids = probes
    .filter(({ needs, measures }) => needs.includes('cell') && measures[0] === 'no-direct-egress')
    .map(({ id }) => id);

  test.each(ids)('%s is not tried where the owner chose preset baseline', (id) => {
    const baseline = { ...target, deployment: { ...target.deployment, preset: 'baseline' } } as ProofTarget;
    expect(probeOf(id).attempts(baseline, facts)).toMatchObject({
      skipped: expect.stringContaining('preset baseline'),
    });
  });

  test('nothing is said where not even an ordinary container reaches the canary', () => {
    const canary = { v4: '192.52.193.2', v6: '', control: 1, proved: { tcp: false, udp: false, dns: false } };
    for (const id of ['net-tcp', 'net-udp', 'net-dns-tunnel', 'net-icmp'])
      expect(probeOf(id).attempts(target, { ...facts, canary })).toHaveProperty('skipped');
  });

  test('metadata and private addresses are tried only where they end at the canary', () => {
    const cell = { ...(facts.cell as object), isDiverted: false } as NetworkFacts['cell'];
    for (const id of ['net-metadata', 'net-private'])
      expect(probeOf(id).attempts(target, { ...facts, cell })).toHaveProperty('skipped');
  });

  test('a visit is a failure, whatever the attempt itself saw', () => {
    expect(judge('net-tcp', { connect: [tcp('timeout')], visits: { ...none, visits: [visit({})] } })).toMatch(
      /^fail: a TCP connection arrived .* 192\.52\.193\.2 port 443$/,
    );
    expect(
      judge('net-dns-tunnel', {
        lookup: [{ name: 'a', code: 'ETIMEOUT' }],
        visits: { ...none, visits: [visit({ via: 'dns', name: 'cp-x.example.com' })] },
      }),
    ).toMatch(/^fail: .*a query for cp-x\.example\.com$/);
  });

  test('an answer of somebody else is a failure, too', () => {
    expect(judge('net-tcp', { connect: [tcp('connected')], visits: none })).toMatch(
      /^fail: .*not by the host that was meant/,
    );
  });

  test('refusals without a visit are a pass', () => {
    expect(judge('net-tcp', { connect: [tcp('timeout'), tcp('ENETUNREACH')], visits: none })).toBe(
      'pass: 2 tried, none arrived: timeout and ENETUNREACH',
    );
  });

  test('a ping is counted by the kernel of the canary', () => {
    const ping = {
      results: [
        { call: 'socket', value: 3 },
        { call: 'sendto', value: 20 },
      ],
    };
    expect(judge('net-icmp', { before: none, ping, visits: { ...none, echoRequests: 1 } })).toMatch(/^fail/);
    expect(judge('net-icmp', { before: none, ping, visits: none })).toMatch(/^pass/);
    const refused = {
      results: [
        { call: 'socket', code: 'EACCES' },
        { call: 'sendto', code: 'EBADF' },
      ],
    };
    expect(judge('net-icmp', { before: none, ping: refused, visits: none })).toBe(
      'pass: a socket for ICMP is refused: EACCES',
    );
    expect(judge('net-icmp', { before: none, ping: { results: [] }, visits: none })).toMatch(/^error/);
  });
});

describe('the host', () => {
  const control = [tcp('connected', { host: '127.0.0.1' })];
  const refused = [tcp('timeout', { host: '172.17.0.1' })];

  test('one connection that arrived is a failure', () => {
    expect(
      judge('net-host', {
        connect: refused,
        control,
        visits: { ...none, visits: [visit({ to: '172.17.0.1' })] },
      }),
    ).toBe('fail: the host answered at 172.17.0.1');
  });

  test('a listener that does not answer the host itself proves nothing', () => {
    expect(judge('net-host', { connect: refused, control: refused, visits: none })).toMatch(/^error/);
    expect(judge('net-host-ports', { connect: refused, control: refused })).toMatch(/^error/);
    expect(judge('net-host-udp', { send: [tcp('sent')], control: [], visits: none })).toMatch(/^error/);
  });

  test('an engine that listens is a failure of another measure', () => {
    const open = [tcp('connected', { host: '172.17.0.1', port: 2375 })];
    const seen = new Map<string, Observation>([
      ['connect', { result: open }],
      ['control', { result: control }],
    ]);
    expect(probeOf('net-host-ports').judge(seen, target, facts)).toMatchObject({
      state: 'fail',
      measure: 'engine-not-on-tcp',
    });
  });

  test('names that the deployment gave another meaning are left alone', () => {
    const given = {
      ...target,
      gateway: { ...target.gateway, extraHosts: [['host.docker.internal', '198.18.7.7']] },
    } as ProofTarget;
    const hosts = (of: ProofTarget): string => JSON.stringify(probeOf('net-host').attempts(of, facts));
    expect(hosts(target)).toContain('host.docker.internal');
    expect(hosts(given)).not.toContain('host.docker.internal');
  });

  test('single packets', () => {
    const send = { results: [{ call: 'sendto', value: 19 }] };
    expect(judge('net-host-packets', { send, visits: none })).toMatch(
      /^pass: 1 tried, 1 left the container, none arrived/,
    );
    expect(judge('net-host-packets', { send, visits: { ...none, visits: [visit({ via: 'udp' })] } })).toMatch(
      /^fail: a datagram from 172\.30\.1\.5/,
    );
  });
});

describe('neighbours', () => {
  const members = [{ network: 'cage', neighbours: ['db'] }];
  const alone = {
    cell: {
      ...(facts.cell as CellFacts),
      networks: [{ name: 'cage', neighbours: [], isCommon: false }],
    },
  };

  test('a container of ours stands in for them', () => {
    const connect = [tcp('connected', { host: '172.30.1.6', port: 80 })];
    expect(judge('net-neighbours', { members, connect })).toBe(
      'fail: a container beside it answered on cage, where db is as well',
    );
    expect(judge('net-neighbours', { members, connect: [tcp('timeout', { host: '172.30.1.6' })] })).toMatch(
      /^pass/,
    );
  });

  test('without any, the engine’s list is what is seen', () => {
    expect(judge('net-neighbours', { members: [{ network: 'cage', neighbours: [] }] }, alone)).toBe(
      'pass: nobody else is on cage',
    );
    expect(judge('net-neighbours', { members }, alone)).toMatch(/^error/);
  });

  test('other networks, both ways', () => {
    const results = {
      out: [tcp('timeout')],
      in: [tcp('EHOSTUNREACH')],
      control: [tcp('connected')],
      listening: [tcp('connected')],
    };
    expect(judge('net-other-networks', results)).toMatch(/^pass/);
    expect(judge('net-other-networks', { ...results, out: [tcp('connected')] })).toMatch(
      /^fail: a container/,
    );
    expect(judge('net-other-networks', { ...results, in: [tcp('connected')] })).toMatch(
      /^fail: .*past its ingress/,
    );
    expect(judge('net-other-networks', { ...results, control: [tcp('timeout')] })).toMatch(/^error/);
    expect(judge('net-other-networks', { ...results, listening: [tcp('ECONNREFUSED')] })).toMatch(/^error/);
  });
});

describe('from outside', () => {
  const control = [tcp('connected', { host: '127.0.0.1', port: 33_000 })];

  test('a published port', () => {
    const open = [tcp('connected', { host: '198.18.0.5', port: 33_000 })];
    expect(judge('net-published', { connect: open, reach: [], control })).toBe(
      'fail: another machine reached port 8080 at 198.18.0.5',
    );
    const shut = [tcp('ECONNREFUSED', { port: 33_000 })];
    expect(judge('net-published', { connect: shut, reach: [], control })).toMatch(/^pass/);
    expect(judge('net-published', { connect: shut, reach: [], control: shut })).toMatch(/^error/);
    expect(judge('net-published', { connect: [tcp('timeout')], reach: [tcp('timeout')], control })).toMatch(
      /^error/,
    );
  });

  test('routed in past the published address', () => {
    expect(
      judge('net-published-routed', {
        connect: [tcp('connected', { host: '172.30.2.2', port: 8080 })],
        control,
      }),
    ).toMatch(/^fail/);
    expect(judge('net-published-routed', { connect: [tcp('timeout')], control })).toMatch(/^pass/);
    const baseline = { ...target, deployment: { ...target.deployment, preset: 'baseline' } } as ProofTarget;
    expect(probeOf('net-published-routed').attempts(baseline, facts)).toHaveProperty('skipped');
    const recent = { ...baseline, engine: { ...target.engine, version: '28.1.0' } } as ProofTarget;
    expect(probeOf('net-published-routed').attempts(recent, facts)).not.toHaveProperty('skipped');
  });
});

describe('egress', () => {
  const answer = (status: number, changes: object = {}): object => ({
    request: 'CONNECT x.example:443',
    status,
    text: '',
    ms: 1,
    ...changes,
  });
  const allowed = [answer(200)];

  test('refusals count only while an allowed name passes', () => {
    expect(judge('egress-names', { ask: [answer(403)], allowed, visits: none })).toBe(
      'pass: 1 request, all refused with 403',
    );
    expect(judge('egress-names', { ask: [answer(403)], allowed: [answer(503)], visits: none })).toMatch(
      /^error/,
    );
    expect(judge('egress-names', { ask: [answer(403)], visits: none })).toMatch(/^pass/);
  });

  test('what came through is a failure, also when nobody answered behind it', () => {
    expect(judge('egress-names', { ask: [answer(200)], allowed, visits: none })).toMatch(
      /^fail: egress let a request for x\.example:443/,
    );
    expect(judge('egress-names', { ask: [answer(503)], allowed, visits: none })).toMatch(
      /^fail: .*only nobody answered/,
    );
    expect(judge('egress-names', { ask: [answer(0, { code: 'timeout' })], allowed, visits: none })).toMatch(
      /^error/,
    );
    expect(
      judge('egress-names', { ask: [answer(403)], allowed, visits: { ...none, visits: [visit({})] } }),
    ).toMatch(/^fail/);
  });

  test('a lookup alone is a failure where there must be none', () => {
    const looked = { ...none, visits: [visit({ via: 'dns', name: 'data.example.org' })] };
    expect(judge('egress-lookups', { ask: [answer(403)], allowed, visits: looked })).toMatch(
      /^fail: a name server outside was asked/,
    );
    expect(judge('egress-names', { ask: [answer(403)], allowed, visits: looked })).toMatch(/^pass/);
  });

  test('rebinding needs a name that passed at first', () => {
    expect(
      judge('egress-rebinding', { ask: [answer(200)], visits: { ...none, visits: [visit({})] } }),
    ).toMatch(/^pass/);
    expect(judge('egress-rebinding', { ask: [answer(403)], visits: none })).toMatch(/^error/);
    expect(
      judge('egress-rebinding', {
        ask: [answer(200)],
        visits: { ...none, visits: [visit({ to: '10.255.255.254' })] },
      }),
    ).toMatch(/^fail/);
  });

  test('is skipped where there is none, or too few names are allowed', () => {
    const egress = { absent: 'the deployment has no egress proxy' };
    for (const { id } of probes.filter(({ needs }) => needs.includes('egress')))
      expect(probeOf(id).attempts(target, { ...facts, egress })).toEqual({ skipped: egress.absent });
    const few = { ...(facts.egress as object), names: {} } as NetworkFacts['egress'];
    expect(probeOf('egress-private').attempts(target, { ...facts, egress: few })).toHaveProperty('skipped');
  });
});
