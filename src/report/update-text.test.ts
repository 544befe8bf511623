import { describe, expect, test } from 'vitest';
import { advisoriesAbout } from '../openclaw/advisories.ts';
import { releasesAfter } from '../openclaw/releases.ts';
import type { UpdateOutlook } from '../operate/update/look.ts';
import { createStyle } from './style.ts';
import { outlookText, prunedText, rollbackQuestion, size, updatedText } from './update-text.ts';

const style = createStyle(false);

function outlook(change: Partial<UpdateOutlook> = {}): UpdateOutlook {
  const current = '2026.5.22';
  const releases = releasesAfter(current, ['2026.6.6', '2026.9.6'], { prereleases: false });
  if (releases === null) throw new Error('no version');
  const flaws = advisoriesAbout(current) ?? [];
  return {
    current,
    target: '2026.9.6',
    releases,
    data: { upTo: '2026-11-22', ageDays: 3, source: 'clawproof', isOld: false },
    flaws,
    closed: flaws,
    keys: [],
    keysKnown: true,
    ...change,
  };
}

describe('what an update would bring', () => {
  test('names both versions, what is closed, and how old that knowledge is', () => {
    const text = outlookText(outlook(), style, 100);
    expect(text).toContain('OpenClaw 2026.5.22 → 2026.9.6, past 1 stable version between them');
    expect(text).toContain('8 published flaws of 2026.5.22, 8 of them closed by 2026.9.6:');
    expect(text).toContain('CVE-2026-62196');
    expect(text).toContain('up to 2026-11-22 (3 days ago)');
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(120);
  });

  test('says what becomes of each key, and never more of it than its name', () => {
    const keys: UpdateOutlook['keys'] = [
      { path: ['a', 'b'], to: ['c'], kind: 'moved', note: '' },
      { path: ['d'], to: null, kind: 'removed', note: 'it has no effect any more' },
      { path: ['e\u001B[2J'], to: null, kind: 'unknown', note: '' },
    ];
    const text = outlookText(outlook({ keys }), style, 100);
    expect(text).toContain('a.b becomes c');
    expect(text).toContain('d is taken out: it has no effect any more');
    expect(text).not.toContain('\u001B');
  });

  test('warns of old data, and of keys that nobody could look at', () => {
    const old = { upTo: '2026-11-22', ageDays: 90, source: 'clawproof', isOld: true };
    const text = outlookText(outlook({ data: old, keys: null, keysKnown: false }), style, 100);
    expect(text).toContain('Newer ones are not known here');
    expect(text).toContain('cannot be read by this user');
  });

  test('with nothing newer there is nothing to do, and what lies beyond the line is named', () => {
    const releases = {
      ...outlook().releases,
      line: 'extended-stable' as const,
      suggested: null,
      beyond: '2026.9.6',
    };
    const text = outlookText(outlook({ target: null, releases, flaws: [], closed: [] }), style, 100);
    expect(text).toContain('Up to date.');
    expect(text).toContain('clawproof update 2026.9.6');
  });
});

test('the end of an update says how to go back, and what that costs', () => {
  const memo = {
    from: '2026.5.22',
    to: '2026.9.6',
    id: 'a'.repeat(8),
    wasRunning: true,
    stateBytes: 3 * 1024 ** 2,
    held: [],
    trial: { readySeconds: 20, doctor: '', audit: '', keys: ['a → b'], changedByDoctor: ['c'] },
  };
  const text = updatedText(memo, null, { gapSeconds: 61.3, closed: 8 }, style);
  expect(text).toContain('away for 61 s');
  expect(text).toContain('8 published flaws closed');
  expect(text).toContain('3.0 MiB are kept');
  expect(text).toContain('clawproof rollback');
  const rebuilt = updatedText(
    { ...memo, from: memo.to, isRebuild: true },
    null,
    { gapSeconds: null, closed: 0 },
    style,
  );
  expect(rebuilt).toContain('OpenClaw 2026.9.6 runs. Its images are new; OpenClaw is the same.');
});

test('the question before a rollback says what is lost', () => {
  const record = {
    schema: 1 as const,
    id: 'a',
    from: '2026.5.22',
    to: '2026.9.6',
    at: '2026-11-22T10:00:00Z',
    stateBytes: 5,
  };
  expect(rollbackQuestion(record)).toBe(
    'Go back from OpenClaw 2026.9.6 to 2026.5.22? What OpenClaw has stored since 2026-11-22T10:00:00Z is lost.',
  );
  expect(rollbackQuestion({ ...record, from: '2026.9.6' })).toContain(
    'Go back to the images of OpenClaw 2026.9.6 from before they were rebuilt?',
  );
  expect(prunedText(record, 1)).toContain('(5 bytes)');
  expect(prunedText(null, 0)).toContain('nothing to delete');
});

test('bytes for people', () => {
  expect([0, 1023, 1024, 5 * 1024 ** 3, 3 * 1024 ** 5].map(size)).toEqual([
    '0 bytes',
    '1023 bytes',
    '1.0 KiB',
    '5.0 GiB',
    '3072.0 TiB',
  ]);
});
