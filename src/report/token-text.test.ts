import { expect, test } from 'vitest';
import type { AgeVerdict } from '../operate/token/token-age.ts';
import { createStyle } from './style.ts';
import { ageText, rotatedText, tooOldLine } from './token-text.ts';

const plain = createStyle(false);
const YOUNG: AgeVerdict = {
  madeAt: new Date('2026-11-21T10:00:00.000Z'),
  source: 'record',
  days: 1,
  maxDays: 90,
  tooOld: false,
};
const OLD: AgeVerdict = { ...YOUNG, source: 'file', days: 120, tooOld: true };

test('the age of a token', () => {
  expect(ageText(YOUNG, plain)).toBe('The token is 1 day old (made on 2026-11-21). It may be 90 days old.\n');
  expect(ageText(OLD, plain)).toBe(
    'The token is 120 days old (its file is of 2026-11-21; it may be older). It may be 90 days old.\nChange it: clawproof token rotate\n',
  );
});

test('status and up say it only when it is too old', () => {
  expect(tooOldLine(null)).toBeNull();
  expect(tooOldLine(YOUNG)).toBeNull();
  expect(tooOldLine(OLD)).toBe(
    'The token is 120 days old and may be 90 days old. Change it: clawproof token rotate',
  );
});

test('a rotation tells what becomes of the paired devices', () => {
  expect(rotatedText({ kept: [], lost: [] }, plain)).toBe(
    'The new token works, and only that one. The old one gets HTTP 401, the new one 200.\nPrograms that use the token need the new one: clawproof token show\n',
  );
  const text = rotatedText({ kept: ['Phone (0a1b2c3d)'], lost: ['Laptop\u001B[2J (99887766)'] }, plain);
  expect(text).toContain('Paired devices that keep working: Phone (0a1b2c3d)\n');
  expect(text).toContain('Browsers that must be paired again');
  expect(text).not.toContain('\u001B');
  expect(rotatedText(null, plain)).toContain('could not be asked');
});
