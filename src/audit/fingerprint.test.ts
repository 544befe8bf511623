import { createHash } from 'node:crypto';
import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { createFingerprints } from './fingerprint.ts';
import { sha256 } from './sha256.ts';

propertyTest.prop([fc.string({ unit: 'grapheme', maxLength: 300 })])(
  'digests are those of the standard',
  (text) => {
    expect(sha256(text)).toBe(createHash('sha256').update(text).digest('hex'));
  },
);

test.each([0, 55, 56, 63, 64, 119, 120, 1000])('also of %i bytes', (length) => {
  const text = 'x'.repeat(length);
  expect(sha256(text)).toBe(createHash('sha256').update(text).digest('hex'));
});

test('a finding keeps its fingerprint, and equal ones are told apart by their order', () => {
  const fingerprint = createFingerprints();
  const parts = { measure: 'read-only-root', subject: 'gateway', file: 'compose.yaml' };
  const first = fingerprint(parts);
  expect(first).toMatch(/^[0-9a-f]{16}$/);
  expect(fingerprint(parts)).toBe(`${first}-2`);
  expect(fingerprint({ ...parts, key: 'tmpfs' })).not.toContain(first);
  expect(createFingerprints()(parts)).toBe(first);
});

test('parts do not run into each other', () => {
  const fingerprint = createFingerprints();
  expect(fingerprint({ measure: 'a', subject: 'bc' })).not.toBe(fingerprint({ measure: 'ab', subject: 'c' }));
  expect(fingerprint({ measure: 'a', subject: 'b' })).not.toBe(fingerprint({ measure: 'a', key: 'b' }));
});
