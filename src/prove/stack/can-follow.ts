import type { TwinSpec } from '../proof-target.ts';
import { machineryOf } from './stack-plan.ts';
import { changedSettings, isHot } from './twin-config.ts';

/**
 * True when a running twin of one specification can become that of the other: see `RunningStack.adopt`, which also looks at
 * what the twin has become since. Pure.
 */
export function canFollow(one: TwinSpec, other: TwinSpec): boolean {
  if (machineryOf(one) !== machineryOf(other)) return false;
  if (one.config === undefined || other.config === undefined) return one.config === other.config;
  return changedSettings(one.config, other.config).every(isHot);
}
