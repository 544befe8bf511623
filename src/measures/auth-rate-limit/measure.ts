import { setSetting, settingOf } from '../fix-setting.ts';
import type { Failure, Fix } from '../fix.ts';
import { failuresOr } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { failedSetting, isSettings, settingAt, shown, withSettings, type Settings } from '../settings.ts';
import { weakenSetting } from '../weaken.ts';

const path = 'gateway.auth.rateLimit';
/** Row H7: ten attempts in a minute, then five minutes without. */
const bounds: [key: string, isEnough: (value: number) => boolean, wanted: string][] = [
  ['maxAttempts', (value) => value >= 1 && value <= 10, 'at most 10'],
  ['windowMs', (value) => value >= 60_000, 'at least 60000'],
  ['lockoutMs', (value) => value >= 300_000, 'at least 300000'],
];

/** Those of recent versions. */
const defaults: Record<string, number> = { maxAttempts: 10, windowMs: 60_000, lockoutMs: 300_000 };

export const measure = defineMeasure({
  id: 'auth-rate-limit',
  title: 'After ten wrong tokens in a minute there is a lockout of five minutes',
  risk: { precondition: 'reach', impact: 'exposure' },
  rows: ['H7'],
  references: { openclaw: ['gateway.auth_no_rate_limit'] },
  why: 'Without a limit a short or leaked-in-part token is found by trying, and nothing shows that somebody tries.',
  check: (deployment) => withSettings(deployment, look),
  fix,
  weaken: (deployment) => weakenSetting(deployment, `${path}.maxAttempts`, 1_000_000),
});

function fix(failure: Failure): Fix {
  const place = settingOf(failure);
  const value = defaults[String(place.at(-1))] ?? defaults;
  return {
    title: `Set ${place.join('.')} to ${JSON.stringify(value)}`,
    safety: 'safe',
    changes: [setSetting(place, value)],
  };
}

function look(config: Settings): Outcome[] {
  const limit = settingAt(config, path);
  if (!isSettings(limit))
    return [
      failedSetting(path, `${path} is not set: recent versions have a default, older ones have no limit`),
    ];
  return failuresOr(
    bounds.flatMap(([key, isEnough, wanted]) => {
      const value = limit[key];
      return typeof value === 'number' && isEnough(value)
        ? []
        : [
            failedSetting(
              `${path}.${key}`,
              `${path}.${key} is ${value === undefined ? 'not set' : shown(value)}; ${wanted} is needed`,
            ),
          ];
    }),
  );
}
