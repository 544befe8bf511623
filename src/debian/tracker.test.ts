import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { judgePackages, readTracker, releasesIn } from './tracker.ts';

/** As the tracker writes it, with what it has besides. */
function entry(releases: Record<string, object>): object {
  return { description: 'words', debianbug: 1, scope: 'remote', releases };
}
const LIST = {
  zlib: {
    'CVE-2026-10001': entry({
      trixie: {
        status: 'resolved',
        repositories: { trixie: '1:1.3-1' },
        fixed_version: '1:1.3-2',
        urgency: 'medium',
      },
      bookworm: {
        status: 'open',
        repositories: { bookworm: '1:1.2-1' },
        urgency: 'low',
        nodsa: 'Minor issue',
        nodsa_reason: '',
      },
    }),
    'CVE-2026-10002': entry({ trixie: { status: 'resolved', fixed_version: '0', urgency: 'unimportant' } }),
    'CVE-2026-10003': entry({ trixie: { status: 'open', urgency: 'unimportant' } }),
    'CVE-2026-10004': entry({ trixie: { status: 'undetermined', urgency: 'not yet assigned' } }),
    'CVE-2026-10005': entry({ trixie: { status: 'open', urgency: 'high**' } }),
    'TEMP-0000001-ABCDEF': entry({ trixie: { status: 'open', urgency: 'low' } }),
    'no id': entry({ trixie: { status: 'open', urgency: 'high' } }),
  },
  curl: { 'CVE-2026-20001': entry({ sid: { status: 'resolved', fixed_version: '8-1', urgency: 'low' } }) },
};
const data = readTracker(JSON.stringify(LIST)) ?? {};
const old = [
  { source: 'zlib', version: '1:1.3-1' },
  { source: 'zlib', version: '1:1.3-1' },
  { source: 'bash', version: '5-1' },
];

describe("Debian's security tracker", () => {
  test('tells what is mended, what is open, and what is neither', () => {
    expect(judgePackages(old, 'trixie', data)).toEqual({
      mendable: [
        {
          source: 'zlib',
          version: '1:1.3-1',
          id: 'CVE-2026-10001',
          fixedVersion: '1:1.3-2',
          urgency: 'medium',
        },
      ],
      open: [
        { source: 'zlib', version: '1:1.3-1', id: 'CVE-2026-10005', fixedVersion: null, urgency: 'high' },
        { source: 'zlib', version: '1:1.3-1', id: 'TEMP-0000001-ABCDEF', fixedVersion: null, urgency: 'low' },
      ],
      unimportant: 1,
      undetermined: 1,
    });
  });

  test('is judged for the release of the image', () => {
    expect(judgePackages(old, 'bookworm', data).open).toHaveLength(1);
    expect(judgePackages(old, 'sid', data)).toEqual({
      mendable: [],
      open: [],
      unimportant: 0,
      undetermined: 0,
    });
    expect([...releasesIn(data)].toSorted()).toEqual(['bookworm', 'sid', 'trixie']);
  });

  test('says nothing of versions from the mended one on', () => {
    const verdict = judgePackages([{ source: 'zlib', version: '1:1.3-2+b1' }], 'trixie', data);
    expect(verdict.mendable).toEqual([]);
    expect(verdict.open).toHaveLength(2);
  });

  test('a mended version that cannot be read counts as not known, and never as mended', () => {
    const broken = {
      zlib: {
        'CVE-2026-10001': entry({ trixie: { status: 'resolved', fixed_version: '??', urgency: 'high' } }),
      },
    };
    expect(judgePackages(old, 'trixie', readTracker(JSON.stringify(broken)) ?? {}).undetermined).toBe(1);
  });

  test.each([
    '',
    'null',
    '[]',
    '{}',
    '<html>',
    '{"zlib":{"CVE-2026-1":{}}}',
    '{"vulns":[]}',
    '{"a":{"CVE-2026-10001":{"releases":[]}}}',
  ])('%j is no such list', (text) => {
    expect(readTracker(text)).toBeNull();
  });

  test.prop([fc.jsonValue()])('any JSON is read without an error', (value) => {
    const read = readTracker(JSON.stringify({ zlib: { 'CVE-2026-10001': value } }));
    expect(judgePackages(old, 'trixie', read ?? {}).mendable.length).toBeLessThanOrEqual(1);
  });
});
