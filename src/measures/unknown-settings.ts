import { hasUnknownVariable, unknownVariables } from '../documents/unknown-variable.ts';
import { skipped } from './look.ts';
import type { Outcome } from './measure.ts';

type Settings = Record<string, unknown>;

const haveUnknown = new WeakMap<Settings, boolean>();
/** What a watched part stands for. */
const rawParts = new WeakMap<object, object>();

/**
 * Looks at settings of which some depend on variables that are set nowhere. What a check says about such a value is
 * neither a failure nor a pass.
 */
export function withoutUnknown(config: Settings, look: (config: Settings) => Outcome[]): Outcome[] {
  if (!holdsUnknown(config)) return look(config);
  const names = new Set<string>();
  const outcomes = look(watched(config, names) as Settings);
  const known = outcomes.filter((outcome) => outcome.state !== 'fail' || !dependsOnUnknown(config, outcome));
  if (names.size === 0) return known;
  const reason = `it depends on ${[...names].join(', ')}, which is set nowhere`;
  return [...known.filter((outcome) => outcome.state !== 'pass'), skipped(reason)];
}

/** A part of the settings without being noted as looked at. */
export function rawSettings(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? (rawParts.get(value) ?? value) : value;
}

function holdsUnknown(config: Settings): boolean {
  const known = haveUnknown.get(config);
  if (known !== undefined) return known;
  const holds = isUnknown(config);
  haveUnknown.set(config, holds);
  return holds;
}

function isUnknown(value: unknown): boolean {
  if (typeof value === 'string') return hasUnknownVariable(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(isUnknown);
}

function dependsOnUnknown(config: Settings, { at, detail }: Extract<Outcome, { state: 'fail' }>): boolean {
  if (hasUnknownVariable(detail)) return true;
  let value: unknown = config;
  for (const step of at?.document === 'config' ? at.path : []) {
    if (typeof value !== 'object' || value === null) return false;
    value = (value as Settings)[step];
  }
  return typeof value === 'string' && hasUnknownVariable(value);
}

/** The same settings; names of variables that a value depends on are noted when it is looked at. */
function watched(value: unknown, names: Set<string>): unknown {
  if (typeof value === 'string') {
    for (const name of unknownVariables(value)) names.add(name);
    return value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const proxy = new Proxy(value, {
    get: (target, key, receiver) =>
      typeof key === 'string' && Object.hasOwn(target, key)
        ? watched(Reflect.get(target, key, receiver), names)
        : Reflect.get(target, key, receiver),
  });
  rawParts.set(proxy, value);
  return proxy;
}
