import type { Policy } from '../../policy/policy.ts';
import { isSettings, settingAt, type Settings } from '../../measures/settings.ts';
import { configText, mergeSettings } from '../../render/config/merge-settings.ts';
import { desiredConfig, parseConfig } from '../openclaw-config.ts';

/**
 * openclaw.json as it stays after OpenClaw's doctor: with clawproof's settings put back, and without the plugins that the
 * doctor wrote down as switched on because settings of theirs are there. OpenClaw switches those on by itself, as it does
 * in a deployment that begins with this version; written down they would count as plugins without a list.
 * @param before text as the doctor found it
 * @param after text as it left it
 */
export function settledConfig(policy: Policy, cageSubnet: string, before: string, after: string): string {
  const text = desiredConfig(policy, cageSubnet, after);
  const config = parseConfig(text);
  const noted = notedByDoctor(parseConfig(before), config);
  if (noted.length === 0) return text;
  const entries = Object.fromEntries(noted.map((id) => [id, undefined]));
  return configText(withoutEmpty(mergeSettings(config, { plugins: { entries } })));
}

/** Plugins that had no entry, and have one now that says nothing but that they are on. */
function notedByDoctor(before: Settings, after: Settings): string[] {
  const old = entriesOf(before);
  return Object.entries(entriesOf(after))
    .filter(([id, entry]) => !Object.hasOwn(old, id) && JSON.stringify(entry) === '{"enabled":true}')
    .map(([id]) => id);
}

function entriesOf(config: Settings): Settings {
  const entries = settingAt(config, 'plugins.entries');
  return isSettings(entries) ? entries : {};
}

function withoutEmpty(config: Settings): Settings {
  const inner = Object.keys(entriesOf(config)).length === 0 ? { plugins: { entries: undefined } } : {};
  const slim = mergeSettings(config, inner);
  const isEmpty = Object.keys((slim['plugins'] as Settings | undefined) ?? {}).length === 0;
  return isEmpty ? mergeSettings(slim, { plugins: undefined }) : slim;
}
