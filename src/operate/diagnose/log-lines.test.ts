import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import {
  around,
  fieldOf,
  lineEvidence,
  linesSinceReady,
  parseEgressLog,
  parseGatewayLog,
} from './log-lines.ts';
import {
  EGRESS_DENIED,
  EGRESS_LOG,
  HEAP,
  ORIGIN,
  PAIRING,
  READY,
  STARTING,
} from './testing/recorded-lines.ts';

describe('the log of the gateway', () => {
  it('comes in the order of its times, though both streams stand one after the other', () => {
    const lines = parseGatewayLog(`${READY}\n${ORIGIN}\n${STARTING}\nmore of that\n`);
    expect(lines.map(({ text }) => text)).toEqual([STARTING, 'more of that', READY, ORIGIN]);
    expect(lines[1]?.at).toBe(Date.parse('2026-11-22T12:48:08.619Z'));
  });

  it('has no escape sequences', () => {
    expect(parseGatewayLog('\u001B[31mred\u001B[0m \u001B]0;title\u0007x')[0]?.text).toBe('red x');
  });

  it('gives what was said since the last start that succeeded', () => {
    expect(linesSinceReady(parseGatewayLog(`${READY}\n${HEAP}`)).map(({ text }) => text)).toEqual([HEAP]);
    expect(linesSinceReady(parseGatewayLog(`${STARTING}\n${READY}`))).toEqual([]);
  });

  propertyTest.prop([fc.array(fc.string({ unit: 'binary' }))])('is read, whatever stands in it', (lines) => {
    for (const { text } of parseGatewayLog(lines.join('\n'))) expect(text).not.toMatch(/[\r\n]/u);
    parseEgressLog(lines.join('\n'));
  });
});

describe('evidence', () => {
  it('is the last lines, with how many there are', () => {
    const lines = parseGatewayLog([ORIGIN, ORIGIN, PAIRING].join('\n'));
    const evidence = lineEvidence(lines, /closed before connect/);
    expect(evidence.map(({ from }) => from)).toEqual([
      'log of the gateway (3 such lines)',
      'log of the gateway',
    ]);
  });

  it('is cut around what it is about', () => {
    const text = around(PAIRING, /reason=pairing required/);
    expect(text.length).toBeLessThan(320);
    expect(text).toMatch(/^2026-11-22T13:02:53\.990\+00:00 .* … reason=pairing required: .* …$/u);
    expect(around('short', /x/)).toBe('short');
  });

  it('has the fields of OpenClaw’s lines', () => {
    expect(fieldOf(ORIGIN, 'origin')).toBe('https://claw.example.org');
    expect(fieldOf(ORIGIN, 'client')).toBe('openclaw-control-ui');
    expect(fieldOf(ORIGIN, 'nothing')).toBeNull();
  });
});

describe('the log of the egress proxy', () => {
  it('gives requests and leaves out the rest', () => {
    expect(
      parseEgressLog(`${EGRESS_LOG}\n${EGRESS_DENIED}`).map(({ host, port, result, status }) => [
        host,
        port,
        result,
        status,
      ]),
    ).toEqual([
      ['catalog.openclaw.ai', 443, 'TCP_DENIED', 403],
      ['telemetry.openclaw.ai', 443, 'TCP_DENIED', 403],
      ['clawhub.ai', 443, 'TCP_DENIED', 403],
      ['denied.example.org', 443, 'TCP_DENIED', 403],
    ]);
  });
});
