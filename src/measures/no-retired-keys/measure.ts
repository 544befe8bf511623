import { atLeast } from '../../openclaw/config-keys.ts';
import { RETIRED_KEYS } from '../../openclaw/retired-keys.ts';
import { hasVariables, removeSetting, setSetting, settingOf } from '../fix-setting.ts';
import type { Failure, Fix, FixContext, NoFix, PlainValue } from '../fix.ts';
import { failuresOr } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { failedSetting, settingAt, withSettings, type Settings } from '../settings.ts';
import { weakenSetting } from '../weaken.ts';

export const measure = defineMeasure({
  id: 'no-retired-keys',
  title: 'openclaw.json has no key that this version has retired',
  risk: { precondition: 'second-flaw', impact: 'gateway' },
  rows: ['A6', 'G12', 'H11'],
  references: {},
  why: "One retired key makes the whole file invalid: the gateway does not start, and OpenClaw's own audit reports nothing.",
  check: (deployment) => withSettings(deployment, (config) => look(config, deployment.openclawVersion ?? '')),
  fix,
  weaken: (deployment) => weakenSetting(deployment, 'logging.redactSensitive', 'tools'),
});

function fix(failure: Failure, { deployment }: FixContext): Fix | NoFix {
  const path = settingOf(failure).join('.');
  const { to } = RETIRED_KEYS.find((key) => key.path === path) ?? {};
  const value = settingAt(deployment.openclawConfig, path);
  const removal = removeSetting(path);
  if (to !== undefined && settingAt(deployment.openclawConfig, to) === undefined)
    return hasVariables(deployment, path.split('.'))
      ? { why: `The value of ${path} depends on variables; write it as ${to} by hand.` }
      : {
          title: `Rename ${path} to ${to}`,
          safety: 'safe',
          changes: [setSetting(to, value as PlainValue), removal],
        };
  const title = `Remove ${path}`;
  // OpenClaw rejects the file as it is, so that nobody relies on it; but this one was meant to open something.
  return path === 'browser.ssrfPolicy.allowPrivateNetwork' && value === true
    ? { title, safety: 'unsafe', effect: 'The browser opens no private addresses.', changes: [removal] }
    : { title, safety: 'safe', changes: [removal] };
}

/** A version that is not known counts as the newest. */
function look(config: Settings, version: string): Outcome[] {
  const present = RETIRED_KEYS.filter(
    (key) => settingAt(config, key.path) !== undefined && (key.since === null || atLeast(version, key.since)),
  );
  return failuresOr(
    present.map((key) =>
      failedSetting(
        key.path,
        `${key.path} is retired${key.since === null ? '' : ` since ${key.since}`}; instead: ${key.instead}`,
      ),
    ),
  );
}
