import { describe, expect, it } from 'vitest';
import { severityMatrix, severityOf, type Impact, type Precondition } from './severity.ts';
import type { Severity } from './measure.ts';

const preconditions: Precondition[] = ['reach', 'agent', 'local', 'second-flaw'];
const impacts: Impact[] = ['host', 'gateway', 'exposure', 'outage'];
const rank: Record<Severity, number> = { critical: 3, high: 2, medium: 1, low: 0 };

describe('severity matrix', () => {
  it('never rises when the attacker needs more', () => {
    for (const impact of impacts) {
      const column = preconditions.map((precondition) => rank[severityOf({ precondition, impact })]);
      expect(column).toEqual(column.toSorted((a, b) => b - a));
    }
  });

  it('never rises when the attacker gains less', () => {
    for (const precondition of preconditions) {
      const row = impacts.map((impact) => rank[severityMatrix[precondition][impact]]);
      expect(row).toEqual(row.toSorted((a, b) => b - a));
    }
  });

  it('uses all four severities', () => {
    const used = new Set(Object.values(severityMatrix).flatMap((row) => Object.values(row)));
    expect([...used].toSorted()).toEqual(['critical', 'high', 'low', 'medium']);
  });
});
