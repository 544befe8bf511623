import { expect, test } from 'vitest';
import { duration } from './duration.ts';

test.each([
  [-5, '0.0 s'],
  [0, '0.0 s'],
  [349, '0.3 s'],
  [9949, '9.9 s'],
  [9950, '10 s'],
  [59_499, '59 s'],
  [59_500, '1 min 0 s'],
  [552_000, '9 min 12 s'],
  [3_599_700, '1 h 0 min'],
  [3_725_000, '1 h 2 min'],
])('%d ms is %s', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});
