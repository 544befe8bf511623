import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDotenv } from './dotenv.ts';
import { interpolate } from './interpolate.ts';
import { plainOf } from './located.ts';
import { parseLocatedYaml } from './located-yaml.ts';
import { hasUnknownVariable } from './unknown-variable.ts';

/** Far more than any of it takes, and far less than a hang. */
const MAX_MS = 15_000;

function timed<T>(work: () => T): T {
  const start = performance.now();
  const result = work();
  expect(performance.now() - start).toBeLessThan(MAX_MS);
  return result;
}

/** Alias on alias: each level has nine times the nodes of the one before. */
function bomb(levels: number, wrap: (aliases: string) => string): string {
  const lines = [`a0: &a0 ${wrap('x, x')}`];
  for (let level = 1; level < levels; level += 1)
    lines.push(`a${level}: &a${level} ${wrap(Array.from({ length: 9 }, () => `*a${level - 1}`).join(', '))}`);
  return lines.join('\n');
}

const many = 100_000;

describe('YAML', () => {
  test.each<[string, string]>([
    ['open lists', '['.repeat(many)],
    ['closed lists', '['.repeat(many) + ']'.repeat(many)],
    ['open mappings', '{a: '.repeat(many)],
    ['dashes', '- '.repeat(many)],
    ['question marks', '? '.repeat(many)],
    ['keys on one line', 'a: '.repeat(many)],
    ['nested blocks', Array.from({ length: 2000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    ['closing brackets', ']'.repeat(many)],
    ['commas', '['.padEnd(many, ',')],
    ['anchors', '&a '.repeat(many)],
    ['tags', '!a '.repeat(many)],
    ['aliases', '*a '.repeat(many)],
    ['documents', '---\n'.repeat(many)],
    ['a quote that does not end', `"${'a\n'.repeat(many)}`],
    ['a bomb of lists', bomb(12, (inner) => `[${inner}]`)],
    ['a key that is nested', `${'? '.repeat(500)}a`],
    ['a mapping as key', '{'.repeat(500) + '}'.repeat(500)],
    ['an alias of itself', 'a: &a {b: [*a]}'],
    ['a merge of itself', 'a: &a {<<: *a, b: 1}'],
    ['a control character', 'a: \u0000'],
  ])('%s: a problem with a position, soon', (_, text) => {
    const { problems } = timed(() => parseLocatedYaml(text, '/x.yaml'));
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.length).toBeLessThanOrEqual(20);
    for (const { position } of problems) expect(position).toMatchObject({ file: '/x.yaml' });
  });

  test('a bomb of merge keys stays small', () => {
    const lines = ['a0: &a0 {k0: v}'];
    for (let level = 1; level < 300; level += 1)
      lines.push(`a${level}: &a${level} {<<: [*a${level - 1}, *a${level - 1}], k${level}: v}`);
    const { root, problems } = timed(() => parseLocatedYaml(lines.join('\n'), '/x.yaml'));
    expect(problems.length + (root?.kind === 'map' ? root.entries.size : 0)).toBeGreaterThan(0);
  });

  test('5 MB of services are read', () => {
    const block =
      '  name:\n    image: a/b:1\n    ports: ["127.0.0.1:80:80"]\n    environment:\n      A: "x"\n';
    const count = Math.floor(5_000_000 / block.length);
    const text = `services:\n${Array.from({ length: count }, (_, index) => block.replace('name', `s${index}`)).join('')}`;
    const { root, problems } = timed(() => parseLocatedYaml(text, '/x.yaml'));
    expect(problems).toEqual([]);
    expect(root?.kind === 'map' && root.entries.get('services')).toMatchObject({ kind: 'map' });
  });

  test('keys that objects have anyway are keys like any other', () => {
    const text = '__proto__: {polluted: yes}\nconstructor: 1\ntoString: 2\nhasOwnProperty: 3\n';
    const { root, problems } = parseLocatedYaml(text, '/x.yaml');
    expect(problems).toEqual([]);
    const plain = root ? plainOf(root) : undefined;
    expect(Object.keys(plain as object)).toEqual(['__proto__', 'constructor', 'toString', 'hasOwnProperty']);
    expect(Object.getPrototypeOf(plain)).toBe(Object.prototype);
    expect('polluted' in {}).toBe(false);
  });

  test.each([
    ['\uFEFFa: 1\r\nb: 2\r\n', { a: 1, b: 2 }],
    ['a: "\uFFFD"\nb: 2\n', { a: '\uFFFD', b: 2 }],
    ['a: 1 # \uFDD0X\uFDD1\nb: "\uFDD0X\uFDD1"\n', { a: 1, b: '\uFFFDX\uFFFD' }],
    // What ends a line for Compose must not hide the rest of the line from us.
    ['a: 1 # x\rb: 2\n', { a: 1, b: 2 }],
    ['a: 1 # x\u2028b: 2\n', { a: 1, b: 2 }],
    ['a: 1 # x\u0085b: 2\n', { a: 1, b: 2 }],
  ])('%j', (text, expected) => {
    const { root, problems } = parseLocatedYaml(text, '/x.yaml');
    expect(problems).toEqual([]);
    expect(root && plainOf(root)).toEqual(expected);
  });

  test('any text gives data or problems, and every range lies in it', () => {
    const syntax = fc.string({
      unit: fc.constantFrom(...'ab:-[]{},&*!#|>\'"?%<\n\r\t \uFEFF\uFDD0~1'),
      maxLength: 60,
    });
    fc.assert(
      fc.property(fc.oneof(syntax, fc.string({ unit: 'binary' })), (text) => {
        const { root, problems } = parseLocatedYaml(text, '/x.yaml');
        for (const { position } of problems) expect(position.line).toBeGreaterThanOrEqual(1);
        if (!root) return;
        const check = (node: typeof root): void => {
          const { start, end } = node.origin.range;
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(text.length);
          if (node.kind === 'map') for (const entry of node.entries.values()) check(entry);
          if (node.kind === 'list') for (const item of node.items) check(item);
        };
        check(root);
        expect(hasUnknownVariable(JSON.stringify(plainOf(root)))).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('variables', () => {
  test.each<[string, string]>([
    ['nested defaults', '${A:-'.repeat(many) + '}'.repeat(many)],
    ['defaults that do not end', '${A:-'.repeat(many)],
    ['many variables', '${A:-x}'.repeat(many)],
    ['braces', `\${A:-${'{'.repeat(many)}${'}'.repeat(many)}}`],
    ['braces that do not come out even', `\${A:-${'{}'.repeat(many)}`.repeat(2)],
    ['dollars', '$'.repeat(many)],
    ['lines', '${A:-\n'.repeat(many)],
    ['a name', `\${${'A'.repeat(many)}}`],
    ['5 MB', '${A:-x} and text '.repeat(300_000)],
  ])('%s: soon', (_, text) => {
    const { text: result } = timed(() => interpolate(text, () => undefined, 'mark'));
    expect(result.length).toBeLessThanOrEqual(text.length + 10);
  });

  test('any text', () => {
    const syntax = fc.string({ unit: fc.constantFrom(...'$${}:-+?Aa1_ \n'), maxLength: 40 });
    fc.assert(
      fc.property(fc.oneof(syntax, fc.string({ unit: 'binary' })), (text) => {
        const { unset, problems } = interpolate(text, (name) => ({ A: 'v', a: '' })[name], 'mark');
        for (const name of unset) expect(text).toContain(name);
        expect(Array.isArray(problems)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('names that objects have anyway are not set', () => {
    expect(interpolate('${constructor:-x}', () => undefined, 'mark').text).toBe('x');
  });
});

describe('.env', () => {
  test.each<[string, string]>([
    ['many variables', 'A=1\n'.repeat(many)],
    ['a quote that does not end', `A="${'x\n'.repeat(many)}`],
    ['many quotes that do not end', `A="x\n'`.repeat(3000)],
    ['backslashes', `A="${'\\'.repeat(many)}`],
    ['white space', `A=${' '.repeat(many)}x${' \t'.repeat(many)}`],
    ['a line', `A=${'x'.repeat(5_000_000)}`],
    ['comments', '#\n'.repeat(many)],
    ['bare names', 'A\n'.repeat(many)],
    ['what grows', Array.from({ length: 40 }, (_, n) => `A${n + 1}=\${A${n}}\${A${n}}`).join('\n')],
    [
      'what grows from something',
      `A0=xxxxxxxx\n${Array.from({ length: 60 }, (_, n) => `A${n + 1}=\${A${n}}\${A${n}}`).join('\n')}`,
    ],
  ])('%s: soon', (_, text) => {
    const { variables, problems } = timed(() => parseDotenv(text, '/.env', () => undefined));
    expect(problems.length).toBeLessThanOrEqual(20);
    for (const { value } of variables) expect(value.length).toBeLessThan(6_000_000);
  });

  test('any text: ranges lie in it, and no problem quotes it', () => {
    const syntax = fc.string({ unit: fc.constantFrom(...'AB=:#"\'\\$ {}\n\r\texport'), maxLength: 60 });
    fc.assert(
      fc.property(fc.oneof(syntax, fc.string({ unit: 'binary' })), (text) => {
        const { variables, problems } = parseDotenv(text, '/.env', () => undefined);
        for (const { range, nameRange, name } of variables) {
          expect(text.slice(nameRange.start, nameRange.end)).toBe(name);
          expect(range.end).toBeLessThanOrEqual(text.length);
          expect(range.start).toBeLessThanOrEqual(range.end);
        }
        for (const { position } of problems) expect(position).not.toHaveProperty('excerpt');
      }),
      { numRuns: 1000 },
    );
  });
});
