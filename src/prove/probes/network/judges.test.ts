import { describe, expect, test } from 'vitest';
import type { Observation } from '../../payload/protocol.ts';
import type { ProofTarget } from '../../proof-target.ts';
import { facts, judge, none, probeOf, target, tcp, visit } from '../../testing/network-facts.ts';
import { networkVariants } from '../../variants/network.ts';
import { type CellFacts, markerOf, type NetworkFacts } from './facts.ts';
import { probes } from './index.ts';

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
    const recent = { ...baseline, engine: { ...target.engine, version: '28.1.0' } };
    expect(probeOf('net-published-routed').attempts(recent, facts)).not.toHaveProperty('skipped');
  });
});
