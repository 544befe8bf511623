import type { Deployment } from '../deployment/deployment.ts';
import { skipped } from './look.ts';
import type { Outcome } from './measure.ts';
import { rawSettings, withoutUnknown } from './unknown-settings.ts';

export type Settings = Record<string, unknown>;

export function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Value at a dotted path of openclaw.json; undefined when it is not there. */
export function settingAt(config: unknown, path: string): unknown {
  return settingIn(config, path.split('.'));
}

/** Value at a path of openclaw.json that may lead through lists; undefined when it is not there. */
export function settingIn(config: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return value[Number(step)] as unknown;
    return isSettings(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }, config);
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
  return withoutUnknown(config, (settings) => [look(settings)].flat());
}

/**
 * A failure of one setting.
 * @param path dotted, or in steps where a key may hold a dot; it may end at a key that is missing
 * @param key what tells apart several failures at one path; never a secret
 */
export function failedSetting(
  path: string | readonly (string | number)[],
  detail: string,
  key?: string,
): Outcome {
  const steps = typeof path === 'string' ? path.split('.') : [...path];
  const outcome: Outcome = {
    state: 'fail',
    detail,
    subject: steps.join('.'),
    at: { document: 'config', path: steps },
  };
  return key === undefined ? outcome : { ...outcome, key };
}

/** A part of the configuration that has its own `tools`: the whole file, and each agent that overrides it. */
export interface Scope {
  /** Dotted path with a final dot, "" for the whole file. */
  prefix: string;
  /** The same in steps. */
  steps: readonly (string | number)[];
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
    ...named.map(([id, agent]) => ({ steps: ['agents', 'entries', id], settings: agent })),
    ...listed.map(([id, agent]) => ({ steps: ['agents', 'list', Number(id)], settings: agent })),
  ];
  return [
    { prefix: '', steps: [], settings: config },
    ...agents
      .filter((scope): scope is typeof scope & { settings: Settings } => isSettings(scope.settings))
      .map((scope) => ({ prefix: `${scope.steps.join('.')}.`, ...scope })),
  ];
}

export interface Member {
  path: string;
  steps: readonly (string | number)[];
  key: string;
  value: unknown;
}

/** Every object member in the configuration with its dotted path, depth first; lists count by index. */
export function* membersOf(value: unknown, steps: readonly (string | number)[] = []): Generator<Member> {
  const raw = rawSettings(value);
  if (typeof raw !== 'object' || raw === null) return;
  for (const [key, member] of Object.entries(raw)) {
    const own = [...steps, Array.isArray(raw) ? Number(key) : key];
    yield {
      path: own.join('.'),
      steps: own,
      key,
      // Looked at only by who needs it: a value that depends on a variable is noted then.
      get value() {
        return (value as Settings)[key];
      },
    };
    yield* membersOf(isSettings(member) || Array.isArray(member) ? (value as Settings)[key] : member, own);
  }
}

/** A setting's value as a report shows it. */
export function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
}
