import { parse as parseJson5, tokenize } from '@humanwhocodes/momoa';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { commentsOf, type CommentSyntax } from './comments.ts';

function bodies(text: string, syntax: CommentSyntax): string[] {
  return commentsOf(text, syntax).map(({ body }) => body.trim());
}

describe('yaml', () => {
  test.each([
    ['# a\nb: c', ['a']],
    ['b: c # a', ['a']],
    ['b: c# no', []],
    ['b: "x # no"', []],
    ["b: 'x # no'", []],
    ['b: |\n  # no\n  x\n# a\n', ['a']],
    ['b: >-\n\n  text # no\nc: d # a', ['a']],
    ['b: "x\n  # no\n  y" # a', ['a']],
    ['b: plain\n  # a\n', ['a']],
    ['[a, # one\n b] # two', ['one', 'two']],
    ['a: &x # one\n  b: c\nd: *x # two', ['one', 'two']],
    ['\uFEFF# a\r\nb: c # d\r\n', ['a', 'd']],
    ['# a\n---\nb: c\n... # d\n', ['a', 'd']],
    ['b: [ # a\n', ['a']],
    ['url: http://a/#b', []],
    ['a: \u0002 # x', ['x']],
    ['#', ['']],
    ['## a', ['a']],
  ])('%j', (text, expected) => {
    expect(bodies(text, 'yaml')).toEqual(expected);
  });

  test('what it finds has no meaning: without it the document says the same', () => {
    const key = fc.constantFrom('a', 'b', 'c');
    const value = fc.constantFrom(
      'x',
      '"x # y"',
      "'# z'",
      '|\n    # text\n    more',
      'x#y',
      '[1, 2]',
      '"a\n    # b"',
    );
    const line = fc.tuple(key, value, fc.constantFrom('', ' # note', ' # "quote', '\n# alone'));
    fc.assert(
      fc.property(fc.uniqueArray(line, { selector: ([name]) => name }), (lines) => {
        const text = lines
          .map(([name, content, note]) => `${name}: ${content}${content.startsWith('|') ? '' : note}\n`)
          .join('');
        const expected = lines.filter(([, content, note]) => note !== '' && !content.startsWith('|')).length;
        const found = commentsOf(text, 'yaml');
        expect(found).toHaveLength(expected);
        expect(parseDocument(without(text, found)).toJS()).toEqual(parseDocument(text).toJS());
      }),
    );
  });
});

describe('json5', () => {
  test.each([
    ['// a\n{}', ['a']],
    ['{"b": "// no"}', []],
    ["{b: '/* no */'} // a", ['a']],
    [String.raw`{b: "\" // no"} // a`, ['a']],
    ["{b: 'x\\\n// no'} /* a */", ['a']],
    ['/* a\n b */ {}', ['a\n b']],
    ['/* no end', []],
    ['{b: "no end\n} // a', ['a']],
    ['{b: 1/2} // a', ['a']],
  ])('%j', (text, expected) => {
    expect(bodies(text, 'json5')).toEqual(expected);
  });

  test('it finds what the parser takes for comments', () => {
    const piece = fc.constantFrom(
      '// a\n',
      '/* b */',
      '/* "c */',
      '"d"',
      String.raw`"\"//"`,
      "'/*'",
      ',',
      '1',
      ' ',
      '\n',
      '[',
      ']',
      '"\\\\"',
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('');
        let expected: unknown;
        try {
          expected = tokenize(text, { mode: 'json5', ranges: true })
            .filter(({ type }) => type === 'LineComment' || type === 'BlockComment')
            .map(({ range }) => range);
        } catch {
          return;
        }
        expect(commentsOf(text, 'json5').map(({ start, end }) => [start, end])).toEqual(expected);
      }),
    );
    expect(parseJson5('{} // a', { mode: 'json5' }).type).toBe('Document');
  });
});

test.each([
  ['# a\nFROM x', ['a']],
  ['  # a\nRUN x # no', ['a']],
  ['RUN x \\\n# a\n y', ['a']],
  ['RUN <<EOF\n# no\nEOF\n# a', ['a']],
  ['RUN <<-"EOF"\n# no\n\tEOF\n# a', ['a']],
  ['COPY <<A <<B /x/\n# no\nA\n# no\nB\n# a', ['a']],
  ['ENV A="<<EOF"\n# a', ['a']],
])('Dockerfile %j', (text, expected) => {
  expect(bodies(text, 'dockerfile')).toEqual(expected);
});

test.each([
  ['# a\nB=c', ['a']],
  ['B=c # a', ['a']],
  ['B=c#no', []],
  ['B="c # no" # a', ['a']],
  ['B="c\n# no\n" # a\n# d', ['a', 'd']],
  ["B='c\\' # a", ['a']],
  [String.raw`B="\" # no" # a`, ['a']],
  ['export B="x', []],
  ['B= # a', ['a']],
])('.env %j', (text, expected) => {
  expect(bodies(text, 'dotenv')).toEqual(expected);
});

test('.dockerignore has comments in the first column only', () => {
  expect(bodies('\uFEFF# a\nb # no\n # no\r\n#c\r\n', 'dockerignore')).toEqual(['a', 'c']);
});

const syntaxes = ['yaml', 'json5', 'dockerfile', 'dotenv', 'dockerignore'] as const;

test.each(syntaxes)(
  'whatever a %s file holds, comments lie in it, in order, and begin with their mark',
  (syntax) => {
    const piece = fc.oneof(
      fc.constantFrom(
        '#',
        ' #',
        '\n',
        '\r\n',
        '"',
        "'",
        '\\',
        '|',
        ': ',
        '- ',
        '/*',
        '*/',
        '//',
        '<<EOF',
        '\u0002',
        '\u001F',
        '[',
        '{',
        '\u2028',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        let last = 0;
        for (const { start, end } of commentsOf(text, syntax)) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(text.slice(start, end)).toMatch(syntax === 'json5' ? /^\/[/*]/ : /^#/);
          last = end;
        }
        expect(last).toBeLessThanOrEqual(text.length);
      }),
    );
  },
);

test.each(syntaxes)('a large %s file takes little time', (syntax) => {
  for (const piece of ['/*', '"', '# a\n', '//', "'", 'A="', '<<', '\\', '# ', ' ', 'a: "']) {
    const start = performance.now();
    commentsOf(piece.repeat(100_000), syntax);
    expect(performance.now() - start, piece).toBeLessThan(2000);
  }
});

function without(text: string, ranges: readonly { start: number; end: number }[]): string {
  return ranges.toReversed().reduce((left, { start, end }) => left.slice(0, start) + left.slice(end), text);
}
