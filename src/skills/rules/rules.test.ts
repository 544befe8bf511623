import { describe, expect, test } from 'vitest';
import { scanSkill } from '../scan.ts';
import type { SkillScan } from '../types.ts';
import { FILE_RULES, TEXT_RULES } from './all.ts';
import { FIXTURES } from './fixtures.ts';

function scanOne(path: string, text: string): SkillScan {
  return scanSkill([{ path, kind: 'file', bytes: new TextEncoder().encode(text), mode: 0o644 }]);
}

test('every rule for texts has fixtures of both kinds, and every fixture has a rule', () => {
  expect(Object.keys(FIXTURES).toSorted()).toEqual(TEXT_RULES.map(({ id }) => id).toSorted());
  for (const { bad, good } of Object.values(FIXTURES)) {
    expect(bad.length).toBeGreaterThan(0);
    expect(good.length).toBeGreaterThan(0);
  }
});

test('no two rules have the same id, and each says why', () => {
  const rules = [...TEXT_RULES, ...FILE_RULES];
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  for (const { title, why } of rules) expect(`${title} ${why}`.length).toBeGreaterThan(40);
});

describe.each(Object.entries(FIXTURES))('%s', (id, { bad, good }) => {
  test.each(bad)('finds %s: %s', (path, text) => {
    const found = scanOne(path, text).findings.filter(({ rule }) => rule === id);
    expect(found).not.toEqual([]);
    expect(found.some(({ severity }) => severity !== 'info')).toBe(true);
  });
  test.each(good)('finds nothing in %s: %s', (path, text) => {
    expect(
      scanOne(path, text).findings.filter(({ rule, severity }) => rule === id && severity !== 'info'),
    ).toEqual([]);
  });
});
