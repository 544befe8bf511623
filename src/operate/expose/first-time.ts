import { join } from 'node:path';
import type { Policy } from '../../policy/policy.ts';
import { PATHS } from '../../render/layout.ts';
import type { ChangeContext } from '../change/change.ts';
import { ROOT_FILE } from './prove-door.ts';

/** What comes with a first way in, and was not there: relative paths, and names of volumes. */
export interface FirstTime {
  files: string[];
  volumes: string[];
}

const FILES = [PATHS.edgeConfig, PATHS.certificatesCaddyfile, PATHS.tailscaleServe, ROOT_FILE];

/** Volumes of the service that has certificates made. `expose off` keeps them, and compose.yaml then does not name them. */
export function doorVolumes({ name }: Pick<Policy, 'name'>): string[] {
  return ['certificates', 'issued'].map((volume) => `${name}_${volume}`);
}

/** Of all that may come, what is not there. */
export async function absentBefore({ ports, path, docker, policy }: ChangeContext): Promise<FirstTime> {
  return {
    files: await without(FILES, (file) => ports.files.stat(join(path, file))),
    volumes: await without(doorVolumes(policy), (volume) => docker.inspectVolume(volume)),
  };
}

/** Takes that away again. To be called when no container has it. */
export async function removeFirstTime(
  { ports, path, docker }: ChangeContext,
  { files, volumes }: FirstTime,
): Promise<void> {
  for (const file of files) await ports.files.remove(join(path, file));
  for (const volume of volumes) await docker.removeVolume(volume);
}

async function without(
  names: readonly string[],
  find: (name: string) => Promise<unknown>,
): Promise<string[]> {
  const found = await Promise.all(names.map(find));
  return names.filter((_, index) => found[index] === null);
}
