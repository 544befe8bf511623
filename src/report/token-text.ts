import type { RotationMemo } from '../operate/token/rotate-token.ts';
import type { AgeVerdict } from '../operate/token/token-age.ts';
import type { Style } from './style.ts';
import { plainLine } from './width.ts';

/** The end of `clawproof token rotate`. */
export function rotatedText(devices: RotationMemo['devices'], style: Style): string {
  return [
    `${style.green('The new token works, and only that one.')} The old one gets HTTP 401, the new one 200.`,
    ...deviceLines(devices),
    'Programs that use the token need the new one: clawproof token show',
    '',
  ].join('\n');
}

/** What became of the devices that were paired before the rotation. */
function deviceLines(devices: RotationMemo['devices']): string[] {
  if (devices === null)
    return [
      'Which devices are paired could not be asked. Browsers must be paired again: clawproof dashboard',
    ];
  const { kept, lost } = devices;
  const list = (names: readonly string[]): string => names.map(plainLine).join(', ');
  return [
    ...(kept.length === 0 ? [] : [`Paired devices that keep working: ${list(kept)}`]),
    ...(lost.length === 0
      ? []
      : [`Browsers that must be paired again, each with a link of "clawproof dashboard": ${list(lost)}`]),
  ];
}

/** `clawproof token age`. */
export function ageText(verdict: AgeVerdict, style: Style): string {
  const { madeAt, source, days, maxDays, tooOld } = verdict;
  const day = madeAt.toISOString().slice(0, 10);
  const from = source === 'record' ? `made on ${day}` : `its file is of ${day}; it may be older`;
  const age = `The token is ${daysText(days)} old (${from}).`;
  return tooOld
    ? `${style.red(age)} It may be ${daysText(maxDays)} old.\nChange it: clawproof token rotate\n`
    : `${age} It may be ${daysText(maxDays)} old.\n`;
}

/** One line for `status` and `up`; null while the token is young enough, or there is none. */
export function tooOldLine(verdict: AgeVerdict | null): string | null {
  if (verdict === null || !verdict.tooOld) return null;
  return `The token is ${daysText(verdict.days)} old and may be ${daysText(verdict.maxDays)} old. Change it: clawproof token rotate`;
}

function daysText(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}
