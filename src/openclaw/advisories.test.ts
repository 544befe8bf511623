import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { advisories, advisoriesAbout, fixedVersion, KNOWN_GOOD_VERSION } from './advisories.ts';
import { compareVersions, formatVersion, isExtendedStable, type OpenClawVersion, parseVersion } from './version.ts';

function idsFor(version: string): string[] {
  return (advisoriesAbout(version) ?? []).map(({ id }) => id);
}

describe('advisories', () => {
  it('are one for each id, with versions that can be compared', () => {
    expect(new Set(advisories.map(({ id }) => id)).size).toBe(advisories.length);
    for (const { id, cvss, since, fixedIn, what } of advisories) {
      expect(id).toMatch(/^(?:CVE-\d{4}-\d{4,6}|GHSA(?:-[23456789cfghjmpqrvwx]{4}){3})$/);
      const fixed = parseVersion(fixedIn);
      const first = since === undefined ? null : parseVersion(since);
      expect(fixed, id).not.toBeNull();
      if (since !== undefined && fixed && first) expect(compareVersions(first, fixed), id).toBeLessThan(0);
      expect(cvss === undefined || (cvss > 0 && cvss <= 10), id).toBe(true);
      expect(what).toMatch(/^[a-zA-Z`].{15,100}[^.]$/);
    }
  });

  it('are about the versions between the first and the fixed one', () => {
    expect(idsFor('2026.3.21')).not.toContain('CVE-2026-62196');
    expect(idsFor('2026.3.22')).toContain('CVE-2026-62196');
    expect(idsFor('2026.6.5')).toContain('CVE-2026-62196');
    expect(idsFor('2026.6.6-beta.1')).toContain('CVE-2026-62196');
    expect(idsFor('2026.6.6')).toEqual([]);
  });

  it('begin with the worst, and tell the version that mends them all', () => {
    const found = advisoriesAbout('2026.1.5') ?? [];
    expect(found[0]?.cvss).toBe(9.9);
    expect(fixedVersion(found)).toBe('2026.6.6');
    expect(fixedVersion(advisoriesAbout('2026.5.26') ?? [])).toBe('2026.6.6');
    expect(fixedVersion([])).toBeUndefined();
  });

  it('are none about the version that is suggested, and nothing about a tag', () => {
    expect(idsFor(KNOWN_GOOD_VERSION)).toEqual([]);
    expect(advisoriesAbout('latest')).toBeUndefined();
  });
});

/** Versions of the time that advisories are about, corrections, betas and extended-stable ones among them. */
const version: fc.Arbitrary<OpenClawVersion> = fc.record({
  year: fc.constant(2026),
  month: fc.integer({ min: 1, max: 9 }),
  patch: fc.oneof(fc.integer({ min: 0, max: 32 }), fc.integer({ min: 33, max: 36 })),
  stage: fc.constantFrom('alpha', 'beta', 'final'),
  number: fc.integer({ min: 0, max: 3 }),
});

/** The order that npm's dates show: months, then patches, then alpha, beta, the release, its corrections. */
function releasedBefore(a: OpenClawVersion, b: OpenClawVersion): boolean {
  const key = ({ year, month, patch, stage, number }: OpenClawVersion): string =>
    [year, month, patch, ['alpha', 'beta', 'final'].indexOf(stage), number].map((part) => String(part).padStart(6, '0')).join();
  return key(a) < key(b);
}

describe('advisories and the order of versions', () => {
  propertyTest.prop([version, version])('a flaw is in all that comes before its fix, and in nothing else', (running, fix) => {
    const found = advisoriesAbout(formatVersion(running), [{ id: 'x', fixedIn: formatVersion(fix), what: '' }]);
    expect(found?.length).toBe(releasedBefore(running, fix) ? 1 : 0);
  });

  propertyTest.prop([version])('each known advisory tells a version from the one that mends it', (running) => {
    const ids = new Set(idsFor(formatVersion(running)));
    for (const { id, since, fixedIn } of advisories) {
      const [first, fixed] = [parseVersion(since ?? ''), parseVersion(fixedIn)];
      if (fixed === null) throw new Error(fixedIn);
      const isIn = releasedBefore(running, fixed) && (first === null || !releasedBefore(running, first));
      expect(ids.has(id), `${id} and ${formatVersion(running)}`).toBe(isIn);
    }
  });

  propertyTest.prop([version, version, version])('the fix of its own line decides about an extended-stable version', (running, lineFix, fix) => {
    const own = { ...lineFix, month: running.month, patch: Math.max(33, lineFix.patch) };
    const list = [{ id: 'x', fixedIn: formatVersion(fix), what: '', ranges: [{ fixedIn: formatVersion(fix) }, { fixedIn: formatVersion(own) }] }];
    const isIn = (advisoriesAbout(formatVersion(running), list) ?? []).length === 1;
    if (isExtendedStable(running) && !(isExtendedStable(fix) && fix.month === running.month))
      expect(isIn).toBe(releasedBefore(running, own));
    else expect(isIn).toBe(releasedBefore(running, own) || releasedBefore(running, fix));
  });

  propertyTest.prop([version, version])('what is said to mend all of them does', (running, fix) => {
    const list = [...advisories, { id: 'x', fixedIn: formatVersion(fix), what: '' }];
    const text = fixedVersion(advisoriesAbout(formatVersion(running), list) ?? [], formatVersion(running));
    if (text !== undefined) expect(advisoriesAbout(text, list)?.filter(({ since }) => since === undefined)).toEqual([]);
  });
});
