import { expect, test } from 'vitest';
import { expectedBecause } from './expected-remarks.ts';

const finding = (checkId: string, title: string, detail = '') => ({ checkId, severity: 'warn', title, detail });

test('says why a remark that every deployment gets is none here', () => {
  expect(expectedBecause(finding('core/doctor/security', 'WARNING: Gateway bound to "lan" (0.0.0.0)'))).toMatch(/127\.0\.0\.1 alone/);
  const probe = finding('gateway.probe_failed', 'Gateway probe failed (deep)', 'missing scope: operator.read');
  expect(expectedBecause(probe)).toMatch(/no paired device/);
});

test('explains nothing away that is only similar', () => {
  expect(expectedBecause(finding('gateway.probe_failed', 'Gateway probe failed (deep)', 'connection refused'))).toBeNull();
  expect(expectedBecause(finding('gateway.no_auth', 'Gateway has no authentication', 'missing scope: operator.read'))).toBeNull();
  expect(expectedBecause(finding('x', 'Telegram is open to everybody'))).toBeNull();
});
