import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BYTES_PATTERN, formatBytes, parseBytes } from './bytes.ts';

test.each([
  ['2g', 2 * 1024 ** 3],
  ['1536m', 1536 * 1024 ** 2],
  ['2GiB', 2 * 1024 ** 3],
  ['2 GB', 2 * 1024 ** 3],
  ['1.5g', 1536 * 1024 ** 2],
  ['64k', 65_536],
  ['2147483648', 2_147_483_648],
  ['10b', 10],
  [2_147_483_648, 2_147_483_648],
  [0, 0],
])('%j is %j bytes', (size, bytes) => {
  expect(parseBytes(size)).toBe(bytes);
});

test.each([
  '',
  'g',
  '2x',
  '-1g',
  '2gg',
  '2 g b',
  '1e3',
  '0x10',
  '2,5g',
  ' 2g',
  '2g ',
  '1.3b',
  '9999999999t',
  '٢g',
  1.5,
  -1,
  NaN,
  Infinity,
])('%j is no size', (size) => {
  expect(parseBytes(size)).toBeNull();
});

test('formatting is exact and reads back', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (bytes) => {
      expect(parseBytes(formatBytes(bytes))).toBe(bytes);
    }),
  );
});

test('what reads as a size fits the pattern of the JSON Schema', () => {
  const number = fc.stringMatching(/^[0-9]{1,4}(\.[0-9]{1,2})?$/);
  const unit = fc.stringMatching(/^[bkmgtiBKMGTI]{0,3}$/);
  const sizes = fc.tuple(number, fc.constantFrom('', ' ', '  '), unit).map((parts) => parts.join(''));
  fc.assert(
    fc.property(
      sizes.filter((text) => parseBytes(text) !== null),
      (text) => {
        expect(text).toMatch(new RegExp(BYTES_PATTERN));
      },
    ),
  );
});

test('the largest unit that stays exact is used', () => {
  expect([0, 1, 1024, 1536 * 1024 ** 2, 2 * 1024 ** 3, 1025].map(formatBytes)).toEqual([
    '0b',
    '1b',
    '1k',
    '1536m',
    '2g',
    '1025b',
  ]);
});
