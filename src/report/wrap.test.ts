import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textWidth } from './width.ts';
import { wrapText } from './wrap.ts';

test.each([
  ['', 10, ['']],
  ['one two three', 7, ['one two', 'three']],
  ['a verylongword b', 5, ['a', 'verylongword', 'b']],
  ['\u001B[31mred\u001B[39m is red', 6, ['\u001B[31mred\u001B[39m is', 'red']],
])('%j in %j columns', (text, columns, lines) => {
  expect(wrapText(text, columns)).toEqual(lines);
});

test('nothing is lost, and no line is too long unless it is one word', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 40 }), (text, columns) => {
      const lines = wrapText(text, columns);
      expect(lines.join(' ')).toBe(text);
      for (const line of lines) expect(textWidth(line) <= columns || !line.includes(' ')).toBe(true);
    }),
  );
});
