import { describe, expect, it } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { parseGatewayLog } from '../log-lines.ts';
import type { Observations } from '../observations.ts';
import { egress, exposed, journal, log, only } from '../testing/changes.ts';
import { containerSeen, healthy } from '../testing/healthy.ts';
import * as said from '../testing/recorded-lines.ts';
import { RUNNING_ROWS } from '../testing/rows-running.ts';
import { START_ROWS } from '../testing/rows-start.ts';
import { backgroundHosts } from './egress.ts';
import { cases } from './index.ts';

const ROWS = [...START_ROWS, ...RUNNING_ROWS];

describe('a healthy deployment', () => {
  it('has none of it', () => {
    const found = diagnose(healthy()).cases.filter(({ state }) => state !== 'nothing');
    expect(found).toEqual([]);
  });

  it('may be refused what OpenClaw asks for at every start', () => {
    expect(backgroundHosts(healthy())).toEqual([
      'catalog.openclaw.ai',
      'telemetry.openclaw.ai',
      'clawhub.ai',
    ]);
  });
});

describe('each case', () => {
  it('has a row here', () => {
    expect(cases.map(({ id }) => id).filter((id) => !ROWS.some((row) => row.id === id))).toEqual([]);
  });

  it.each(ROWS)('$id recognises $what', ({ id, change, evidence, fix }) => {
    const result = diagnose(healthy(change)).cases.find((each) => each.id === id);
    expect(result?.state).toBe('found');
    expect(
      result?.findings
        .flatMap((finding) => finding.evidence.map(({ from, text }) => `${from}: ${text}`))
        .join('\n'),
    ).toContain(evidence);
    for (const finding of result?.findings ?? []) expect(finding.evidence).not.toEqual([]);
    expect(result?.findings.flatMap((finding) => finding.fix).join('\n')).toContain(fix);
  });
});

describe('what is over', () => {
  const stateOf = (id: string, change: Partial<Observations>): string | undefined =>
    diagnose(healthy(change)).cases.find((each) => each.id === id)?.state;

  it.each([
    ['config-invalid', { gatewayLog: log(said.RELOAD_SKIPPED) }],
    ['owner-lease', { gatewayLog: { value: parseGatewayLog(`${said.LEASE}\n${said.READY}`) } }],
    [
      'dns',
      {
        egressLog: egress(
          said.EGRESS_NO_NAME,
          '2026-11-22T13:12:55 172.30.226.4 TCP_TUNNEL/200 CONNECT api.anthropic.com:443',
        ),
      },
    ],
    [
      'interrupted-change',
      {
        change: journal({
          running: 'clawproof up',
          unfinishedRun: { command: 'up', at: 'a', detail: 'files' },
        }),
      },
    ],
    [
      'unhealthy',
      {
        containers: only(
          containerSeen('gateway', { state: { Health: { Status: 'unhealthy', FailingStreak: 0 } } }),
        ),
      },
    ],
    ['out-of-memory', { containers: only(containerSeen('gateway', { state: { OOMKilled: true } })) }],
  ] as const)('is not said again: %s', (id, change) => {
    expect(stateOf(id, change)).toBe('nothing');
  });

  it('is another matter when it was asked for long after a start', () => {
    const later = egress('2026-11-22T13:20:00 172.30.226.4 TCP_DENIED/403 CONNECT clawhub.ai:443');
    expect(stateOf('egress-denied', { egressLog: later })).toBe('found');
  });

  it('is said with rules in DOCKER-USER: the firewall is asked then', () => {
    const firewall = {
      value: { active: ['ufw is on'], dockerUser: ['-A DOCKER-USER -j DROP'], listening: [] },
    };
    expect(stateOf('past-firewall', { deployment: exposed, firewall })).toBe('nothing');
  });
});
