import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { removeProject } from './docker-cli.ts';
import { createLiveDeployment, type LiveDeployment } from './live-deployment.ts';

const NAME = 'live-shared';

/**
 * A caged deployment for all files that leave it as they found it: its start is a minute. Made by the first that asks, and
 * gone after the last test of the run.
 */
export async function sharedDeployment(): Promise<LiveDeployment> {
  const parent = join(inject('pinsFolder'), NAME);
  const isThere = existsSync(parent);
  const live = await createLiveDeployment({ name: NAME, port: 28_801, preset: 'caged', parent });
  if (!isThere) await live.up();
  await live.waitUntilReady(300);
  return live;
}

export async function removeSharedDeployment(): Promise<void> {
  await removeProject(NAME);
}
