import type { Deployment } from '../../deployment/deployment.ts';
import { didYouMean, nearestName } from '../../documents/nearest-name.ts';
import { KNOWN_KEYS_VERSION } from '../../openclaw/known-keys.generated.ts';
import { hasKnownKeys, unknownKeys, type UnknownKey } from '../../openclaw/known-keys.ts';
import { renamedKey } from '../../openclaw/renamed-keys.ts';
import { RETIRED_KEYS } from '../../openclaw/retired-keys.ts';
import { hasVariables, removeSetting, setSetting, settingOf } from '../fix-setting.ts';
import { isFix, type Failure, type Fix, type FixContext, type NoFix, type PlainValue } from '../fix.ts';
import { failuresOr, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { failedSetting, withSettings, type Settings } from '../settings.ts';
import { rawSettings } from '../unknown-settings.ts';
import { weakenSetting } from '../weaken.ts';

const retired = new Set(RETIRED_KEYS.map((key) => key.path));

export const measure = defineMeasure({
  id: 'known-config-keys',
  title: 'openclaw.json has only keys that this version knows',
  risk: { precondition: 'second-flaw', impact: 'gateway' },
  rows: ['G12', 'H11'],
  references: {},
  why: 'One unknown key makes the whole file invalid, and with it every protection that the file was meant to set.',
  check: (deployment) => withSettings(deployment, (config) => look(deployment, config)),
  fix,
  weaken: (deployment) => weakenSetting(deployment, 'gateway.trustedProxy', []),
});

/** A version that is not known counts as the newest one. */
function look({ openclawVersion }: Deployment, config: Settings): Outcome[] {
  if (openclawVersion !== undefined && !hasKnownKeys(openclawVersion))
    return [skipped(`the keys of ${KNOWN_KEYS_VERSION} are known, those of ${openclawVersion} are not`)];
  return failuresOr(
    unknownKeys(rawSettings(config))
      .filter(({ path }) => !retired.has(path.join('.')))
      .map(failureOf),
  );
}

function failureOf({ path, known }: UnknownKey): Outcome {
  const name = path.join('.');
  const renamed = renamedKey(path);
  if (renamed)
    return failedSetting(
      path,
      renamed.to === null
        ? `${name} is no longer known to OpenClaw ${KNOWN_KEYS_VERSION}, and nothing takes its place`
        : `${name} is ${renamed.to.join('.')} in OpenClaw ${KNOWN_KEYS_VERSION}, which rejects the old name`,
    );
  const hint = didYouMean(String(path.at(-1)), known);
  return failedSetting(
    path,
    `OpenClaw ${KNOWN_KEYS_VERSION} does not know ${name} and rejects the file${hint}`,
  );
}

function fix(failure: Failure, { deployment }: FixContext): Fix | NoFix {
  const path = settingOf(failure);
  const renamed = renamedKey(path);
  const removal: Fix = { title: `Remove ${path.join('.')}`, safety: 'safe', changes: [removeSetting(path)] };
  if (renamed === undefined) return correct(deployment, path);
  if (renamed.to === null || valueAt(deployment.openclawConfig, renamed.to) !== undefined) return removal;
  return rename(deployment, path, renamed.to);
}

/** The key was never known, so the setting has never held: it does from now on. */
function correct(deployment: Deployment, path: Path): Fix | NoFix {
  const name = path.join('.');
  const known =
    unknownKeys(deployment.openclawConfig).find((key) => key.path.join('.') === name)?.known ?? [];
  const nearest = nearestName(String(path.at(-1)), known);
  if (nearest === undefined)
    return { why: `Nothing tells what ${name} was meant to be; remove it, or correct its name.` };
  const to = [...path.slice(0, -1), nearest];
  if (valueAt(deployment.openclawConfig, to) !== undefined)
    return { why: `Both ${to.join('.')} and ${name} are there; correct or remove the latter by hand.` };
  const fixed = rename(deployment, path, to);
  return isFix(fixed)
    ? {
        ...fixed,
        safety: 'unsafe',
        effect: `OpenClaw starts to obey ${to.join('.')}, which it did not know before.`,
      }
    : fixed;
}

function rename({ openclawConfig, ...deployment }: Deployment, path: Path, to: Path): Fix | NoFix {
  const name = path.join('.');
  const value = valueAt(openclawConfig, path);
  if (hasVariables(deployment, path))
    return { why: `The value of ${name} depends on variables; rename it to ${to.join('.')} by hand.` };
  if (unknownKeys(nested(to, value)).length > 0)
    return { why: `What stands below ${name} is not known at ${to.join('.')} either; correct it by hand.` };
  return {
    title: `Rename ${name} to ${to.join('.')}`,
    safety: 'safe',
    changes: [setSetting(to, value as PlainValue), removeSetting(path)],
  };
}

type Path = readonly (string | number)[];

function valueAt(config: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? (value as Settings)[step]
        : undefined,
    config,
  );
}

function nested(path: Path, value: unknown): unknown {
  return path.reduceRight<unknown>(
    (inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }),
    value,
  );
}
