import { expect, test } from 'vitest';
import { summarizeAudit } from './audit-report.ts';
import { verdictOf } from './exit-code.ts';

const nothing = summarizeAudit([]);
const findings = { critical: 0, high: 0, medium: 1, low: 4 };

test.each([
  ['clean', { ...nothing, passed: 3 }, 'low'],
  ['findings', { ...nothing, findings }, 'low'],
  ['findings', { ...nothing, findings }, 'medium'],
  ['clean', { ...nothing, findings }, 'high'],
  ['incomplete', { ...nothing, findings, errors: 1 }, 'low'],
  ['nothing', { ...nothing, skipped: 12 }, 'low'],
  ['clean', { ...nothing, suppressed: 2 }, 'low'],
  ['clean', { ...nothing, inBaseline: 2 }, 'low'],
] as const)('%s', (verdict, summary, failOn) => {
  expect(verdictOf(summary, failOn)).toBe(verdict);
});
