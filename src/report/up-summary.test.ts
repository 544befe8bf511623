import { describe, expect, it } from 'vitest';
import type { MeasureResult } from '../measures/run.ts';
import { emptyLock } from '../engine/lock-file.ts';
import type { OpenClawChecks, UpResult } from '../operate/up/types.ts';
import { defaultPolicy } from '../policy/defaults.ts';
import { createStyle } from './style.ts';
import { colourDiff, hasProblems, upSummary } from './up-summary.ts';

const plain = createStyle(false);
const measure = (
  id: string,
  outcome: MeasureResult['outcomes'][number],
  evidence: MeasureResult['evidence'] = 'declared',
): MeasureResult => {
  return {
    id,
    title: `Measure ${id}`,
    severity: 'high',
    rows: ['H1'],
    evidence,
    state: outcome.state,
    outcomes: [outcome],
  };
};
const passed = (id: string, evidence: MeasureResult['evidence'] = 'declared'): MeasureResult =>
  measure(id, { state: 'pass' }, evidence);
const said = (title: string, expected: string | null = null, severity = 'warn') => {
  return { checkId: 'x', severity, title, detail: '', expected };
};
const openclaw: OpenClawChecks = {
  doctor: {
    state: 'ran',
    detail: '7 checks, 1 remarks',
    findings: [said('Gateway bound to "lan".', 'it is meant')],
  },
  audit: {
    state: 'ran',
    detail: '0 critical, 0 warnings, 1 notes',
    findings: [said('A note', null, 'info')],
  },
};
const UP: UpResult = {
  state: 'up',
  folder: '/srv/openclaw',
  policy: defaultPolicy(),
  url: 'http://127.0.0.1:18789/',
  lock: emptyLock('2026.9.6'),
  changedFiles: ['compose.yaml', '.env'],
  diff: '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n',
  built: ['gateway'],
  pulled: [],
  notes: [],
  declared: [passed('a'), passed('b')],
  effective: [passed('a', 'effective'), measure('b', { state: 'skipped', reason: 'not seen' }, 'effective')],
  checks: [
    { id: 'auth-none', title: 'Without a token the gateway refuses', state: 'pass', detail: 'HTTP 401' },
  ],
  openclaw,
  residual: ['The kernel is shared.', 'The model sees what the agent sees.'],
  token: null,
  missing: [],
  seconds: 63.4,
};
const BAD: UpResult = {
  ...UP,
  notes: ['The tag 2026.9.6 has moved.'],
  declared: [
    passed('a'),
    measure('b', { state: 'fail', subject: 'gateway', detail: 'gateway: the root is writable' }),
  ],
  effective: [measure('c', { state: 'error', reason: 'the check broke off' }, 'effective')],
  checks: [
    {
      id: 'auth-none',
      title: 'Without a token the gateway refuses',
      state: 'fail',
      detail: 'expected HTTP 401, got 200',
    },
  ],
  openclaw: {
    doctor: { state: 'error', detail: 'the answer was empty', findings: [] },
    audit: {
      state: 'ran',
      detail: '1 critical',
      findings: [said('Telegram is open to everybody', null, 'critical')],
    },
  },
};
const STATES: [string, UpResult][] = [
  ['up', UP],
  ['up, baseline', { ...UP, policy: defaultPolicy({ preset: 'baseline' }) }],
  ['up, with problems', BAD],
  ['unchanged', { ...UP, state: 'unchanged', seconds: 0.84 }],
  [
    'rendered',
    {
      ...UP,
      state: 'rendered',
      effective: [],
      checks: [],
      openclaw: null,
      missing: ['Docker Engine is not installed', '  sudo apt-get install docker.io'],
    },
  ],
  ['dry-run', { ...UP, state: 'dry-run' }],
  ['dry-run, nothing', { ...UP, state: 'dry-run', changedFiles: [], diff: '' }],
];

describe('upSummary', () => {
  it('tells many remarks of one check in one line, by one that is not expected', () => {
    const findings = [
      said('bound to "lan"', 'it is meant'),
      said('no "op"'),
      said('no "gh"'),
      { ...said('alone'), checkId: 'y' },
    ];
    const many = { ...UP, openclaw: { ...openclaw, doctor: { ...openclaw.doctor, findings } } };
    const lines = upSummary(many, plain)
      .split('\n')
      .filter((line) => line.includes('OpenClaw says') || line.includes('remarks:'));
    expect(lines).toEqual([
      '  ! OpenClaw says (warn): no "op" And 2 more of the kind, in .clawproof/results.',
      '  ! OpenClaw says (warn): alone',
    ]);
  });

  it.each(STATES)('%s', (_name, result) => {
    expect(upSummary(result, plain)).toMatchSnapshot();
  });

  it.each(STATES)('%s: ends with one line end, and colour changes no word', (_name, result) => {
    const text = upSummary(result, plain);
    expect(text).toMatch(/[^\n]\n$/);
    // oxlint-disable-next-line no-control-regex
    expect(upSummary(result, createStyle(true)).replaceAll(/\u001B\[\d+m/g, '')).toBe(text);
  });

  it('keeps lines short enough for a terminal of 120 columns where it has the say', () => {
    for (const line of upSummary(UP, plain).split('\n')) expect(line.length, line).toBeLessThanOrEqual(120);
  });
});

describe('hasProblems', () => {
  it.each<[string, Partial<UpResult>, boolean]>([
    ['all well', {}, false],
    ['a skipped measure', { declared: [measure('b', { state: 'skipped', reason: 'x' })] }, false],
    ['a failed measure', { declared: BAD.declared }, true],
    ['a measure in error', { effective: BAD.effective }, true],
    ['a failed check', { checks: BAD.checks }, true],
    ['a check in error', { checks: [{ id: 'x', title: 'x', state: 'error', detail: 'x' }] }, true],
    ['a check that was left out', { checks: [{ id: 'x', title: 'x', state: 'skipped', detail: 'x' }] }, true],
    [
      'a doctor without an answer',
      { openclaw: { ...openclaw, doctor: { state: 'error', detail: 'x', findings: [] } } },
      true,
    ],
    [
      'an audit without an answer',
      { openclaw: { ...openclaw, audit: { state: 'error', detail: 'x', findings: [] } } },
      true,
    ],
    ['OpenClaw not asked', { openclaw: null }, false],
  ])('%s', (_name, change, expected) => {
    expect(hasProblems({ ...UP, ...change })).toBe(expected);
  });
});

it('colours what a diff adds and removes, and not its headers', () => {
  const lines = colourDiff(UP.diff, createStyle(true)).split('\n');
  expect(lines).toEqual([
    '\u001B[1m--- a/x\u001B[22m',
    '\u001B[1m+++ b/x\u001B[22m',
    '\u001B[36m@@ -1 +1 @@\u001B[39m',
    '\u001B[31m-a\u001B[39m',
    '\u001B[32m+b\u001B[39m',
    '',
  ]);
});
