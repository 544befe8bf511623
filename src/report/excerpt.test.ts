import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderExcerpt } from './excerpt.ts';
import { textWidth } from './width.ts';

const at = (excerpt: string, column: number, length = 1) => ({
  file: 'f.yaml',
  line: 12,
  column,
  length,
  excerpt,
});

test('place, line and marker', () => {
  expect(renderExcerpt(at('preset: cagd', 9, 4))).toEqual([
    '  f.yaml:12:9',
    '  12 | preset: cagd',
    '     |         ^^^^',
  ]);
});

test('without a line only the place', () => {
  expect(renderExcerpt({ file: 'f.yaml', line: 1, column: 1 })).toEqual(['  f.yaml:1:1']);
});

test.each([
  ['tabs become spaces', at('\ta: b', 5), '        ^'.slice(1), '    a: b'],
  ['wide characters count twice', at('名前: x', 5), '      ^', '名前: x'],
  ['and are marked twice', at('a: 名前', 4, 2), '   ^^^^', 'a: 名前'],
  ['combining marks count nothing', at('e\u0301: x', 5), '   ^', 'e\u0301: x'],
  ['the end of the line can be marked', at('a:', 3), '  ^', 'a:'],
  ['control characters are shown, not sent', at('a\u001B[2J\u202Eb', 7), '      ^', 'a�[2J�b'],
])('%s', (_title, position, marker, line) => {
  expect(renderExcerpt(position).slice(1)).toEqual([`  12 | ${line}`, `     | ${marker}`]);
});

test('a long line is cut around the marked part', () => {
  const position = at(`${'a'.repeat(500)}HERE${'b'.repeat(500)}`, 501, 4);
  const [, line = '', marker = ''] = renderExcerpt(position, { columns: 40 });
  expect(textWidth(line)).toBeLessThanOrEqual(40);
  expect(line).toMatch(/\| …a+HERE/);
  expect(line.slice(marker.indexOf('^'), marker.lastIndexOf('^') + 1)).toBe('HERE');
});

test('whatever the line holds, it is one line, fits, and the marker stands inside it', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.nat(200),
      fc.nat(50),
      fc.integer({ min: 30, max: 200 }),
      (excerpt, column, length, columns) => {
        const lines = renderExcerpt(at(excerpt, Math.min(column, excerpt.length) + 1, length), { columns });
        expect(lines).toHaveLength(3);
        // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
        expect(lines.join('')).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202E]/);
        for (const line of lines.slice(1)) expect(textWidth(line)).toBeLessThanOrEqual(columns);
        expect(lines[2]).toMatch(/\^/);
      },
    ),
  );
});

test('a huge line takes no time', () => {
  const start = performance.now();
  renderExcerpt(at('x'.repeat(5_000_000), 2_500_000), { columns: 80 });
  expect(performance.now() - start).toBeLessThan(1000);
});
