import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Measure } from '../../src/measures/measure.ts';
import { runMeasures } from '../../src/measures/run.ts';
import { readFixtures, type Fixture } from './deployment-fixture.ts';
import { checkFixes } from './fix-check.ts';

/**
 * Runs the fixtures of a measure's folder: every bad document fails and says what is expected, and the measure's fix, if it
 * has one, repairs it; every good one passes.
 */
export function testFixtures(measure: Measure, testUrl: string): void {
  const folder = fileURLToPath(new URL('./fixtures/', testUrl));
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  const cases = names.flatMap((name) =>
    readFixtures(readFileSync(folder + name, 'utf8')).map((fixture) => ({
      title: `${name}: ${fixture.name}`,
      name,
      fixture,
    })),
  );
  describe(`${measure.id}: fixtures`, () => {
    it.each(cases)('$title', ({ name, fixture }) => checkFixture(measure, fixture, name));
  });
  describe.runIf(measure.fix)(`${measure.id}: repairs, or says why not`, () => {
    it.each(cases.filter(({ name }) => name.startsWith('bad')))('$title', ({ fixture }) =>
      checkFixes(measure, fixture),
    );
  });
}

function checkFixture(measure: Measure, fixture: Fixture, file: string): void {
  const [result] = runMeasures([measure], fixture.deployment);
  const wanted = file.startsWith('bad') ? 'fail' : file.startsWith('unknown') ? 'skipped' : 'pass';
  expect(result?.state, JSON.stringify(result?.outcomes)).toBe(wanted);
  if (fixture.expect === undefined) return;
  const told = (result?.outcomes ?? [])
    .map((outcome) => ('detail' in outcome ? outcome.detail : 'reason' in outcome ? outcome.reason : ''))
    .join('\n');
  expect(told).toContain(fixture.expect);
}
