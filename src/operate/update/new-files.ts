import { type KeyChange, applyKeyChanges, keyChanges } from '../../openclaw/key-changes.ts';
import type { Lock } from '../../engine/lock-file.ts';
import type { Policy } from '../../policy/policy.ts';
import { configText } from '../../render/config/merge-settings.ts';
import type { FileSet } from '../../render/file-set.ts';
import { PATHS } from '../../render/layout.ts';
import { desiredConfig, parseConfig } from '../openclaw-config.ts';
import { deploymentFiles, pinsFrom } from '../up/file-set.ts';

export interface NewFiles {
  set: FileSet;
  /** What was changed in the user's part of openclaw.json, or is left for OpenClaw's doctor. */
  keys: KeyChange[];
}

/**
 * The files of a deployment as another version shall find them: openclaw.json without keys that it retires, all else rendered
 * from the policy and the pins.
 * @param current text of openclaw.json; null when there is none
 */
export function newFiles(policy: Policy, lock: Lock, toolVersion: string, current: string | null): NewFiles {
  const pins = pinsFrom(policy, lock, toolVersion);
  if (current === null) return { set: deploymentFiles(policy, pins, null), keys: [] };
  const merged = parseConfig(desiredConfig(policy, pins.cageSubnet, current));
  const keys = keyChanges(merged, policy.openclaw.version);
  const isTouched = keys.some(({ kind }) => kind !== 'unknown');
  const text = isTouched ? configText(applyKeyChanges(merged, keys)) : current;
  return { set: deploymentFiles(policy, pins, text), keys };
}

/** Text of one file of a set. */
export function textOf(set: FileSet, path: string): string {
  const file = set.find((each) => each.path === path);
  if (file === undefined) throw new Error(`${path} is not among the files of a deployment`);
  return file.text;
}

/** All that an update or a rollback may write, relative to the folder. */
export function writtenPaths(set: FileSet, others: readonly string[]): string[] {
  return [...new Set([PATHS.policy, PATHS.lock, ...others, ...set.map(({ path }) => path)])];
}
