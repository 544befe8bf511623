import { describe, expect, it } from 'vitest';
import { advisories, advisoriesAbout, fixedVersion, KNOWN_GOOD_VERSION } from './advisories.ts';
import { compareVersions, parseVersion } from './version.ts';

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
