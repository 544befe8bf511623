import { atLeast } from '../../openclaw/config-keys.ts';
import { RETIRED_KEYS } from '../../openclaw/retired-keys.ts';
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
  weaken: (deployment) => weakenSetting(deployment, 'logging.redactSensitive', 'tools'),
});

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
