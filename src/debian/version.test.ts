import { spawnSync } from 'node:child_process';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { compareDebianVersions, isDebianVersion } from './version.ts';

const part = fc.stringMatching(/^[0-9][a-z0-9.+~]{0,8}$/);
const version = fc
  .tuple(fc.option(fc.integer({ min: 0, max: 3 })), part, fc.option(fc.stringMatching(/^[a-z0-9.+~]{1,6}$/)))
  .map(
    ([epoch, upstream, revision]) =>
      `${epoch === null ? '' : `${epoch}:`}${upstream}${revision === null ? '' : `-${revision}`}`,
  );
/** Neighbours are told apart only in what is special in this order. */
const near = fc
  .tuple(version, fc.constantFrom('', '~', '~rc1', '+b1', '.0', '0', '-0', '-1', '+deb13u1', 'a', '~~'))
  .map(([base, end]): [string, string] => [
    base,
    base.includes('-') ? base + end.replace(/^-/, '.') : base + end,
  ]);

const hasDpkg = spawnSync('dpkg', ['--version']).status === 0;

function dpkgOrders(pairs: readonly (readonly [string, string])[]): string[] {
  const script = `while read -r a b; do
    if dpkg --compare-versions "$a" lt "$b"; then echo -1
    elif dpkg --compare-versions "$a" eq "$b"; then echo 0; else echo 1; fi; done`;
  const input = pairs.map(([a, b]) => `${a} ${b}\n`).join('');
  return spawnSync('sh', ['-c', script], { input, encoding: 'utf8' }).stdout.trim().split('\n');
}

describe('Debian versions', () => {
  test('are in the order of Debian Policy', () => {
    const rising = [
      '1.0~~',
      '1.0~~a',
      '1.0~',
      '1.0',
      '1.0+b1',
      '1.0a',
      '1.0.1',
      '1.9',
      '1.10',
      '2.0-1~deb13u1',
      '2.0-1',
      '2.0-1+deb13u1',
      '1:0.1',
    ];
    // "+" comes behind letters.
    const expected = [
      '1.0~~',
      '1.0~~a',
      '1.0~',
      '1.0',
      '1.0a',
      '1.0+b1',
      '1.0.1',
      '1.9',
      '1.10',
      '2.0-1~deb13u1',
      '2.0-1',
      '2.0-1+deb13u1',
      '1:0.1',
    ];
    expect(rising.toReversed().toSorted(compareDebianVersions)).toEqual(expected);
  });

  test.each([
    ['1.0', '1.0-0', 0],
    ['0:1.0', '1.0', 0],
    ['1.00', '1.0', 0],
    ['20260101000000000000001', '20260101000000000000002', -1],
    ['3.5.4-1~deb13u2', '3.5.4-1~deb13u1', 1],
    ['1.2-3-4', '1.2-3-5', -1],
  ])('%s against %s', (a, b, order) => {
    expect(Math.sign(compareDebianVersions(a, b))).toBe(order);
  });

  test.prop([version, version, version])('the order is total and transitive', (a, b, c) => {
    expect(Math.sign(compareDebianVersions(a, b))).toBe(0 - Math.sign(compareDebianVersions(b, a)));
    const [low, , high] = [a, b, c].toSorted(compareDebianVersions) as [string, string, string];
    expect(compareDebianVersions(low, high)).toBeLessThanOrEqual(0);
    expect(isDebianVersion(a)).toBe(true);
  });

  test.skipIf(!hasDpkg)(
    'are in the order of dpkg itself',
    () => {
      const sample = { numRuns: 60, seed: 20_261_122 };
      const pairs = [...fc.sample(fc.tuple(version, version), sample), ...fc.sample(near, sample)];
      const ours = pairs.map(([a, b]) => String(Math.sign(compareDebianVersions(a, b))));
      expect(ours).toEqual(dpkgOrders(pairs));
      expect(new Set(ours)).toEqual(new Set(['-1', '0', '1']));
    },
    30_000,
  );

  test.each(['', 'latest', 'a1', '1.0-', '1.0 ', '1.0-1:2', '1.0\n'])('%j is none', (text) => {
    expect(isDebianVersion(text)).toBe(false);
  });
});
