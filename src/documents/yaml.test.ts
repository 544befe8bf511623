import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { parseYaml, type YamlPath } from './yaml.ts';

function messages(text: string): string[] {
  return parseYaml(text, 'x.yaml').problems.map(
    ({ message, position }) => `${position.line}:${position.column} ${message}`,
  );
}

/** The text that stands at a path. */
function textAt(text: string, path: YamlPath, part: 'key' | 'value'): string | undefined {
  const range = parseYaml(text, 'x.yaml').rangeOf(path, part);
  return range && text.slice(range.start, range.end);
}

const TEXT =
  'a: 1 # one\r\nlist:\r\n  - x\r\n  - {k: "v w", "q r": [1, 2]}\r\nbase: &b {deep: yes}\r\nuse: *b\r\n? long\r\n: value\r\nempty:\r\n';

test('data, with aliases expanded and words as words', () => {
  expect(parseYaml(TEXT, 'x.yaml')).toMatchObject({
    problems: [],
    value: {
      a: 1,
      list: ['x', { k: 'v w', 'q r': [1, 2] }],
      base: { deep: 'yes' },
      use: { deep: 'yes' },
      long: 'value',
      empty: null,
    },
  });
});

test.each<[YamlPath, 'key' | 'value', string]>([
  [['a'], 'key', 'a'],
  [['a'], 'value', '1'],
  [['list', 0], 'value', 'x'],
  [['list', 0], 'key', 'x'],
  [['list', 1, 'k'], 'key', 'k'],
  [['list', 1, 'k'], 'value', '"v w"'],
  [['list', 1, 'q r', 1], 'value', '2'],
  [['use', 'deep'], 'value', 'yes'],
  [['long'], 'key', 'long'],
])('range of %j, %s', (path, part, expected) => {
  expect(textAt(TEXT, path, part)).toBe(expected);
});

test('positions count lines and columns from 1 and carry the line', () => {
  const document = parseYaml(TEXT, 'x.yaml');
  expect(document.positionOf(['list', 1, 'q r'], 'key')).toEqual({
    file: 'x.yaml',
    line: 4,
    column: 16,
    length: 5,
    excerpt: '  - {k: "v w", "q r": [1, 2]}',
  });
});

test('what is missing is shown at the nearest thing around it', () => {
  const document = parseYaml(TEXT, 'x.yaml');
  expect(document.rangeOf(['list', 7], 'value')).toBeUndefined();
  expect(document.positionOf(['list', 7, 'x'], 'value')).toMatchObject({ line: 2, column: 1, length: 4 });
  expect(document.positionOf(['nothing'], 'key')).toMatchObject({ line: 1, column: 1 });
  expect(parseYaml('', 'x.yaml').positionOf(['a'], 'key')).toMatchObject({ line: 1, column: 1 });
});

test('a byte order mark shifts no column', () => {
  const document = parseYaml('\uFEFFa: 1\nb: 2\n', 'x.yaml');
  expect(document.value).toEqual({ a: 1, b: 2 });
  expect(document.positionOf(['a'], 'value')).toMatchObject({ line: 1, column: 4, excerpt: 'a: 1' });
});

test.each([
  ['a: 1\nb: 2\na: 3\n', '3:1 The key "a" stands here a second time.'],
  ['{a: 1, "a": 2}', '1:8 The key "a" stands here a second time.'],
  ['a:\n\tb: 1\n', '2:1 A tab indents the line; YAML allows only spaces there.'],
  [
    'a: [1, 2\n',
    '2:1 A bracket or brace that was opened before this place is not closed, or what is in it is not indented enough.',
  ],
  ['a: b: c\n', '1:4 Two keys stand on one line; a value that contains ": " needs quotes.'],
  ['a: 1\n---\nb: 2\n', '2:1 A second document begins here; only one is allowed.'],
  [
    'a: !secret x\n',
    '1:4 This tag or the value behind it is not allowed; a text that begins with ! needs quotes.',
  ],
  ['a: *b\n', '1:4 There is no anchor &b before the alias *b.'],
  ['a: &b [*b]\n', '1:8 The alias *b contains itself.'],
  ['a: &b {c: {d: *b}}\n', '1:15 The alias *b contains itself.'],
  ['? [a]\n: 1\n', '1:3 A key must be a word or a text.'],
  ['? {a: 1}\n: 1\n', '1:3 A key must be a word or a text.'],
  [': 1\n', '1:1 A key must be a word or a text.'],
  ['__proto__: {x: 1}\n', '1:1 The key "__proto__" is not allowed.'],
])('%j is refused', (text, message) => {
  expect(messages(text)[0]).toBe(message);
  expect(parseYaml(text, 'x.yaml').value).toBeUndefined();
});

test('aliases that grow without bound are stopped early', () => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 12; level++)
    lines.push(`a${level}: &a${level} [${`*a${level - 1}, `.repeat(9)}]`);
  const start = performance.now();
  expect(messages(lines.join('\n')).join()).toContain('expand to too much');
  expect(performance.now() - start).toBeLessThan(2000);
});

test.each(['['.repeat(5000), '{a: '.repeat(3000), '- '.repeat(3000), '['.repeat(70) + ']'.repeat(70)])(
  'nesting without end is stopped',
  (text) => {
    expect(messages(text).join()).toMatch(/nested (?:too deeply|more than 64 levels deep)/);
  },
);

test('an alias means the last anchor of that name before it', () => {
  expect(parseYaml('a: &x 1\nb: *x\nc: &x 2\nd: *x\n', 'x.yaml').value).toEqual({ a: 1, b: 1, c: 2, d: 2 });
});

test('a directive of YAML 1.1 changes no meaning', () => {
  expect(parseYaml('%YAML 1.1\n---\na: yes\nb: 010\nc: 1:30\n', 'x.yaml').value).toEqual({
    a: 'yes',
    b: 10,
    c: '1:30',
  });
});

test('many keys take no quadratic time', () => {
  const text = Array.from({ length: 5000 }, (_, index) => `key${index}: ${index}`).join('\n');
  const start = performance.now();
  expect(parseYaml(text, 'x.yaml').problems).toEqual([]);
  expect(performance.now() - start).toBeLessThan(5000);
});

const yamlKey = fc.string({ minLength: 1 }).filter((key) => key !== '__proto__');
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    tie('list'),
    tie('map'),
  ),
  list: fc.array(tie('tree'), { maxLength: 4 }),
  map: fc.dictionary(yamlKey, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
}));

test('reads what a YAML writer writes, and finds every part of it', () => {
  fc.assert(
    fc.property(tree, (value) => {
      const document = parseYaml(stringify(value), 'x.yaml');
      expect(document.problems).toEqual([]);
      expect(document.value).toEqual(value);
      for (const path of pathsOf(value)) expect(document.rangeOf(path, 'value')).toBeDefined();
    }),
  );
});

test('never throws, and has either a value or problems', () => {
  const syntax = fc.string({
    unit: fc.constantFrom(...'ab:-[]{},&*!#|>\'"?%\n\r\t \uFEFF~1'),
    maxLength: 60,
  });
  fc.assert(
    fc.property(fc.oneof(syntax, fc.string({ unit: 'binary' })), (text) => {
      const document = parseYaml(text, 'x.yaml');
      expect(document.value === undefined).toBe(document.problems.length > 0);
      for (const { position } of document.problems) {
        expect(position.line).toBeGreaterThanOrEqual(1);
        expect(position.line).toBeLessThanOrEqual(text.split('\n').length);
        expect(position.column).toBeGreaterThanOrEqual(1);
      }
    }),
    { numRuns: 400 },
  );
});

function pathsOf(value: unknown, path: YamlPath = []): YamlPath[] {
  if (typeof value !== 'object' || value === null) return [path];
  const steps = Array.isArray(value) ? value.keys() : Object.keys(value);
  return [
    path,
    ...[...steps].flatMap((step) =>
      pathsOf((value as Record<string | number, unknown>)[step], [...path, step]),
    ),
  ];
}
