import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSourceText } from './source-text.ts';

test.each([
  [0, { line: 1, column: 1, excerpt: 'ab' }],
  [1, { line: 1, column: 2, excerpt: 'ab' }],
  [2, { line: 1, column: 3, excerpt: 'ab' }],
  [4, { line: 2, column: 1, excerpt: '' }],
  [5, { line: 3, column: 1, excerpt: 'cd' }],
  [99, { line: 3, column: 3, excerpt: 'cd' }],
  [-1, { line: 1, column: 1, excerpt: 'ab' }],
])('offset %j', (offset, position) => {
  expect(createSourceText('ab\r\n\ncd', 'f').positionAt(offset)).toMatchObject(position);
});

test('the underlined part ends with the line', () => {
  expect(createSourceText('abc\ndef', 'f').positionAt(1, 6)).toMatchObject({ line: 1, column: 2, length: 2 });
});

test('line and column lead back to the offset', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\n', 'ü', '\t', ' ') });
  fc.assert(
    fc.property(text, fc.nat(), (content, at) => {
      const offset = at % (content.length + 1);
      const { line, column, excerpt } = createSourceText(content, 'f').positionAt(offset);
      const lines = content.split('\n');
      expect(excerpt).toBe(lines[line - 1]);
      expect(lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0) + column - 1).toBe(offset);
    }),
  );
});
