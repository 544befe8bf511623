import { describe, expect, it } from 'vitest';
import { count, few, sizeText } from './judgement.ts';

describe('words of judgements', () => {
  it.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a and b'],
    [['a', 'b', 'c', 'd'], 'a, b, c and d'],
    [['a', 'b', 'c', 'd', 'e'], 'a, b, c and 2 more'],
  ])('names %j as %s', (names, text) => {
    expect(few(names)).toBe(text);
  });

  it('counts', () => {
    expect([count(1, 'process', 'processes'), count(2, 'file')]).toEqual(['1 process', '2 files']);
  });

  it.each([
    [512, '512 bytes'],
    [1024, '1 KiB'],
    [1.5 * 2 ** 20, '1.5 MiB'],
    [2 ** 31, '2 GiB'],
  ])('writes %d as %s', (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });
});
