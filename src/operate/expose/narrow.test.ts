import { expect, test } from 'vitest';
import type { HttpsAccess } from '../../policy/https-access.ts';
import { requireNarrow } from './narrow.ts';

const CAGE = '172.30.224.0/28';
const allowing = (...allow: string[]): HttpsAccess => ({ allow }) as HttpsAccess;

test.each(['172.16.0.0/12', '172.30.224.17', '172.30.224.16/28'])(
  'an allowlist with %s lets everybody in where the engine hides who calls',
  (block) => {
    expect(() => requireNarrow(allowing('198.18.77.2', block), CAGE)).toThrow(
      `${block} also allows 172.30.224.17`,
    );
  },
);

test('other blocks are narrow enough', () => {
  expect(() => requireNarrow(allowing('198.18.77.2', '10.0.0.0/8', '172.31.0.0/16'), CAGE)).not.toThrow();
});
