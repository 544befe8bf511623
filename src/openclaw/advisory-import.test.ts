import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { advisories, advisoriesAbout, fixedVersion } from './advisories.ts';
import { importAdvisories, withImported } from './advisory-import.ts';

const github = {
  ghsa_id: 'GHSA-2222-3333-4444',
  cve_id: 'CVE-2026-99999',
  summary: 'OpenClaw: a \u001B[2Jtitle\nover lines',
  cvss: { score: 8.1 },
  vulnerabilities: [
    {
      package: { ecosystem: 'npm', name: 'openclaw' },
      vulnerable_version_range: '>= 2026.8.1, < 2026.9.4',
      first_patched_version: '2026.9.4',
    },
  ],
};

const osv = {
  id: 'GHSA-5555-6666-7777',
  aliases: ['CVE-2026-88888'],
  summary: 'Something',
  affected: [
    {
      package: { ecosystem: 'npm', name: 'openclaw' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2026.9.5' }] }],
    },
  ],
};

describe('advisories from elsewhere', () => {
  test('are read as the GitHub advisory API gives them, under their best known id', () => {
    expect(importAdvisories(JSON.stringify([github]))).toEqual({
      leftOut: 0,
      advisories: [
        {
          id: 'CVE-2026-99999',
          cvss: 8.1,
          since: '2026.8.1',
          fixedIn: '2026.9.4',
          what: 'OpenClaw: a [2Jtitle over lines',
        },
      ],
    });
  });

  test('are read in the OSV format; 0 means every earlier version', () => {
    const expected = [{ id: 'CVE-2026-88888', fixedIn: '2026.9.5', what: 'Something' }];
    expect(importAdvisories(JSON.stringify({ vulns: [osv] }))?.advisories).toEqual(expected);
    expect(importAdvisories(JSON.stringify(osv))?.advisories).toEqual(expected);
  });

  test('tell how many could not be used: without a mended release, withdrawn, of another package', () => {
    const unpatched = { ...github, vulnerabilities: [{ ...github.vulnerabilities[0], vulnerable_version_range: '>= 0', first_patched_version: null }] };
    const withdrawn = { ...github, withdrawn_at: '2026-01-01T00:00:00Z' };
    const other = { ...github, vulnerabilities: [{ ...github.vulnerabilities[0], package: { name: 'left-pad' } }] };
    expect(importAdvisories(JSON.stringify([unpatched, withdrawn, other, 7, null]))).toEqual({
      advisories: [],
      leftOut: 5,
    });
  });

  test('keep several ranges of one advisory apart, and tell what they span', () => {
    const two = { ...osv, affected: [osv.affected[0], { ...osv.affected[0], ranges: [{ events: [{ introduced: '2026.9.1' }, { fixed: '2026.9.6' }] }] }] };
    expect(importAdvisories(JSON.stringify(two))?.advisories).toEqual([
      {
        id: 'CVE-2026-88888',
        fixedIn: '2026.9.6',
        what: 'Something',
        ranges: [{ fixedIn: '2026.9.5' }, { since: '2026.9.1', fixedIn: '2026.9.6' }],
      },
    ]);
  });

  test.each([
    ['events of one range', [{ events: [{ introduced: '0' }, { fixed: '2026.6.35' }, { introduced: '2026.7.1' }, { fixed: '2026.7.2' }] }]],
    ['ranges of their own', [{ events: [{ introduced: '0' }, { fixed: '2026.6.35' }] }, { events: [{ introduced: '2026.7.1' }, { fixed: '2026.7.2' }] }]],
    ['a range that holds the whole line', [{ events: [{ introduced: '0' }, { fixed: '2026.7.2' }] }, { events: [{ introduced: '2026.6.33' }, { fixed: '2026.6.35' }] }]],
  ])("know an extended-stable line's own fix: %s", (_, ranges) => {
    const list = importAdvisories(JSON.stringify({ ...osv, affected: [{ ...osv.affected[0], ranges }] }))?.advisories;
    const has = (version: string): boolean => (advisoriesAbout(version, list) ?? []).length > 0;
    expect(['2026.6.6', '2026.6.33', '2026.6.34', '2026.7.1', '2026.7.1-2', '2026.7.2-beta.3'].filter((one) => !has(one))).toEqual([]);
    expect(['2026.6.35', '2026.6.36', '2026.7.2', '2026.7.2-1', '2026.7.33', '2026.8.1'].filter(has)).toEqual([]);
    expect(fixedVersion(list ?? [], '2026.6.33')).toBe('2026.6.35');
    expect(fixedVersion(list ?? [], '2026.7.1')).toBe('2026.7.2');
  });

  test('add to what came with clawproof, and correct its versions', () => {
    const [first] = advisories;
    const fresh = importAdvisories(JSON.stringify([github]))?.advisories ?? [];
    const all = withImported([...fresh, { id: first?.id ?? '', fixedIn: '2026.9.9', what: 'other words' }]);
    expect(all).toHaveLength(advisories.length + 1);
    expect(all[0]).toEqual({ id: first?.id, fixedIn: '2026.9.9', what: first?.what });
    expect(advisoriesAbout('2026.9.3', all)?.map(({ id }) => id)).toContain('CVE-2026-99999');
    expect(advisoriesAbout('2026.9.4', all)?.map(({ id }) => id)).not.toContain('CVE-2026-99999');
  });

  test('are no advisories when they are something else', () => {
    for (const text of ['', '{', '"text"', '{"message":"Not Found"}']) expect(importAdvisories(text)).toBeNull();
  });

  propertyTest.prop([fc.json()])('never throw on foreign JSON', (text) => {
    importAdvisories(text);
    importAdvisories(`[${text}]`);
    importAdvisories(`{"vulns":[${text}]}`);
  });
});
