import { expect, test } from 'vitest';
import { ownSentence } from './words.ts';

test.each([
  ['it made a folder in /a', 'It made a folder in /a.'],
  ['bounding capabilities: CHOWN.', 'Bounding capabilities: CHOWN.'],
  ['/etc was written', '/etc was written.'],
  ['openclaw.json was changed', 'openclaw.json was changed.'],
])('%j', (words, shown) => {
  expect(ownSentence(words)).toBe(shown);
});
