import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { isAppError } from '../errors/app-error.ts';
import { emptyLock, formatLock, LOCK_SCHEMA, parseLock } from './lock-file.ts';
import type { Lock } from './lock-file.ts';

const hex64 = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('hex'));
const digest = hex64.map((hex) => `sha256:${hex}`);
const integrity = fc
  .uint8Array({ minLength: 64, maxLength: 64 })
  .map((bytes) => `sha512-${Buffer.from(bytes).toString('base64')}`);
const text = fc.string({ minLength: 1, unit: 'grapheme' });
const lockedPackage = fc.record({ name: text, version: text, integrity });
const image = fc.record({
  source: fc.constantFrom('registry' as const, 'build' as const),
  reference: text,
  digest,
  inputs: fc.option(digest),
});
const lock: fc.Arbitrary<Lock> = fc.record({
  schema: fc.constant(LOCK_SCHEMA as 1),
  openclaw: fc.record({ version: text, integrity: fc.option(integrity) }),
  dependencies: fc.option(digest),
  node: fc.option(lockedPackage),
  npm: fc.option(lockedPackage),
  base: fc.option(
    fc.record({
      source: fc.constantFrom('registry' as const, 'debootstrap' as const),
      reference: text,
      digest,
      suite: fc.option(text),
      packages: fc.option(digest),
    }),
  ),
  images: fc.record({ gateway: fc.option(image), egress: fc.option(image), ingress: fc.option(image) }),
  cageSubnet: fc.option(fc.constantFrom('10.77.0.0/28', '172.30.255.16/28')),
});

function errorId(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isAppError(error)) return error.id;
    throw error;
  }
  return 'no error';
}

describe('clawproof.lock', () => {
  test.prop([lock])('what is written is read back', (one) => {
    expect(parseLock(formatLock(one))).toEqual(one);
  });

  test.prop([lock])('the order of properties does not change a byte', (one) => {
    const turned = Object.fromEntries(Object.entries(one).toReversed()) as Lock;
    expect(formatLock(turned)).toBe(formatLock(one));
  });

  test('starts with a comment that says who writes it', () => {
    expect(formatLock(emptyLock('2026.9.6'))).toMatch(/^# Written by clawproof/);
  });

  test('a newer format is refused by name', () => {
    const newer = formatLock(emptyLock('2026.9.6')).replace('schema: 1', 'schema: 2');
    expect(errorId(() => parseLock(newer))).toBe('lock-too-new');
  });

  test.each([
    ['', 'empty'],
    ['schema: [', 'no YAML'],
    ['- 1', 'a list'],
    ['schema: 1', 'incomplete'],
    [formatLock(emptyLock('2026.9.6')) + 'surprise: 1\n', 'unknown key'],
    [
      formatLock(emptyLock('2026.9.6')).replace('cageSubnet: null', 'cageSubnet: 10.0.0.0/99'),
      'no CIDR block',
    ],
    [
      formatLock(emptyLock('2026.9.6')).replace('dependencies: null', 'dependencies: sha256:12'),
      'half a hash',
    ],
  ])('refuses %j (%s)', (content) => {
    expect(errorId(() => parseLock(content))).toBe('lock-invalid');
  });

  test('says which property is wrong', () => {
    const broken = formatLock(emptyLock('2026.9.6')).replace('integrity: null', 'integrity: sha1-abc');
    expect(() => parseLock(broken, 'x/clawproof.lock')).toThrow(/x\/clawproof\.lock.*"openclaw\.integrity"/);
  });
});
