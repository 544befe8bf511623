import { expect, test } from 'vitest';
import { interpolate } from './interpolate.ts';
import { showUnknown } from './unknown-variable.ts';

const values: Record<string, string> = { A: 'a', EMPTY: '', B: 'b b', N: '{' };

function lookup(name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

test.each([
  ['$A-$B', 'a-b b'],
  ['${A}${EMPTY}', 'a'],
  ['${X:-d}${X-d}${EMPTY:-d}${EMPTY-d}', 'ddd'],
  ['${A:+y}${A+y}${EMPTY:+y}${EMPTY+y}${X:+y}${X+y}', 'yyy'],
  ['${A:?e}${A?e}${EMPTY?e}', 'aa'],
  ['${X:-${Y:-${A}}}/z', 'a/z'],
  ['${X:-$A}', 'a'],
  ['$$A $${A} $$$A', '$A ${A} $a'],
  ['5$ $5 $-', '5$ $5 $-'],
  ['${X:-{a}}', '{a}'],
  ['${X:-{}}', '{}'],
  ['${X-?:-}', '?:-'],
  ['${X:-}', ''],
  ['${X:-a}${X:-b}', 'ab'],
])('%j is %j', (text, expected) => {
  expect(interpolate(text, lookup, 'mark')).toEqual({ text: expected, unset: [], problems: [] });
});

test('a variable that is set nowhere is marked, or nothing', () => {
  const marked = interpolate('$X:${Y}:${X:-${Z}}:${R:?say}', lookup, 'mark');
  expect(showUnknown(marked.text)).toBe('${X}:${Y}:${Z}:${R}');
  expect(marked).toMatchObject({ unset: ['X', 'Y', 'Z', 'R'], problems: [] });
  expect(interpolate('$X:${Y}:${X:-${Z}}', lookup, 'empty')).toEqual({
    text: '::',
    unset: ['X', 'Y', 'Z'],
    problems: [],
  });
});

test.each(['${R:?say}', '${R?say}', '${EMPTY:?say}', '${', '${}', '${1}', '${A', '${A:x}', '${X:-a\nb}'])(
  '%j is a problem',
  (text) => {
    expect(interpolate(text, lookup, 'empty').problems).toHaveLength(1);
  },
);
