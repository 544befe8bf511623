import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { releasesAfter } from './releases.ts';
import { compareVersions, parseVersion } from './version.ts';

const PUBLISHED = [
  '0.0.1',
  '2026.6.33',
  '2026.7.1-beta.1',
  '2026.7.1',
  '2026.7.1-2',
  '2026.7.1-1',
  '2026.7.34',
  '2026.7.35',
  '2026.8.2',
  '2026.9.1',
  '2026.9.10',
  '2026.9.9',
  '2026.9.11-beta.1',
  '2026.9.33',
];

const after = (current: string, prereleases = false) => releasesAfter(current, PUBLISHED, { prereleases });

describe('releases', () => {
  test('are in the order of OpenClaw: a correction comes after what it corrects', () => {
    expect(after('2026.7.1')?.newer.map(({ version }) => version).slice(0, 3)).toEqual([
      '2026.7.1-1',
      '2026.7.1-2',
      '2026.7.34',
    ]);
    expect(after('2026.7.1-2')?.newer[0]?.version).toBe('2026.7.34');
  });

  test('suggest the newest stable one, and never move anybody to the extended-stable line', () => {
    expect(after('2026.7.1')).toMatchObject({ line: 'stable', suggested: '2026.9.10', beyond: null });
    expect(after('2026.9.10')).toMatchObject({ suggested: null, beyond: null });
  });

  test('keep a deployment on its extended-stable line, and name what is beyond it', () => {
    expect(after('2026.7.34')).toMatchObject({
      line: 'extended-stable',
      suggested: '2026.7.35',
      beyond: '2026.9.10',
    });
    expect(after('2026.7.35')).toMatchObject({ suggested: null, beyond: '2026.9.10' });
  });

  test('name a prerelease only to those who asked for it', () => {
    expect(after('2026.9.10')?.newer).toEqual([{ version: '2026.9.33', line: 'extended-stable' }]);
    expect(after('2026.9.10', true)?.suggested).toBe('2026.9.11-beta.1');
    expect(after('2026.7.1-beta.1')).toMatchObject({ line: 'prerelease', suggested: '2026.9.10' });
  });

  test('are none for what is no exact version', () => {
    expect(after('latest')).toBeNull();
  });

  propertyTest.prop([
    fc.array(fc.tuple(fc.nat(3), fc.nat(40), fc.constantFrom('', '-1', '-beta.2', 'x')), { maxLength: 20 }),
    fc.boolean(),
  ])('never suggest something older, whatever npm lists', (triples, prereleases) => {
    const published = triples.map(([month, patch, tail]) => `2026.${month + 6}.${patch}${tail}`);
    const current = parseVersion('2026.8.5');
    const found = releasesAfter('2026.8.5', published, { prereleases });
    for (const { version } of found?.newer ?? []) {
      const parsed = parseVersion(version);
      expect(published).toContain(version);
      expect(parsed !== null && current !== null && compareVersions(parsed, current) > 0).toBe(true);
    }
    const { suggested, beyond } = found ?? {};
    for (const one of [suggested, beyond]) if (one) expect(found?.newer.map(({ version }) => version)).toContain(one);
  });
});
