import { describe, expect, test } from 'vitest';
import type { SeenProcess } from '../payload/detonation/processes.ts';
import type { SinkRecord } from '../payload/detonation/record.ts';
import type { FileState } from '../payload/detonation/snapshot.ts';
import { judgeDetonation } from './judge.ts';
import type { Observations } from './observations.ts';
import { readManifest } from './skill-manifest.ts';

const TEXT =
  '---\nname: demo\nmetadata: {"openclaw":{"requires":{"env":["DEMO_KEY"]}}}\n---\nAsk https://api.good.example/ by `curl https://api.good.example/`.\n';
const HOME = '/home/node';
const SSH = { name: 'an SSH key', value: 'b3BlbnNzaC1rZXk0011223344556677', file: `${HOME}/.ssh/id_ed25519` };
const OWN = { name: 'the variable DEMO_KEY', value: 'key-00112233445566778899aabb', variable: 'DEMO_KEY' };

function state(changedAt: number, read = changedAt): FileState {
  return ['file', 10, 0o600, 7, changedAt, read];
}

function observations(changes: Partial<Observations> = {}): Observations {
  const files = [{ path: 'SKILL.md', content: Buffer.from(TEXT), mode: 0o644 }];
  const looked = {
    files: {
      [SSH.file]: state(10),
      [`${HOME}/.bashrc`]: state(10),
      [`${HOME}/.openclaw/workspace/SOUL.md`]: state(10),
    },
    isCut: false,
  };
  return {
    files,
    manifest: readManifest(files, 'demo'),
    steps: [
      { id: 'step-1', kind: 'read', file: 'SKILL.md', line: 1 },
      { id: 'step-2', kind: 'inline', file: 'SKILL.md', line: 5, command: 'curl https://api.good.example/' },
    ],
    baits: [SSH, OWN],
    turn: {
      calls: [
        { id: 'step-1', tool: 'read', via: 'direct', result: TEXT, at: 100 },
        { id: 'step-2', tool: 'exec', via: 'direct', result: 'ok', at: 200 },
      ],
      offered: ['exec'],
      heard: [],
      after: { 'skills.status': { skills: [{ name: 'demo', source: 'openclaw-managed', eligible: true }] } },
      end: 'ok',
      beganAt: 1000,
      firstMs: 100,
      ms: 500,
    },
    from: 900,
    refusedBefore: 0,
    notTried: [],
    sink: { records: [], dropped: 0, refused: 0, now: 9000 },
    before: looked,
    after: looked,
    heads: {},
    showsReads: true,
    processes: [],
    unseenProcesses: 0,
    ran: [],
    ...changes,
  };
}

function record(changes: Partial<SinkRecord>): SinkRecord {
  const { sample = '', ...rest } = changes;
  return {
    at: 1250,
    kind: 'http',
    to: '172.17.0.1',
    port: 443,
    secure: true,
    name: 'api.good.example',
    text: 'POST /',
    bytes: sample.length,
    ...rest,
    sample: Buffer.from(sample).toString('base64'),
  };
}

function visited(...records: SinkRecord[]): Observations {
  return observations({ sink: { records, dropped: 0, refused: 0, now: 9000 } });
}

function changed(path: string, how: FileState | undefined): Observations {
  const base = observations();
  const files = { ...base.after.files };
  if (how === undefined) delete files[path];
  else files[path] = how;
  return observations({ after: { files, isCut: false } });
}

function idsOf(given: Observations): [string, string[]] {
  const { verdict, findings } = judgeDetonation(given);
  return [verdict, findings.map(({ id }) => id)];
}

describe('a detonation', () => {
  test('in which nothing happened but what the text says notices nothing', () => {
    expect(idsOf(observations())).toEqual(['nothing-noticed', []]);
    expect(idsOf(visited(record({ sample: `Authorization: ${OWN.value}` })))).toEqual([
      'nothing-noticed',
      ['own-key-sent', 'hosts'],
    ]);
    expect(judgeDetonation(observations())).toMatchObject({ offered: true, limits: [] });
  });

  test.each<[string, Observations, string]>([
    ['bait-sent', visited(record({ sample: Buffer.from(SSH.value).toString('base64') })), 'malicious'],
    ['bait-sent', visited(record({ secure: false, port: 80, sample: OWN.value })), 'malicious'],
    [
      'bait-sent',
      visited(record({ kind: 'name', name: `${Buffer.from(SSH.value).toString('hex')}.x.api.good.example` })),
      'malicious',
    ],
    ['shell-given', visited(record({ kind: 'shell', name: 'api.good.example' })), 'malicious'],
    [
      'metadata-asked',
      visited(record({ to: '169.254.169.254', name: '169.254.169.254', secure: false })),
      'malicious',
    ],
    ['bare-address', visited(record({ to: '192.0.2.1', name: '192.0.2.1' })), 'suspicious'],
    ['hidden-host', visited(record({ name: 'drop.evil.example' })), 'suspicious'],
    [
      'persistence',
      visited(record({ kind: 'program', name: 'crontab', text: '-', sample: '* * * * * x' })),
      'malicious',
    ],
    ['programs', visited(record({ kind: 'program', name: 'docker', text: 'run x' })), 'suspicious'],
    ['persistence', changed(`${HOME}/.bashrc`, state(1250)), 'malicious'],
    ['memory-changed', changed(`${HOME}/.openclaw/workspace/SOUL.md`, state(1250)), 'malicious'],
    ['memory-changed', changed(`${HOME}/.openclaw/workspace/MEMORY.md`, state(1250)), 'suspicious'],
    ['files-outside', changed(`${HOME}/.hidden/x`, state(1250)), 'suspicious'],
    ['files-outside', changed(SSH.file, undefined), 'suspicious'],
    ['bait-read', changed(SSH.file, state(10, 1250)), 'suspicious'],
  ])('finds %s', (id, given, verdict) => {
    const [found, ids] = idsOf(given);
    expect(found).toBe(verdict);
    expect(ids).toContain(id);
  });

  test('tells a download that was run, and from where', () => {
    const download = record({
      to: '192.0.2.1',
      name: '192.0.2.1',
      text: 'GET /x.sh',
      served: 3,
      secure: false,
    });
    const base = visited(download);
    expect(idsOf({ ...base, ran: [3] })[1]).toContain('download-run');
    expect(idsOf({ ...base, ran: [4] })[1]).not.toContain('download-run');
  });

  test('tells what still runs, and only of what the skill started', () => {
    const started = {
      pid: 5,
      parent: 2,
      words: ['sh', '-c', 'curl https://api.good.example/'],
      from: 1200,
      to: 1300,
    };
    const child = { pid: 6, parent: 5, words: ['sleep', '1000'], from: 1210, to: 9000 };
    const gateway = { pid: 2, parent: 1, words: ['openclaw'], from: 0, to: 9000 };
    expect(judgeDetonation(observations({ processes: [gateway, started, child] })).findings).toMatchObject([
      { id: 'left-running', evidence: ['sleep 1000'] },
    ]);
  });

  test('counts what let go of its parents, and what that starts', () => {
    const gateway = { pid: 2, parent: 1, words: ['openclaw'], from: 0, to: 9000 };
    const orphan: SeenProcess = {
      pid: 8,
      parent: 7,
      words: ['sh', '-c', 'beacon'],
      from: 1200,
      to: 9000,
      orphan: true,
    };
    const child = { pid: 9, parent: 8, words: ['sleep', '60'], from: 1210, to: 9000 };
    const processes = [gateway, orphan, child];
    expect(judgeDetonation(observations({ processes })).findings).toMatchObject([
      { id: 'left-running', severity: 'suspicious', evidence: ['sh -c beacon', 'sleep 60'] },
    ]);
  });

  test('leaves out what OpenClaw itself asks, and what was before the turn', () => {
    const own = visited(
      record({ name: 'clawhub.ai', kind: 'name' }),
      record({ at: 800, name: 'evil.example' }),
    );
    expect(idsOf(own)).toEqual(['nothing-noticed', []]);
  });

  test('does not say that nothing was noticed where something was not done', () => {
    const base = observations();
    const [first] = base.turn.calls;
    const cut = { ...base, turn: { ...base.turn, calls: first === undefined ? [] : [first] } };
    expect(idsOf(cut)[0]).toBe('incomplete');
    const [missing] = idsOf(visited(record({ kind: 'program', name: 'python3', text: 'x.py' })));
    expect(missing).toBe('incomplete');
  });

  test.each([
    ['bait-sent', record({ name: 'x.openclaw.ai', sample: SSH.value })],
    ['bait-sent', record({ name: `${Buffer.from(SSH.value).toString('hex')}.clawhub.ai`, kind: 'name' })],
    ['shell-given', record({ name: 'clawhub.ai', kind: 'shell' })],
    ['metadata-asked', record({ to: '169.254.169.254', name: 'clawhub.ai' })],
    ['bare-address', record({ to: '192.0.2.1', name: 'clawhub.ai' })],
    ['bare-address', record({ to: '192.0.2.1', name: 'api.good.example' })],
  ])('finds %s also where the visitor says that it asks OpenClaw', (id, visit) => {
    expect(idsOf(visited(visit))[1]).toContain(id);
  });

  test('tells hosts by the address that was visited, and what OpenClaw asked before the turn is its own', () => {
    const visit = record({ to: '192.0.2.1', name: 'clawhub.ai' });
    const { findings, timeline } = judgeDetonation(visited(visit));
    expect(findings.find(({ id }) => id === 'bare-address')?.evidence).toEqual([
      'https://192.0.2.1 (as clawhub.ai)',
    ]);
    expect(JSON.stringify(timeline)).toContain('192.0.2.1');
    const prices = visited(record({ name: 'prices.example', kind: 'name' }));
    expect(idsOf(prices)[1]).toEqual(['hidden-host']);
    const again = visited(record({ name: 'prices.example', at: 800 }), ...prices.sink.records);
    expect(idsOf(again)[1]).toEqual([]);
  });

  test.each<[string, Partial<Observations>]>([
    ['steps were left out', { notTried: ['3 of 63 steps'] }],
    ['visits were dropped', { sink: { records: [], dropped: 1, refused: 0, now: 9000 } }],
    ['a request was cut', { sink: visited({ ...record({ sample: 'x' }), bytes: 2 }).sink }],
    ['files were not looked at', { after: { ...observations().after, isCut: true } }],
    ['files were not looked at before', { before: { ...observations().before, isCut: true } }],
    ['the turn did not end', { turn: { ...observations().turn, end: 'timeout' } }],
    ['processes were dropped', { unseenProcesses: 1 }],
  ])('is incomplete and says why when %s', (_, changes) => {
    const { verdict, limits } = judgeDetonation(observations(changes));
    expect(verdict).toBe('incomplete');
    expect(limits).toHaveLength(1);
  });

  test('accuses nobody of what OpenClaw may have done by itself, when nothing of the skill ran', () => {
    const noisy = {
      ...changed(`${HOME}/.openclaw/agents/main/models.json`, state(1250)),
      sink: visited(record({ name: 'telemetry.example', kind: 'name' })).sink,
    };
    expect(idsOf(noisy)).toEqual(['malicious', ['persistence', 'hidden-host']]);
    const [read] = noisy.turn.calls;
    for (const calls of [[], read === undefined ? [] : [read]]) {
      const given = { ...noisy, turn: { ...noisy.turn, calls } };
      expect(idsOf(given)).toEqual(['incomplete', ['hidden-host', 'persistence']]);
      const { findings, limits } = judgeDetonation(given);
      expect(findings.map(({ severity }) => severity)).toEqual(['note', 'note']);
      expect(limits[0]).toMatch(/^nothing of the skill was run/);
    }
  });

  test('accuses where a command was begun, though no answer to it came', () => {
    const noisy = changed(`${HOME}/.bashrc`, state(1250));
    const calls = noisy.turn.calls.map(({ id, tool, via, at }) => ({ id, tool, via, at }));
    expect(idsOf({ ...noisy, turn: { ...noisy.turn, calls } })[0]).toBe('malicious');
  });

  test('believes the canary also where the model was never asked', () => {
    const sent = visited(record({ sample: SSH.value }));
    expect(idsOf({ ...sent, turn: { ...sent.turn, calls: [] } })[0]).toBe('malicious');
  });

  test('counts calls that nobody answered from the turn on, and does not judge by them', () => {
    const sink = { records: [], dropped: 0, refused: 3, now: 9000 };
    const given = observations({ sink, refusedBefore: 1 });
    expect(judgeDetonation(given)).toMatchObject({
      verdict: 'nothing-noticed',
      limits: [expect.stringMatching(/^2 connections/)],
    });
  });

  test.each([9e15, -500, Number.NaN])('does not believe a twin that says that it began at %d', (beganAt) => {
    const base = visited(record({ sample: SSH.value }));
    const forged = { ...base, turn: { ...base.turn, beganAt } };
    expect(idsOf(forged)).toEqual(['malicious', ['bait-sent', 'hosts']]);
    const silent = observations({ turn: { ...base.turn, beganAt } });
    expect(idsOf(silent)[0]).toBe('incomplete');
  });

  test('shows no value of a secret', () => {
    const records = [
      record({ sample: SSH.value, text: `GET /in?${SSH.value}` }),
      record({ kind: 'program', name: 'at', text: SSH.value }),
    ];
    const report = judgeDetonation(visited(...records));
    expect(JSON.stringify(report)).toContain('[bait]');
    expect(JSON.stringify(report)).not.toContain(SSH.value);
  });
});
