import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Fix, type FixContext, isFix, type NoFix } from '../../src/measures/fix.ts';
import type { Measure } from '../../src/measures/measure.ts';
import { readFixtures } from '../../test/support/deployment-fixture.ts';
import { contextOf } from '../../test/support/fixture-context.ts';

/** What the fix of a measure does about the findings in its bad fixtures. */
export interface FixOverview {
  /** "safe", "safe, unsafe", "none" and so on. */
  kinds: string;
  /** Why nothing is edited, where no finding has an edit. */
  why?: string;
}

const ORDER = ['safe', 'unsafe', 'with `--pin`', 'none'];
/** A registry that knows every image. */
const ANY_DIGEST: Readonly<Record<string, string>> = new Proxy({}, { get: () => `sha256:${'0'.repeat(64)}` });

export function overviewOf(measure: Measure, folder: string): FixOverview {
  const results = resultsOf(measure, folder, {});
  if (results === undefined)
    return { kinds: 'none', ...(measure.noFix === undefined ? {} : { why: measure.noFix }) };
  const pinned = resultsOf(measure, folder, { resolvedDigests: ANY_DIGEST }) ?? [];
  const kinds = results.map((result, index) => {
    if (isFix(result)) return result.safety;
    const withDigest = pinned[index];
    return withDigest !== undefined && isFix(withDigest) ? 'with `--pin`' : 'none';
  });
  const refused = results.find((result) => !isFix(result));
  const why = results.some(isFix) || refused === undefined || isFix(refused) ? undefined : refused.why;
  return {
    kinds: ORDER.filter((kind) => kinds.some((each) => each === kind)).join(', ') || 'none',
    ...(why === undefined ? {} : { why }),
  };
}

/** One result for each finding; undefined for a measure without any fix. */
function resultsOf(
  measure: Measure,
  folder: string,
  known: Pick<FixContext, 'resolvedDigests'>,
): (Fix | NoFix)[] | undefined {
  const fix = measure.fix?.bind(measure);
  if (!fix) return undefined;
  const fixtures = join(folder, 'fixtures');
  return readdirSync(fixtures)
    .filter((name) => /^bad.*\.yaml$/.test(name))
    .flatMap((name) => readFixtures(readFileSync(join(fixtures, name), 'utf8')))
    .flatMap((fixture) => {
      const context = { ...contextOf(fixture), ...known };
      return measure
        .check(fixture.deployment)
        .filter((outcome) => outcome.state === 'fail')
        .map((failure) => fix(failure, context));
    });
}
