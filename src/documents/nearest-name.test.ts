import fc from 'fast-check';
import { expect, test } from 'vitest';
import { didYouMean, editDistance, nearestName } from './nearest-name.ts';

const KEYS = ['version', 'preset', 'name', 'openclaw', 'image', 'access', 'resources', 'exec', 'egress'];

test.each([
  ['presett', 'preset'],
  ['prset', 'preset'],
  ['perset', 'preset'],
  ['Preset', 'preset'],
  ['RESOURCE', 'resources'],
  ['egres', 'egress'],
  ['verison', 'version'],
])('%s means %s', (misspelt, meant) => {
  expect(nearestName(misspelt, KEYS)).toBe(meant);
});

test.each(['', 'password', 'network', 'xyz', 'a'])('nothing is near %j', (name) => {
  expect(nearestName(name, KEYS)).toBeUndefined();
  expect(didYouMean(name, KEYS)).toBe('');
});

test('the nearest wins, and the first of those that are equally near', () => {
  expect(nearestName('cat', ['bat', 'cats', 'cat'])).toBe('cat');
  expect(nearestName('cat', ['bat', 'cats'])).toBe('bat');
});

test('one edit is at distance one, a swap of neighbours too', () => {
  expect(editDistance('abc', 'acb')).toBe(1);
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(word, fc.nat(), (text, position) => {
      const at = position % text.length;
      expect(editDistance(text, text)).toBe(0);
      expect(editDistance(text, text.slice(0, at) + text.slice(at + 1))).toBe(1);
      expect(editDistance(text, `${text.slice(0, at)}x${text.slice(at + 1)}`)).toBe(1);
    }),
  );
});

test('the distance is symmetric and at most the longer length', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
});
