import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { parseLocatedJson5 } from './located-json5.ts';
import { nodeAt, plainOf, type LocatedNode } from './located.ts';

function valueOf(text: string): unknown {
  const { root, problems } = parseLocatedJson5(text, 'openclaw.json');
  expect(problems).toEqual([]);
  return root === null ? undefined : plainOf(root);
}

function problemOf(text: string): [message: string, line: number, column: number] | undefined {
  const [problem] = parseLocatedJson5(text, 'openclaw.json').problems;
  return problem && [problem.message, problem.position.line, problem.position.column];
}

describe('values', () => {
  test.each<[string, unknown]>([
    ['{ a: \'it"s\', "b": "it\'s" }', { a: 'it"s', b: "it's" }],
    ['[1, -2.5, +3, .5, 5., 1e3, 0x1F, -0x1f]', [1, -2.5, 3, 0.5, 5, 1000, 31, -31]],
    ['[Infinity, -Infinity]', [Infinity, -Infinity]],
    ['[true, false, null,]', [true, false, null]],
    ['{ $a_é: 1, \\u0061b: 2, null: 3, Infinity: 4, }', { $a_é: 1, ab: 2, null: 3, Infinity: 4 }],
    ["'\\x41\\u0042\\0\\v\\q\\\n\\\r\nz'", 'AB\0\vqz'],
    ['// first\n/* second */ "x" /* third */ // last', 'x'],
    ['\uFEFF\u00A0{}\u2028', {}],
    ['"\u2028"', '\u2028'],
    ['{ constructor: 1 }', { constructor: 1 }],
  ])('of %j', (text, expected) => {
    expect(valueOf(text)).toEqual(expected);
  });

  test('marks of unknown variables cannot be written into a file', () => {
    expect(valueOf('{ "a\uFDD0": "\uFDD0X\uFDD1" }')).toEqual({ 'a\uFFFD': '\uFFFDX\uFFFD' });
  });
});

describe('problems', () => {
  test.each<[string, string, number, number]>([
    ['', 'The document ends where a value was expected.', 1, 1],
    ['{ a: 1', 'The document ends where "," or "}" was expected.', 1, 7],
    ['{ a: 1 } x', 'Here the end of the document was expected.', 1, 10],
    ['{\n  a 1\n}', 'Here ":" behind the key was expected.', 2, 5],
    ['[1,,2]', 'Here a value was expected.', 1, 4],
    ['{ a: tru }', 'Here a value was expected.', 1, 6],
    ['{ a: 01 }', 'Here the end of the value was expected.', 1, 7],
    ['{ a: "x\n" }', 'The text in quotes does not end on its line.', 1, 6],
    ['{ a: "\\u12" }', 'This escape sequence is not known.', 1, 7],
    ["{ a: '\\1' }", 'This escape sequence is not known.', 1, 7],
    ['{ /* }', 'The comment does not end.', 1, 3],
    ['{ "a": 1, a: 2 }', 'The key "a" stands here for the second time.', 1, 11],
    ['{ "__proto__": { "x": 1 } }', 'The key __proto__ is not allowed.', 1, 3],
    ['\0', 'Here a value was expected.', 1, 1],
  ])('of %j', (text, message, line, column) => {
    expect(problemOf(text)).toEqual([message, line, column]);
  });

  test('never quote what is there, which may be a secret', () => {
    const { problems } = parseLocatedJson5('{ token: sk-012345678901234567890123 }', 'f');
    expect(problems.map((problem) => problem.message).join('\n')).not.toContain('sk-');
  });

  test('a key that stands twice has its last value, __proto__ is left out', () => {
    const { root } = parseLocatedJson5('{ a: 1, "__proto__": { b: 2 }, a: 3 }', 'f');
    expect(root && plainOf(root)).toEqual({ a: 3 });
  });

  test.each([
    ['lists', '['.repeat(200_000)],
    ['maps', '{a:'.repeat(200_000)],
    ['balanced lists', '['.repeat(5000) + ']'.repeat(5000)],
  ])('of deep %s come soon', (_, text) => {
    expect(problemOf(text)?.[0]).toMatch('nested deeper than 100 levels');
  });

  test('of a document that is too large', () => {
    expect(problemOf(`"${'x'.repeat(4 * 1024 * 1024)}"`)?.[0]).toMatch('larger than 4 MiB');
  });
});

describe('places', () => {
  const text = '{\n  gateway: { \'bind\': "lan", ports: [1, 0x2] },\n}';
  const root = parseLocatedJson5(text, '/c/openclaw.json').root as LocatedNode;
  const written = (node: LocatedNode | undefined, part: 'range' | 'key'): string => {
    const range = node?.origin[part];
    return range ? text.slice(range.start, range.end) : '';
  };

  test('of values, keys and items', () => {
    const bind = nodeAt(root, ['gateway', 'bind']);
    expect([written(bind, 'key'), written(bind, 'range')]).toEqual(["'bind'", '"lan"']);
    expect(bind).toMatchObject({
      source: 'lan',
      origin: { file: '/c/openclaw.json', path: ['gateway', 'bind'] },
    });
    expect(written(nodeAt(root, ['gateway']), 'range')).toBe('{ \'bind\': "lan", ports: [1, 0x2] }');
    expect(nodeAt(root, ['gateway', 'ports', 1])).toMatchObject({ value: 2, source: '0x2' });
  });
});

const json5 = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(true, false, null),
    fc.double({ noNaN: true }),
    fc.string({ unit: 'binary' }),
    tie('list'),
    tie('map'),
  ),
  list: fc.array(tie('value'), { maxLength: 4 }),
  map: fc.dictionary(fc.string({ unit: 'binary', maxLength: 8 }), tie('value'), {
    maxKeys: 4,
    noNullPrototype: true,
  }),
})).value;

describe('properties', () => {
  property.prop([json5, fc.constantFrom(undefined, 2, '\t')])(
    'reads whatever JSON can write',
    (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      if (/__proto__|[\uFDD0\uFDD1]/u.test(text)) return;
      expect(valueOf(text)).toEqual(JSON.parse(text));
    },
  );

  property.prop([fc.string({ unit: 'binary', maxLength: 40 })])('never throws', (text) => {
    const { root, problems } = parseLocatedJson5(text, 'f');
    expect(root !== null || problems.length > 0).toBe(true);
  });

  property.prop([
    fc.array(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ':',
        ',',
        '"',
        "'",
        '\\',
        '/*',
        '*/',
        '//',
        '\n',
        'a',
        '1',
        '.',
        '-',
        '\r',
        '\0',
        'u',
        'null',
      ),
      { maxLength: 30 },
    ),
  ])('never throws for what looks like JSON5', (parts) => {
    const text = parts.join('');
    const { root, problems } = parseLocatedJson5(text, 'f');
    expect(root !== null || problems.length > 0).toBe(true);
    for (const { position } of problems) expect(position.line).toBeGreaterThan(0);
  });
});
