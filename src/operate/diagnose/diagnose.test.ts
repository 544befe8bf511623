import { describe, expect, it } from 'vitest';
import { diagnoseText } from '../../report/diagnose-text.ts';
import { createStyle } from '../../report/style.ts';
import { diagnose } from './diagnose.ts';
import { parseGatewayLog } from './log-lines.ts';
import type { Observations } from './observations.ts';
import { healthy } from './testing/healthy.ts';
import { ORIGIN } from './testing/recorded-lines.ts';
import { verdictOf } from './verdict.ts';

const TOKEN = 'f00dfeed'.repeat(8);
const nobody = { skipped: 'the engine does not answer' };

function textOf(seen: Observations, secrets: string[] = []): string {
  const report = { ...diagnose(seen, secrets), background: [] };
  return diagnoseText(report, verdictOf(report), createStyle(false), 80);
}

describe('a report', () => {
  it('says what was looked at when nothing was found', () => {
    expect(verdictOf(diagnose(healthy()))).toBe('nothing');
    expect(textOf(healthy())).toMatch(/^Nothing found\n/);
    expect(textOf(healthy())).toMatch(/Looked at: the engine, the containers, the log of the gateway/);
    expect(textOf(healthy())).toMatch(/(\d+) of \1 kinds of\s+trouble were ruled out/);
  });

  it('rules nothing out that it could not look at', () => {
    const seen = healthy({ gatewayLog: nobody });
    const report = diagnose(seen);
    expect(report.cases.find(({ id }) => id === 'pairing-required')).toMatchObject({
      state: 'skipped',
      reasons: ['the log of the gateway: the engine does not answer'],
    });
    expect(verdictOf(report)).toBe('incomplete');
    expect(textOf(seen)).toMatch(/Not ruled out: [^.]*pairing-required/);
    expect(textOf(seen)).toMatch(/Could not look at the log of the gateway: the engine does not answer/);
  });

  it('takes what there is not for looked at', () => {
    expect(verdictOf(diagnose(healthy({ egressLog: { absent: 'there is no egress proxy' } })))).toBe(
      'nothing',
    );
  });

  it('knows a deployment that was taken down', () => {
    const containers = {
      value: [{ service: 'gateway', role: 'gateway' as const, name: 'x', inspect: null, events: [] }],
    };
    expect(verdictOf(diagnose(healthy({ containers })))).toBe('not-there');
  });

  it('puts what was found above what was not looked at', () => {
    const seen = healthy({ egressLog: nobody, gatewayLog: { value: parseGatewayLog(ORIGIN) } });
    expect(verdictOf(diagnose(seen))).toBe('found');
    expect(textOf(seen)).toContain('[allowed-origins]');
  });

  it('shows neither secrets nor escape sequences of a log, in no form', () => {
    const line = `2026-11-22T13:02:54.353+00:00 [ws] origin not allowed \u001B[2J\u001B]0;x\u0007\u202E origin=https://x.example?token=${TOKEN} ${TOKEN}`;
    const seen = healthy({ gatewayLog: { value: [{ at: 1, text: line }] } });
    for (const shown of [textOf(seen, [TOKEN]), JSON.stringify(diagnose(seen, [TOKEN]))]) {
      expect(shown).not.toContain(TOKEN);
      // oxlint-disable-next-line no-control-regex
      expect(shown).not.toMatch(/[\u001B\u0007\u202E]/u);
      expect(shown).toContain('origin not allowed');
    }
  });
});
