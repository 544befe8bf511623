import { describe, expect, test } from 'vitest';
import type { Finding } from '../audit/audit-report.ts';
import { matchingFinding } from './matching-finding.ts';

const probe = { state: 'fail', measures: ['resource-limits', 'minimal-mounts'] } as const;

function finding(subject: string, key: string | undefined, file?: string): Finding {
  const position = { file: file ?? '', line: 1, column: 1, text: '', length: 1 };
  return {
    measure: 'resource-limits',
    title: 'Limits',
    severity: 'high',
    evidence: 'declared',
    detail: `${subject} ${key ?? ''}`,
    why: 'why',
    rows: [],
    references: {},
    subject,
    ...(key === undefined ? {} : { key }),
    fingerprint: '0',
    ...(file === undefined
      ? {}
      : { location: { file, range: { start: 0, end: 1 }, position, endLine: 1, endColumn: 2 } }),
    fix: { state: 'not-fixable', why: 'test' },
  };
}

const report = (...findings: Finding[]): { findings: Finding[] } => ({ findings });

describe('the finding that says what an attack showed', () => {
  test('is the one of the same part, not the first of the measure', () => {
    const findings = report(finding('gateway', 'memory', 'a'), finding('gateway', 'pids', 'a'));
    expect(matchingFinding(probe, [findings], { keys: ['pids'] })?.detail).toBe('gateway pids');
    expect(matchingFinding(probe, [findings], { keys: ['swap', 'memory'] })?.detail).toBe('gateway memory');
    expect(matchingFinding(probe, [findings], { keys: ['cpus'] })).toBeUndefined();
  });

  test('is of the gateway where others have it as well, and has a line where there is one', () => {
    const declared = report(finding('cli', 'pids', 'a'), finding('gateway', 'pids', 'a'));
    const effective = report(finding('gateway', 'memory'));
    expect(matchingFinding(probe, [declared, effective], { service: 'gateway' })).toMatchObject({
      detail: 'gateway pids',
      location: { file: 'a' },
    });
    expect(matchingFinding(probe, [effective], { service: 'cli' })?.detail).toBe('gateway memory');
  });

  test('is not looked for where nothing succeeded', () => {
    const findings = report(finding('gateway', 'pids', 'a'));
    expect(matchingFinding({ ...probe, state: 'pass' }, [findings])).toBeUndefined();
  });
});
