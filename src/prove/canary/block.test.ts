import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { isWithin } from './cell.ts';
import {
  canaryBlock,
  divertScript,
  joinScript,
  readSurvey,
  releaseScript,
  reserveScript,
  SLOTS,
  slotOrder,
} from './block.ts';
import { editedText } from '../edited-text.ts';

describe('addresses of canaries', () => {
  test('no two slots share anything, and all are in the blocks that nobody uses', () => {
    const blocks = Array.from({ length: SLOTS }, (_, slot) => canaryBlock(slot));
    for (const key of [
      'v4',
      'hostV4',
      'blockV4',
      'v6',
      'hostV6',
      'blockV6',
      'link',
      'peer',
      'table',
    ] as const)
      expect(new Set(blocks.map((block) => block[key])).size).toBe(SLOTS);
    for (const { v4, hostV4, blockV4 } of blocks) {
      expect(isWithin(v4, blockV4) && isWithin(hostV4, blockV4)).toBe(true);
      expect(isWithin(v4, '192.52.193.0/24')).toBe(true);
    }
  });

  propertyTest.prop([fc.stringMatching(/^[0-9a-f]{8}$/)])('every run tries every slot once', (id) => {
    expect(slotOrder(id).toSorted((one, other) => one - other)).toEqual(
      Array.from({ length: SLOTS }, (_, slot) => slot),
    );
  });

  test('names of links fit the kernel', () => {
    for (const slot of [0, 31]) {
      expect(canaryBlock(slot).link.length).toBeLessThan(16);
      expect(canaryBlock(slot).peer.length).toBeLessThan(16);
    }
  });
});

describe('what earlier runs left', () => {
  test('links have owners; routes without a link are bare', () => {
    const survey =
      'link 3 box:12:99\nlink 4 \nroute 192.52.193.24/29\nroute 192.52.193.40/29\nroute 10.0.0.0/8\n';
    expect(readSurvey(survey)).toEqual({
      links: [
        { slot: 3, owner: 'box:12:99' },
        { slot: 4, owner: '' },
      ],
      bare: [5],
    });
  });

  test('nothing is left of nothing', () => {
    expect(readSurvey('')).toEqual({ links: [], bare: [] });
    expect(releaseScript([])).toBe('');
  });
});

describe('the commands', () => {
  test('the route that refuses is there before the address, and goes last', () => {
    const reserve = reserveScript([7], 'box:1:2');
    expect(reserve.indexOf('unreachable')).toBeGreaterThan(0);
    expect(reserve).not.toContain('addr add');
    expect(joinScript(canaryBlock(7), 42, [])).toContain('ip addr add 192.52.193.57/29 dev cproofv7');
    const release = releaseScript([7]).split('\n');
    expect(release.findIndex((line) => line.includes('link del'))).toBeLessThan(
      release.findIndex((line) => line.includes('route del unreachable')),
    );
  });

  test('an owner cannot end the quotes that it stands in', () => {
    expect(reserveScript([0], "a'; reboot; '")).toContain(String.raw`'a'\''; reboot; '\'''`);
  });

  test('what containers of a proof send beyond the host is refused before any rule leads to that table', () => {
    const lines = divertScript(canaryBlock(1), ['172.31.0.2'], ['169.254.169.254']).split('\n');
    const at = (text: string): number => lines.findIndex((line) => line.includes(text));
    expect(at('unreachable default')).toBeGreaterThan(-1);
    expect(at('unreachable default')).toBeLessThan(at('ip rule add from 172.31.0.2'));
    expect(at('169.254.169.254/32 via 192.52.193.10')).toBeLessThan(at('ip rule add'));
  });
});

test.each([
  ['172.30.1.5', '172.30.1.0/28', true],
  ['172.30.1.16', '172.30.1.0/28', false],
  ['172.30.1.5', '172.30.1.5/32', true],
  ['fd00::1', '172.30.1.0/28', false],
  ['', '172.30.1.0/28', false],
])('%s within %s: %s', (address, block, expected) => {
  expect(isWithin(address, block)).toBe(expected);
});

test('edits change their own file only, and every match', () => {
  const edits = [
    { path: '/a', find: '^x$', replace: 'y' },
    { path: '/b', find: 'x', replace: 'z' },
  ];
  expect(editedText('x\nx x\nx', '/a', edits)).toBe('y\nx x\ny');
});
