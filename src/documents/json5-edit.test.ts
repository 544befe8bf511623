import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { addTo, removeIn, setIn } from './json5-edit.ts';
import type { JsonValue } from './json5-style.ts';
import { parseLocatedJson5 } from './located-json5.ts';
import { plainOf, type DocumentPath } from './located.ts';
import { applyEdits } from './text-edit.ts';

type Edit = (text: string) => string;

const set =
  (path: DocumentPath, value: JsonValue): Edit =>
  (text) =>
    applyEdits(text, setIn(parseLocatedJson5(text, 'f'), path, value));
const add =
  (path: DocumentPath, value: JsonValue): Edit =>
  (text) =>
    applyEdits(text, addTo(parseLocatedJson5(text, 'f'), path, value));
const remove =
  (path: DocumentPath): Edit =>
  (text) =>
    applyEdits(text, removeIn(parseLocatedJson5(text, 'f'), path));

describe('set', () => {
  test.each<[string, Edit, string, string]>([
    ['a value', set(['a'], 'y'), "{\n  a: 'x', // why\n}\n", "{\n  a: 'y', // why\n}\n"],
    ['a key in JSON', set(['b'], true), '{\n  "a": 1\n}\n', '{\n  "a": 1,\n  "b": true\n}\n'],
    ['a key behind a comma', set(['b'], 'x'), "{\n\ta: 'y',\n}", "{\n\ta: 'y',\n\tb: 'x',\n}"],
    [
      'a key behind a comment',
      set(['b'], 1),
      '{\n  a: 1 // one\n  // two\n}',
      '{\n  a: 1, // one\n  b: 1\n  // two\n}',
    ],
    ['a key on one line', set(['g', 'b'], 1), "{ g: { a: 'x' } }", "{ g: { a: 'x', b: 1 } }"],
    ['a key on one line with a comma', set(['b'], 1), '{ a: 1, }', '{ a: 1, b: 1, }'],
    ['a key that is no identifier', set(['a-b'], 1), '{\n  a: 1,\n}', '{\n  a: 1,\n  "a-b": 1,\n}'],
    ['in an empty document', set(['a', 'b'], 'x'), '{}', '{\n  "a": {\n    "b": "x"\n  }\n}'],
    ['in an empty map', set(['a', 'b'], 1), '{\n  a: {},\n}\n', '{\n  a: {\n    b: 1\n  },\n}\n'],
    ['beside a comment alone', set(['a'], 1), '{ // nothing\n}', '{ "a": 1 // nothing\n}'],
    [
      'parents',
      set(['a', 'b', 'c'], [1, 2]),
      '{\r\n    x: 1\r\n}',
      '{\r\n    x: 1,\r\n    a: {\r\n        b: {\r\n            c: [1, 2]\r\n        }\r\n    }\r\n}',
    ],
    ['instead of a text', set(['a', 'b'], 1), '{ a: "x" }', '{ a: { b: 1 } }'],
    ['an item', set(['a', 0, 'b'], 2), '{ a: [{ b: 1 }] }', '{ a: [{ b: 2 }] }'],
    ['what is there', set(['a'], [1, 'x']), "{ a: [ 1, 'x' /* ! */ ] }", "{ a: [ 1, 'x' /* ! */ ] }"],
    ['a list', set(['a'], ['x', 'y']), '{\n  "a": [\n    "z"\n  ]\n}', '{\n  "a": ["x", "y"]\n}'],
    ['a text with quotes', set(['a'], `it's "x"`), "{ a: '' }", `{ a: 'it\\'s "x"' }`],
  ])('%s', (_, edit, before, after) => {
    expect(edit(before)).toBe(after);
    expect(edit(after)).toBe(after);
  });
});

describe('add', () => {
  test.each<[string, Edit, string, string]>([
    ['to a line', add(['a'], 'y'), "{ a: ['x'] }", "{ a: ['x', 'y'] }"],
    [
      'to lines',
      add(['a'], 'y'),
      '{\n  "a": [\n    "x" // 1\n  ]\n}',
      '{\n  "a": [\n    "x", // 1\n    "y"\n  ]\n}',
    ],
    ['to nothing', add(['a', 'b'], 'y'), '{ "x": 1 }', '{ "x": 1, "a": { "b": ["y"] } }'],
    ['to an empty list', add(['a'], 1), '{ a: [] }', '{ a: [1] }'],
    ['what it holds', add(['a'], 'x'), "{ a: ['x'] }", "{ a: ['x'] }"],
  ])('%s', (_, edit, before, after) => {
    expect(edit(before)).toBe(after);
    expect(edit(after)).toBe(after);
  });
});

describe('remove', () => {
  test.each<[string, Edit, string, string]>([
    ['a line', remove(['a']), '{\n  a: 1,\n  b: 2,\n}', '{\n  b: 2,\n}'],
    ['the last line', remove(['b']), '{\n  "a": 1,\n  "b": 2\n}', '{\n  "a": 1\n}'],
    ['with its parents', remove(['a', 'b', 'c']), '{\n  a: { b: { c: 1 } },\n  d: 1,\n}', '{\n  d: 1,\n}'],
    [
      'but not a comment',
      remove(['a', 'b']),
      '{\n  a: {\n    // why\n    b: 1, // so\n  },\n}',
      '{\n  a: {\n    // why\n    // so\n  },\n}',
    ],
    ['on one line', remove(['b']), '{ a: 1, b: 2, c: 3 }', '{ a: 1, c: 3 }'],
    ['the last one on a line', remove(['b']), '{ a: 1, b: 2 }', '{ a: 1 }'],
    ['the only one', remove(['a']), '{ a: 1 }', '{ }'],
    ['nothing', remove(['x', 'y']), '{ a: 1 }', '{ a: 1 }'],
    ['with CRLF', remove(['a']), '{\r\n  a: 1,\r\n  b: 2,\r\n}', '{\r\n  b: 2,\r\n}'],
  ])('%s', (_, edit, before, after) => {
    expect(edit(before)).toBe(after);
    expect(edit(after)).toBe(after);
  });
});

test('remove an item', () => {
  expect(remove(['a', 0])('{ a: ["x", "y"] }')).toBe('{ a: ["y"] }');
});

const keys = ['a', 'b', 'c-d'];
const leaf = fc.oneof(
  fc.boolean(),
  fc.integer({ min: -9, max: 9 }),
  fc.constantFrom('x', "it's", ''),
  fc.constant(null),
);
const { value } = fc.letrec<{ value: JsonValue; map: JsonValue }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value'), { maxLength: 3 }), tie('map')),
  map: fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 3, noNullPrototype: true }),
}));
const map = fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 3, noNullPrototype: true });
const path = fc.array(fc.constantFrom(...keys), { minLength: 1, maxLength: 3 });

/** Writes a value with comments, line ends and commas as the numbers say. */
function write(data: JsonValue, choices: readonly number[], state: { at: number; comments: number }): string {
  const choose = (count: number): number => (choices[state.at++ % choices.length] ?? 0) % count;
  const gap = (): string => {
    const kind = choose(8);
    if (kind === 0) return ` // c${state.comments++}.\n`;
    if (kind === 1) return ` /* c${state.comments++}. */ `;
    return kind < 5 ? '\n  ' : ' ';
  };
  if (typeof data !== 'object' || data === null)
    return typeof data === 'string' && choose(2) === 0
      ? `'${data.replace("'", "\\'")}'`
      : JSON.stringify(data);
  const items = Array.isArray(data)
    ? data.map((item) => write(item, choices, state))
    : Object.entries(data).map(([key, item]) => {
        const name = choose(2) === 0 || key.includes('-') ? JSON.stringify(key) : key;
        return `${name}:${gap()}${write(item, choices, state)}`;
      });
  const body = items.map((item, index) => gap() + item + gap() + (index < items.length - 1 ? ',' : ''));
  const trailing = items.length > 0 && choose(2) === 0 ? ',' : '';
  return `${Array.isArray(data) ? '[' : '{'}${body.join('')}${trailing}${gap()}${Array.isArray(data) ? ']' : '}'}`;
}

const written = fc
  .tuple(map, fc.array(fc.nat(1000), { minLength: 5, maxLength: 40 }))
  .map(([data, choices]) => {
    const state = { at: 0, comments: 0 };
    return { data, text: write(data, choices, state), comments: state.comments };
  });

function parsed(text: string): JsonValue {
  const { root, problems } = parseLocatedJson5(text, 'f');
  expect(problems, text).toEqual([]);
  return root === null ? null : (plainOf(root) as JsonValue);
}

/** The value with a part set, as `setIn` promises it. */
function withPart(data: JsonValue, [key, ...rest]: readonly string[], part: JsonValue): JsonValue {
  if (key === undefined) return part;
  const inner = typeof data === 'object' && data !== null && !Array.isArray(data) ? data : {};
  return { ...inner, [key]: withPart(inner[key] ?? null, rest, part) };
}

/** Without maps that hold nothing, since a removal takes them along where no comment is in them. */
function pruned(data: JsonValue): JsonValue {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return data;
  const entries = Object.entries(data).map(([key, item]): [string, JsonValue] => [key, pruned(item)]);
  return Object.fromEntries(entries.filter(([, item]) => JSON.stringify(item) !== '{}'));
}

function withoutPart(data: JsonValue, [key = '', ...rest]: readonly string[]): JsonValue {
  if (typeof data !== 'object' || data === null || Array.isArray(data) || !Object.hasOwn(data, key))
    return data;
  const { [key]: inner, ...others } = data;
  return rest.length === 0 ? others : { ...others, [key]: withoutPart(inner ?? null, rest) };
}

function commentsOf(text: string): number {
  return new Set(text.match(/c\d+\./g)).size;
}

const onMapPath = (data: JsonValue, steps: readonly string[]): boolean => {
  let inner: JsonValue | undefined = data;
  for (const step of steps.slice(0, -1)) {
    if (Array.isArray(inner)) return false;
    inner = typeof inner === 'object' && inner !== null ? inner[step] : undefined;
  }
  return !Array.isArray(inner);
};

describe('properties', () => {
  property.prop([written, path, value])(
    'set gives that value, and the same again',
    ({ data, text }, steps, part) => {
      fc.pre(onMapPath(data, steps));
      const result = set(steps, part)(text);
      expect(parsed(result), `${text} → ${result}`).toEqual(withPart(data, steps, part));
      expect(set(steps, part)(result)).toBe(result);
    },
  );

  property.prop([written, fc.constantFrom(...keys), leaf])(
    'what is added loses no comment',
    ({ data, text, comments }, key, part) => {
      fc.pre(!Object.hasOwn(data, key));
      const result = set([key], part)(text);
      expect(commentsOf(result)).toBe(comments);
    },
  );

  property.prop([written, path])('remove takes the part away, and nothing else', ({ data, text }, steps) => {
    const result = remove(steps)(text);
    expect(pruned(parsed(result)), `${text} → ${result}`).toEqual(pruned(withoutPart(data, steps)));
    expect(remove(steps)(result)).toBe(result);
  });

  property.prop([written, fc.constantFrom(...keys), value])('add adds once', ({ data, text }, key, item) => {
    const list = data[key];
    if (!Array.isArray(list)) return;
    const result = add([key], item)(text);
    const has = list.some((known) => JSON.stringify(known) === JSON.stringify(item));
    expect(parsed(result)).toEqual({ ...data, [key]: has ? list : [...list, item] });
    expect(add([key], item)(result)).toBe(result);
  });
});
