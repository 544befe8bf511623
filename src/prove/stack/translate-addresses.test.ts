import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { blockHolds, highestPlace, translateAddresses, translateValue } from './translate-addresses.ts';

const cage = { from: '172.30.99.0/28', to: '172.31.224.16/28' };
const front = {
  from: '172.18.0.0/16',
  to: '172.31.225.0/28',
  addresses: { '172.18.0.254': '172.31.225.1' },
};

describe('translateAddresses', () => {
  it('moves addresses to the same place in the other network', () => {
    expect(translateAddresses('reverse_proxy 172.30.99.4:18789 {', [cage])).toBe(
      'reverse_proxy 172.31.224.20:18789 {',
    );
    expect(translateAddresses('http://u:p@172.30.99.2:3128/,172.18.0.3', [cage, front])).toBe(
      'http://u:p@172.31.224.18:3128/,172.31.225.3',
    );
  });

  it('takes no address for the beginning of a longer one', () => {
    expect(translateAddresses('172.30.99.1 172.30.99.12 172.30.99.112', [cage])).toBe(
      '172.31.224.17 172.31.224.28 172.30.99.112',
    );
    expect(translateAddresses('1172.30.99.1 172.30.99.1.5 9.172.30.99.1', [cage])).toBe(
      '1172.30.99.1 172.30.99.1.5 9.172.30.99.1',
    );
  });

  it('reads an address at the end of a sentence', () => {
    expect(translateAddresses('it is 172.30.99.4.', [cage])).toBe('it is 172.31.224.20.');
  });

  it('moves blocks: the network itself, a part of it, none that is wider', () => {
    expect(translateAddresses('172.30.99.0/28 172.30.99.4/32 172.30.99.0/24', [cage])).toBe(
      '172.31.224.16/28 172.31.224.20/32 172.30.99.0/24',
    );
    expect(translateAddresses('172.18.0.0/16 172.18.0.0/24', [front])).toBe(
      '172.31.225.0/28 172.31.225.0/28',
    );
  });

  it('lets an address stay that the smaller network has no place for, unless it is named', () => {
    expect(translateAddresses('172.18.3.7 172.18.0.254', [front])).toBe('172.18.3.7 172.31.225.1');
  });

  it('lets everything else stay', () => {
    const text = 'version 1.2.3.4.5, 300.30.99.1, 10.0.0.1/8, dns 8.8.8.8';
    expect(translateAddresses(text, [cage, front])).toBe(text);
  });

  const octet = fc.integer({ min: 0, max: 255 });
  test.prop([octet, octet, octet, octet])('is undone by the mapping in reverse', (a, b, c, d) => {
    const address = `${a}.${b}.${c}.${d}`;
    const moved = translateAddresses(address, [cage]);
    if (blockHolds(cage.from, address)) {
      expect(blockHolds(cage.to, moved)).toBe(true);
      expect(translateAddresses(moved, [{ from: cage.to, to: cage.from }])).toBe(address);
    } else expect(moved).toBe(address);
  });

  test.prop([fc.string(), fc.integer({ min: 0, max: 15 }), fc.string()])(
    'changes nothing around an address',
    (before, place, after) => {
      // A digit or a dot beside it makes it another thing.
      const [left, right] = [`${before} `, ` ${after}`];
      const moved = translateAddresses(`${left}172.30.99.${place}${right}`, [cage]);
      expect(moved).toBe(
        `${translateAddresses(left, [cage])}172.31.224.${16 + place}${translateAddresses(right, [cage])}`,
      );
    },
  );

  test.prop([octet, octet])('never matches a piece of an address', (a, d) => {
    fc.pre(a > 9);
    const text = `${a}172.30.99.1 172.30.99.1${d}x.${d}`;
    expect(translateAddresses(text, [cage]).startsWith(`${a}172.30.99.1 `)).toBe(true);
  });
});

describe('translateValue', () => {
  it('reaches into lists and objects', () => {
    expect(translateValue({ a: ['172.30.99.3', 4, null, { b: 'x' }] }, [cage])).toEqual({
      a: ['172.31.224.19', 4, null, { b: 'x' }],
    });
  });
});

describe('highestPlace', () => {
  it('is the place of the last address in the block', () => {
    expect(highestPlace(['172.18.0.3 and 172.18.1.2', '10.0.0.9'], '172.18.0.0/16')).toBe(258);
    expect(highestPlace(['nothing'], '172.18.0.0/16')).toBe(0);
  });
});
