import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isFix } from '../../src/measures/fix.ts';
import type { Measure } from '../../src/measures/measure.ts';
import { readFixtures } from '../../test/support/deployment-fixture.ts';
import { contextOf } from '../../test/support/fixture-context.ts';

const ORDER = ['safe', 'unsafe', 'none'];

/** What the fix of a measure is on its bad fixtures: "safe", "safe, unsafe", "none" and so on. */
export function fixKinds(measure: Measure, folder: string): string {
  const fix = measure.fix?.bind(measure);
  if (!fix) return 'none';
  const fixtures = join(folder, 'fixtures');
  const bad = readdirSync(fixtures).filter((name) => /^bad.*\.yaml$/.test(name));
  const kinds = bad
    .flatMap((name) => readFixtures(readFileSync(join(fixtures, name), 'utf8')))
    .flatMap((fixture) => {
      const context = contextOf(fixture);
      return measure
        .check(fixture.deployment)
        .filter((outcome) => outcome.state === 'fail')
        .map((failure) => fix(failure, context));
    })
    .map((result) => (isFix(result) ? result.safety : 'none'));
  return ORDER.filter((kind) => kinds.some((each) => each === kind)).join(', ') || 'none';
}
