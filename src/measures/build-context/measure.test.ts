import { describe, expect, it } from 'vitest';
import { testFixtures } from '../../../test/support/measure-suite.ts';
import { ignores, parseIgnoreFile } from './ignore-file.ts';
import { measure } from './measure.ts';

testFixtures(measure, import.meta.url);

describe('.dockerignore', () => {
  it.each([
    ['*', 'a/b', true],
    ['*.key', 'x.key', true],
    ['*.key', 'a/x.key', false],
    ['**/*.key', 'a/x.key', true],
    ['**/*.key', 'x.key', true],
    ['secrets', 'secrets/token', true],
    ['/secrets/', 'secrets/token', true],
    ['secret', 'secrets/token', false],
    ['*\n!src', 'src/a.ts', false],
    ['*\n!src\nsrc/*.log', 'src/a.log', true],
    ['# *', 'a', false],
    ['a.b', 'axb', false],
    ['file?', 'file1', true],
  ])('%j decides on %s: %s', (text, path, expected) => {
    expect(ignores(parseIgnoreFile(text), path)).toBe(expected);
  });
});
