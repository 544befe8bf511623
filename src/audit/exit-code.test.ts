import { expect, test } from 'vitest';
import { summarizeAudit, type TargetReport } from './audit-report.ts';
import { verdictOf, wasAudited } from './exit-code.ts';

const nothing = summarizeAudit([]);
const findings = { critical: 0, high: 0, medium: 1, low: 4 };

test.each([
  ['clean', { ...nothing, passed: 3 }, 'low', true],
  ['findings', { ...nothing, findings }, 'low', true],
  ['findings', { ...nothing, findings }, 'medium', true],
  ['clean', { ...nothing, findings }, 'high', true],
  ['incomplete', { ...nothing, findings, errors: 1 }, 'low', true],
  ['incomplete', { ...nothing, errors: 1 }, 'low', false],
  ['nothing', { ...nothing, skipped: 12 }, 'low', false],
] as const)('%s', (verdict, summary, failOn, isAudited) => {
  expect(verdictOf(summary, failOn, isAudited)).toBe(verdict);
});

const report: TargetReport = {
  name: 'compose.yaml',
  kind: 'compose',
  files: ['compose.yaml'],
  services: [{ name: 'db', role: 'neighbour', reason: 'no trace of OpenClaw' }],
  findings: [],
  passed: [],
  skipped: [],
  errors: [],
  warnings: [],
};
const gateway = { name: 'gateway', role: 'gateway', reason: 'image' } as const;

test.each([
  [false, report],
  [false, { ...report, passed: ['official-image'] }],
  [true, { ...report, passed: ['official-image'], services: [gateway] }],
  [true, { ...report, kind: 'dockerfile', services: [], passed: ['no-baked-secrets'] }],
  [false, { ...report, kind: 'env-file', services: [] }],
] as const)('audited: %s', (expected, target) => {
  expect(wasAudited(target as unknown as TargetReport)).toBe(expected);
});
