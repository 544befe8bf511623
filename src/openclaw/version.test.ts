import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import {
  compareVersions,
  formatVersion,
  isExtendedStable,
  isPrerelease,
  parseVersion,
  suggestVersions,
} from './version.ts';
import type { OpenClawVersion } from './version.ts';

const version: fc.Arbitrary<OpenClawVersion> = fc.record({
  year: fc.integer({ min: 2024, max: 2099 }),
  month: fc.integer({ min: 1, max: 12 }),
  patch: fc.integer({ min: 0, max: 60 }),
  stage: fc.constantFrom('alpha', 'beta', 'final'),
  number: fc.integer({ min: 0, max: 9 }),
});

function parsed(text: string): OpenClawVersion {
  const result = parseVersion(text);
  if (!result) throw new Error(`not a version: ${text}`);
  return result;
}

describe('OpenClaw versions', () => {
  test.prop([version])('what is formatted is read back', (one) => {
    expect(parseVersion(formatVersion(one))).toEqual(one);
  });

  test.prop([version, version, version])('the order is total and transitive', (a, b, c) => {
    expect(Math.sign(compareVersions(a, b))).toBe(0 - Math.sign(compareVersions(b, a)));
    expect(compareVersions(a, b) === 0).toBe(formatVersion(a) === formatVersion(b));
    const sorted = [a, b, c].toSorted(compareVersions) as [OpenClawVersion, OpenClawVersion, OpenClawVersion];
    expect(compareVersions(sorted[0], sorted[2])).toBeLessThanOrEqual(0);
  });

  test('pre-releases come before, corrections after', () => {
    const rising = [
      '2026.6.35',
      '2026.7.1-alpha.3',
      '2026.7.1-beta.2',
      '2026.7.1-beta.10',
      '2026.7.1',
      '2026.7.1-2',
      '2026.7.1-10',
      '2026.7.2-beta.1',
      '2026.7.33',
      '2026.10.1',
    ];
    const shuffled = rising.toReversed().map(parsed);
    expect(shuffled.toSorted(compareVersions).map(formatVersion)).toEqual(rising);
  });

  test.each(['', 'latest', 'v2026.9.6', '2026.9', '2026.09.6', '2026.13.1', '^2026.9.6', '2026.9.6-0', '2026.9.6-rc.1', '2026.9.6 '])(
    '%j is not an exact version',
    (text) => {
      expect(parseVersion(text)).toBeNull();
    },
  );

  test('knows the extended-stable line and pre-releases', () => {
    expect(['2026.7.32', '2026.7.33', '2026.7.35'].map((text) => isExtendedStable(parsed(text)))).toEqual([false, true, true]);
    expect(['2026.7.1', '2026.7.1-1', '2026.7.1-beta.1'].map((text) => isPrerelease(parsed(text)))).toEqual([false, false, true]);
  });
});

describe('suggestions for a version that does not exist', () => {
  const published = ['2026.9.6', '2026.7.1', '2026.7.1-beta.1', '2026.8.2', '2026.8.1', '2026.9.1', '0.0.1'];

  test('names its neighbours and the newest', () => {
    expect(suggestVersions('2026.8.3', published)).toEqual(['2026.8.1', '2026.8.2', '2026.9.1', '2026.9.6']);
    expect(suggestVersions('2099.1.1', published)).toEqual(['2026.9.1', '2026.9.6']);
    expect(suggestVersions('latest', published, 2)).toEqual(['2026.9.1', '2026.9.6']);
    expect(suggestVersions('2026.7.1-beta.2', published)).toContain('2026.7.1-beta.1');
  });

  test('has nothing to say when nothing is published', () => {
    expect(suggestVersions('2026.8.3', [])).toEqual([]);
  });
});
