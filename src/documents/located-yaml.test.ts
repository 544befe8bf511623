import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify, type ToStringOptions } from 'yaml';
import { nodeAt, plainOf, type DocumentPath, type LocatedNode } from './located.ts';
import { parseLocatedYaml } from './located-yaml.ts';

const TEXT = `x-a: &a
  b: 0755 # c
  c: yes
  l: [1, "2", 1_0]

d:
  <<: [*a, {z: 1}]
  b: 1
e: *a
f: !reset []
g: !override
  - 1

h:
i: |
  text
j: !!binary dHJ1ZQ==
k: 123456789012345678
`;

function parse(text: string): LocatedNode {
  const { root, problems } = parseLocatedYaml(text, '/x.yaml');
  expect(problems).toEqual([]);
  if (!root) throw new Error('nothing was read');
  return root;
}

function at(path: DocumentPath): LocatedNode {
  const node = nodeAt(parse(TEXT), path);
  if (!node) throw new Error(`nothing at ${path.join('.')}`);
  return node;
}

function messages(text: string): string[] {
  return parseLocatedYaml(text, '/x.yaml').problems.map(
    ({ message, position }) => `${position.line}:${position.column} ${message}`,
  );
}

test('data as Compose reads it', () => {
  const a = { b: 0o755, c: 'yes', l: [1, '2', 10] };
  expect(plainOf(parse(TEXT))).toEqual({
    'x-a': a,
    d: { ...a, z: 1, b: 1 },
    e: a,
    f: [],
    g: [1],
    h: null,
    i: 'text\n',
    j: 'true',
    k: '123456789012345678',
  });
});

test.each<[DocumentPath, string, string | undefined]>([
  [['x-a'], 'b: 0755 # c\n  c: yes\n  l: [1, "2", 1_0]', 'x-a'],
  [['x-a', 'b'], '0755', 'b'],
  [['x-a', 'l', 1], '"2"', undefined],
  [['d'], '<<: [*a, {z: 1}]\n  b: 1', 'd'],
  [['d', 'b'], '1', 'b'],
  [['d', 'c'], 'yes', 'c'],
  [['e'], 'b: 0755 # c\n  c: yes\n  l: [1, "2", 1_0]', 'e'],
  [['f'], '[]', 'f'],
  [['g'], '- 1', 'g'],
  [['h'], '', 'h'],
  [['i'], '|\n  text\n', 'i'],
])('%j stands at %j behind the key %j', (path, value, key) => {
  const { origin } = at(path);
  expect(TEXT.slice(origin.range.start, origin.range.end)).toBe(value);
  expect(origin.key && TEXT.slice(origin.key.start, origin.key.end)).toBe(key);
  expect(origin.file).toBe('/x.yaml');
});

test('what stands behind an anchor that is used again is shared, and says where it is written', () => {
  expect(at(['d', 'c']).origin).toMatchObject({ isShared: true, path: ['x-a', 'c'] });
  expect(at(['d', 'z']).origin).toMatchObject({ isShared: true, path: ['d', '<<', 1, 'z'] });
  expect(at(['d', 'b']).origin).not.toHaveProperty('isShared');
  expect(at(['d']).origin).not.toHaveProperty('isShared');
  expect(at(['x-a', 'l', 0]).origin.isShared).toBe(true);
  const { origin } = at(['e']);
  expect(origin).toMatchObject({ isShared: true, path: ['x-a'] });
  expect(TEXT.slice(origin.alias?.start, origin.alias?.end)).toBe('*a');
});

test('an anchor that nobody uses is not shared', () => {
  const root = parse('a: &x {b: 1}\n');
  expect(nodeAt(root, ['a'])?.origin).not.toHaveProperty('isShared');
});

test('tags that are not of YAML itself are kept', () => {
  expect(at(['f']).tag).toBe('!reset');
  expect(at(['g']).tag).toBe('!override');
  expect(at(['j'])).not.toHaveProperty('tag');
});

test('an alias means the last anchor of that name before it', () => {
  expect(plainOf(parse('a: &x 1\nb: *x\nc: &x 2\nd: *x\n'))).toEqual({ a: 1, b: 1, c: 2, d: 2 });
});

test('own keys win over merged ones, the first merged map over the next, and merging goes on inside', () => {
  const text = 'a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: &c {<<: *b, w: 3}\nd: {<<: [*a, *c], w: 4}\n';
  expect(nodeAt(parse(text), ['d'])).toBeDefined();
  expect(plainOf(parse(text))).toMatchObject({ d: { w: 4, x: 1, y: 1, z: 2 } });
  expect(plainOf(parse('a: {"<<": {x: 1}}'))).toEqual({ a: { '<<': { x: 1 } } });
});

test.each([
  ['a: 1\nb: 2\na: 3\n', '3:1 The key "a" stands here a second time.'],
  ['<<: {a: 1}\n<<: {b: 1}\n', '2:1 The key "<<" stands here a second time.'],
  ['<<: 1\n', '1:5 Only mappings can be merged with "<<".'],
  ['a: &x 1\nb: {<<: *x}\n', '2:9 Only mappings can be merged with "<<".'],
  ['a: *b\n', '1:4 There is no anchor &b before the alias *b.'],
  ['a: &b [*b]\n', '1:8 The alias *b contains itself.'],
  ['a: &b\n  <<: *b\n', '2:7 The alias *b contains itself.'],
  ['? [a]\n: 1\n', '1:3 A key must be a word or a text.'],
  ['1: a\n', '1:1 A key must be a word or a text.'],
  [': 1\n', '1:1 A key must be a word or a text.'],
  ['a: !!int x\n', '1:10 The value is not of the type that its tag names.'],
  ['a:\n\tb: 1\n', '2:1 A tab indents the line; YAML allows only spaces there.'],
  ['a: 1\n---\nb: 2\n', '2:1 A second document begins here; only one is allowed.'],
  ['a\0: 1\n', '1:2 A control character stands here; YAML does not allow it.'],
])('%j is refused', (text, message) => {
  expect(messages(text)[0]).toBe(message);
});

/** As written, without what a scalar means. */
function textsOf(node: LocatedNode): unknown {
  if (node.kind === 'scalar') return node.source;
  if (node.kind === 'list') return node.items.map(textsOf);
  return Object.fromEntries([...node.entries].map(([key, entry]) => [key, textsOf(entry)]));
}

// What go-yaml and the writer do not agree on is left out: white space that is none for one of them.
const words = fc
  .string({ unit: fc.constantFrom(...'abc: #-,[]{}&*!|>\'"%@`\n\\é~1'), maxLength: 12 })
  .filter((text) => !/^[ \n:]|[-:]\n/.test(text));
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    words,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(
      fc.string({ unit: fc.constantFrom(...'abcd-_.'), minLength: 1, maxLength: 8 }),
      tie('tree'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
}));
const styles: fc.Arbitrary<ToStringOptions> = fc.record({
  defaultStringType: fc.constantFrom(
    'PLAIN',
    'QUOTE_DOUBLE',
    'QUOTE_SINGLE',
    'BLOCK_LITERAL',
    'BLOCK_FOLDED',
  ),
  defaultKeyType: fc.constantFrom('PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE'),
  collectionStyle: fc.constantFrom('any', 'block', 'flow'),
  indentSeq: fc.constant(true),
  indent: fc.constantFrom(1, 2, 4),
  lineWidth: fc.constant(0),
});

test('reads what a YAML writer writes, in every style, and with every kind of line end', () => {
  fc.assert(
    fc.property(tree, styles, fc.constantFrom('\n', '\r\n'), (inner, style, end) => {
      const value = { key: inner };
      const text = stringify(value, style).replaceAll('\n', end);
      const { root, problems } = parseLocatedYaml(text, '/x.yaml');
      expect(problems, JSON.stringify(text)).toEqual([]);
      expect(root && textsOf(root), JSON.stringify(text)).toEqual(value);
    }),
    { numRuns: 1000 },
  );
});
