import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { createDockerignore, MAX_IGNORE_PATTERNS } from './dockerignore.ts';

describe('a .dockerignore', () => {
  // What a builder left out of these, it left out with BuildKit of Docker 20.10, too.
  it.each([
    ['*', 'a/b', true],
    ['*.key', 'x.key', true],
    ['*.key', 'a/x.key', false],
    ['**/*.key', 'a/x.key', true],
    ['**/*.key', 'x.key', true],
    ['secrets', 'secrets/token', true],
    ['/secrets/', 'secrets/token', true],
    ['secret', 'secrets/token', false],
    ['secrets/**', 'secrets/token', true],
    ['*\n!src', 'src/a.ts', false],
    ['*\n!src\nsrc/*.log', 'src/a.log', true],
    ['*\n!src\nsrc/*.log', 'src/b/a.log', false],
    ['src\n!src/deep/a.ts', 'src/deep/a.ts', false],
    ['src/**\n!src/deep', 'src/deep/a.ts', false],
    ['!a\na', 'a', true],
    ['a\n!a', 'a', false],
    ['! a\n', 'a', false],
    ['# *', 'a', false],
    ['  # a', '# a', true],
    ['\\#x', '#x', true],
    ['a.b', 'axb', false],
    ['file?', 'file1', true],
    ['[^a]*', 'b', true],
    ['[^a]*', 'a', false],
    ['[a-f]*', 'foo', true],
    ['[[]a]', '[a]', true],
    ['x/../a', 'a', true],
    ['//a', 'a', true],
    ['./a/', 'a', true],
    ['\uFEFFa\r\nb', 'a', true],
    ['d/**foo', 'd/foo', true],
    ['d/**foo', 'd/xfoo', false],
    ['k*p/*', 'keep/me', true],
    ['x/**/c.log', 'x/y/c.log', true],
    ['x/**/c.log', 'x/c.log', true],
    ['**', 'a/b', true],
    ['', 'a', false],
  ])('%j decides on %s: %s', (text, path, expected) => {
    expect(createDockerignore(text)(path, false)).toBe(expected);
  });

  it('leaves a folder out only when nothing in it comes back', () => {
    expect(createDockerignore('data')('data', true)).toBe(true);
    expect(createDockerignore('data\n!data/x')('data', true)).toBe(false);
    expect(createDockerignore('data\n!data/x')('data', false)).toBe(true);
  });

  it('refuses more patterns than anybody writes', () => {
    expect(() => createDockerignore('a\n'.repeat(MAX_IGNORE_PATTERNS + 1))).toThrow(RangeError);
  });

  it.each(['*a'.repeat(490), `${'**/a*'.repeat(190)}b`, '['.repeat(900), `${'[a-'.repeat(300)}]`])(
    'needs no more time for a pattern that is made to last',
    (pattern) => {
      const began = performance.now();
      const ignores = createDockerignore(`${pattern}\n`.repeat(20));
      for (let count = 0; count < 4; count += 1) ignores(`${'a'.repeat(300)}${count}`, false);
      expect(performance.now() - began).toBeLessThan(8000);
    },
  );

  it('refuses patterns that are longer than any path', () => {
    expect(() => createDockerignore('*a'.repeat(5000))).toThrow(RangeError);
    expect(() => createDockerignore(`${'*a'.repeat(400)}\n`.repeat(400))).toThrow(RangeError);
  });

  propertyTest.prop([fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })])(
    'never throws',
    (text, path) => {
      expect(typeof createDockerignore(text)(path, false)).toBe('boolean');
    },
  );

  propertyTest.prop([fc.stringMatching(/^[a-z][a-z.]{0,5}(?:\/[a-z]{1,5}){0,3}$/)])(
    'leaves out the path that it names and all below it, and lets it in again',
    (path) => {
      expect(createDockerignore(path)(`${path}/x/y`, false)).toBe(true);
      expect(createDockerignore(`*\n!${path}`)(path, false)).toBe(false);
      expect(createDockerignore(`*\n!${path}`)(`${path}x`, false)).toBe(true);
    },
  );
});
