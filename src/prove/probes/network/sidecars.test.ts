import { describe, expect, test } from 'vitest';
import { facts, judge, none, probeOf, target, tcp, visit } from '../../testing/network-facts.ts';
import type { NetworkFacts } from './facts.ts';
import { probes } from './index.ts';

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

describe('the ingress', () => {
  const answer = (text: string): object => tcp('connected', { text });
  const control = [answer('HTTP/1.1 502 Bad Gateway')];

  test('refuses other machines and lets the host pass', () => {
    expect(judge('net-ingress-routed', { get: [answer('HTTP/1.1 403 Forbidden')], control })).toBe(
      'pass: another machine got HTTP 403, the host HTTP 502',
    );
    expect(judge('net-ingress-routed', { get: [tcp('timeout')], control })).toMatch(/^pass/);
  });

  test('who serves another machine fails, who refuses everybody proves nothing', () => {
    expect(judge('net-ingress-routed', { get: control, control })).toMatch(/^fail: .*HTTP 502/);
    const all = [answer('HTTP/1.1 403 Forbidden')];
    expect(judge('net-ingress-routed', { get: all, control: all })).toMatch(/^error/);
    expect(judge('net-ingress-routed', { get: [tcp('connected')], control })).toMatch(/^error/);
  });
});
