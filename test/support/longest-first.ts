import { basename } from 'node:path';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/** Live tests that take minutes, longest first: a fresh clone knows no times, and one that starts last ends alone. */
const LONG = [
  'attacked',
  'operate',
  'prove-foreign',
  'up',
  'compose-differential',
  'baseline',
  'prove-network',
  'reach',
  'bad-input',
  'fix-verify',
  'firewall',
  'caged',
  'registry',
].map((name) => `${name}.test.ts`);

/** The order of the files of a run. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- not an array's
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}

function placeOf({ moduleId, project }: TestSpecification): number {
  const place = project.name === 'live' ? LONG.indexOf(basename(moduleId)) : -1;
  return place === -1 ? LONG.length : place;
}
