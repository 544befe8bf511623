import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { dayAfter, daysLeft, parseDay, parsePerson } from './acceptance.ts';

const NOON = new Date('2026-11-22T12:00:00Z');

test.each([
  ['2026-11-22', 1],
  ['2026-11-23', 2],
  ['2026-11-21', 0],
  ['2025-11-22', -364],
])('until %s, %i days are left', (until, left) => {
  expect(daysLeft({ by: 'Ann', until }, NOON)).toBe(left);
});

test('the last day holds to its end, and not a second longer', () => {
  const accepted = { by: 'Ann', until: '2026-11-22' };
  expect(daysLeft(accepted, new Date('2026-11-22T23:59:59.999Z'))).toBe(1);
  expect(daysLeft(accepted, new Date('2026-11-23T00:00:00Z'))).toBe(0);
});

test.each(['2026-02-30', '2026-13-01', '26-01-01', '2026-1-1', '', '2026-11-22T00:00', 'soon'])(
  '%j is no day',
  (text) => {
    expect(parseDay(text).ok).toBe(false);
  },
);

test.each(['', ' Ann', 'Ann\n', 'A\u0000', 'x'.repeat(101)])('%j is no name', (text) => {
  expect(parsePerson(text).ok).toBe(false);
});

propertyTest.prop([
  fc.date({ min: new Date('2026-01-01'), max: new Date('2099-01-01'), noInvalidDate: true }),
  fc.integer({ min: 0, max: 366 }),
])('a day so many days ahead is a day, and that far away', (now, days) => {
  const until = dayAfter(now, days);
  expect(parseDay(until).ok).toBe(true);
  expect(daysLeft({ by: 'Ann', until }, now)).toBe(days + 1);
});
