import { existsSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { removeProject } from './docker-cli.ts';
import { createLiveDeployment, type LiveDeployment } from './live-deployment.ts';

const NAME = 'live-shared';
/** In a home folder, as most people's is: for root that is /root, which no check may take for a part of the system. */
const PARENT = join(homedir(), `clawproof-${NAME}`);

/**
 * A caged deployment for all files that leave it as they found it: its start is a minute. Made by the first that asks, and
 * gone after the last test of the run.
 */
export async function sharedDeployment(): Promise<LiveDeployment> {
  const isThere = existsSync(PARENT);
  const live = await createLiveDeployment({ name: NAME, port: 28_801, preset: 'caged', parent: PARENT });
  if (!isThere) await live.up();
  await live.waitUntilReady(300);
  return live;
}

export async function removeSharedDeployment(): Promise<void> {
  await removeProject(NAME);
  rmSync(PARENT, { recursive: true, force: true });
}
