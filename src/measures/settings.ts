import type { Deployment } from '../deployment/deployment.ts';
import { skipped } from './look.ts';
import type { Outcome } from './measure.ts';

export type Settings = Record<string, unknown>;

export function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Value at a dotted path of openclaw.json; undefined when it is not there. */
export function settingAt(config: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) => (isSettings(value) && Object.hasOwn(value, key) ? value[key] : undefined),
      config,
    );
}

/** Looks at openclaw.json; where it was not read, nothing was looked at. */
export function withSettings(
  deployment: Deployment,
  look: (config: Settings) => Outcome[] | Outcome,
): Outcome[] {
  const config = deployment.openclawConfig;
  if (config === undefined) return [skipped('openclaw.json was not read')];
  const include = [...membersOf(config)].find(({ key }) => key === '$include');
  // What stands in another file was not looked at, and may say the opposite.
  if (include !== undefined)
    return [
      { state: 'error', reason: `${include.path} takes settings from another file, which was not read` },
    ];
  return [look(config)].flat();
}

/** A failure of one setting; `path` is dotted and may end at a key that is missing. */
export function failedSetting(path: string, detail: string): Outcome {
  return { state: 'fail', detail, subject: path, at: { document: 'config', path: path.split('.') } };
}

/** A part of the configuration that has its own `tools`: the whole file, and each agent that overrides it. */
export interface Scope {
  /** Dotted path with a final dot, "" for the whole file. */
  prefix: string;
  settings: Settings;
}

/** The global scope first, then agents in both forms that OpenClaw has had (`agents.entries.ID`, `agents.list[]`). */
export function scopesOf(config: Settings): Scope[] {
  const entries = settingAt(config, 'agents.entries');
  const list = settingAt(config, 'agents.list');
  const named = isSettings(entries) ? Object.entries(entries) : [];
  const listed = Array.isArray(list)
    ? list.map((agent, index): [string, unknown] => [String(index), agent])
    : [];
  const agents = [
    ...named.map(([id, agent]) => ({ prefix: `agents.entries.${id}.`, settings: agent })),
    ...listed.map(([id, agent]) => ({ prefix: `agents.list.${id}.`, settings: agent })),
  ];
  return [
    { prefix: '', settings: config },
    ...agents.filter((scope): scope is Scope => isSettings(scope.settings)),
  ];
}

/** Every object member in the configuration with its dotted path, depth first; lists count by index. */
export function* membersOf(
  value: unknown,
  prefix = '',
): Generator<{ path: string; key: string; value: unknown }> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    yield { path, key, value: member };
    yield* membersOf(member, path);
  }
}

/** A setting's value as a report shows it. */
export function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
}
