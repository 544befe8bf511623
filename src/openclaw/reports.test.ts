import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { readDoctor, readSecurityAudit, readValidation } from './reports.ts';

const AUDIT = JSON.stringify({
  ts: 1,
  summary: { critical: 0, warn: 1, info: 1 },
  findings: [{ checkId: 'gateway.probe_failed', severity: 'warn', title: 'Gateway probe failed (deep)', detail: 'missing scope' }],
});

describe('readSecurityAudit', () => {
  it('reads the counts and findings', () => {
    expect(readSecurityAudit(AUDIT)).toMatchObject({ ok: true, value: { critical: 0, warn: 1, findings: [{ checkId: 'gateway.probe_failed' }] } });
    expect(readSecurityAudit(`[proxy] a line before\n${AUDIT}`).ok).toBe(true);
  });

  it.each([
    ['', 'empty'],
    ['   \n', 'empty'],
    ['{"ok":false,"error":"OpenClaw config is invalid"}', 'OpenClaw config is invalid'],
    ['{}', 'no summary'],
    ['{"summary":{}}', 'no summary'],
    ['not json', 'not understood'],
  ])('takes %j for no answer', (stdout, reason) => {
    const read = readSecurityAudit(stdout);
    expect(read.ok).toBe(false);
    expect(read.ok ? '' : read.reason).toContain(reason);
  });
});

describe('readDoctor', () => {
  it('reads findings, and takes a doctor that checked nothing for no answer', () => {
    expect(readDoctor('{"schemaVersion":1,"ok":false,"checksRun":35,"findings":[{"checkId":"a","severity":"warning","message":"m","fixHint":"f"}]}')).toMatchObject({
      ok: true,
      value: { ok: false, checksRun: 35, findings: [{ title: 'm', detail: 'f' }] },
    });
    expect(readDoctor('{"ok":true,"checksRun":0,"findings":[]}').ok).toBe(false);
  });
});

describe('readValidation', () => {
  it('names what OpenClaw does not accept', () => {
    expect(readValidation('{"valid":true}')).toEqual({ ok: true, value: [] });
    expect(readValidation('{"valid":false,"issues":[{"path":"logging","message":"Unrecognized key"}]}')).toEqual({
      ok: true,
      value: ['logging: Unrecognized key'],
    });
    expect(readValidation('{"valid":false}')).toMatchObject({ ok: true, value: [expect.stringContaining('not valid')] });
    expect(readValidation('').ok).toBe(false);
  });
});

test.prop([fc.oneof(fc.string(), fc.json())])('readers never throw', (text) => {
  for (const read of [readSecurityAudit, readDoctor, readValidation]) expect(typeof read(text).ok).toBe('boolean');
});
