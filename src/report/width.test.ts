import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { plainLine, textWidth, truncate } from './width.ts';

describe('textWidth', () => {
  test.each([
    ['', 0],
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['日本', 4],
    ['👍', 2],
    ['👨‍👩‍👧', 2],
    ['\u001B[31mred\u001B[39m', 3],
    ['\u001B]8;;http://127.0.0.1\u0007link\u001B]8;;\u0007', 4],
  ])('of %j is %d', (text, width) => {
    expect(textWidth(text)).toBe(width);
  });
});

describe('truncate', () => {
  property.prop([fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 40 })])(
    'never exceeds the limit',
    (text, columns) => {
      expect(textWidth(truncate(text, columns))).toBeLessThanOrEqual(columns);
    },
  );

  property.prop([fc.string({ unit: 'grapheme' })])('leaves what fits as it is', (text) => {
    expect(truncate(text, textWidth(text))).toBe(text);
  });

  test('marks the cut', () => {
    expect(truncate('abcdef', 4)).toBe('abc…');
    expect(truncate('日本語', 4)).toBe('日…');
  });
});

describe('plainLine', () => {
  property.prop([fc.string({ unit: 'binary' })])('has no control characters', (text) => {
    expect(plainLine(text)).not.toMatch(/\p{Control}/u);
  });

  test('keeps the words', () => {
    expect(plainLine(' \u001B[1mone\u001B[0m\ttwo\u001B[2K ')).toBe('one two');
  });
});
