import { expect, test } from 'vitest';
import { atLeast } from './config-keys.ts';

test.each([
  ['2026.5.28', '2026.5.28', true],
  ['2026.5.27', '2026.5.28', false],
  ['2026.10.1', '2026.9.30', true],
  ['2025.12.31', '2026.1.1', false],
  ['2026.8.1-beta.2', '2026.8.1', false],
  ['2026.8.1-1', '2026.8.1', true],
  ['latest', '2026.8.1', true],
])('%s is at least %s: %s', (version, since, expected) => {
  expect(atLeast(version, since)).toBe(expected);
});
