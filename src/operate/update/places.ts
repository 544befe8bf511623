import { join } from 'node:path';
import type { Policy } from '../../policy/policy.ts';
import { PATHS } from '../../render/layout.ts';

/** Where an update works, relative to the deployment's folder: nothing in it is used by what runs. */
const STAGING = `${PATHS.toolFolder}/update`;
/** Dependencies of the gateway's image, beside the rendered files of its build. */
export const DEPENDENCIES = 'build/gateway/package-lock.json';

/** Folder in which the new version is made and tried. */
export function stagingFolder(folder: string): string {
  return join(folder, STAGING);
}

/** Volume with the copy of the state that the new version is tried on. */
export function trialVolume({ name }: Pick<Policy, 'name'>): string {
  return `${name}_update-trial`;
}

/** Compose project in which the new version is tried, and in which OpenClaw's doctor works on stopped state. */
export function offlineProject({ name }: Pick<Policy, 'name'>, work: 'trial' | 'doctor'): string {
  return `${name}-update-${work}`;
}
