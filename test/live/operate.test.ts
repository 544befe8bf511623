import { afterAll, beforeAll, describe } from 'vitest';
import { createLiveDeployment } from '../support/live-deployment.ts';
import { diagnoseTests } from './operate/diagnose.ts';
import type { LiveDeployment } from '../support/live-deployment.ts';
import { tokenTests } from './operate/token.ts';
import { execTests } from './operate/exec.ts';
import { secretsTests } from './operate/secrets.ts';
import { updateTests } from './operate/update.ts';
import { backupTests } from './operate/backup.ts';
import { personalizeTests } from './operate/personalize.ts';
import { tuneTests } from './operate/tune.ts';

/** One deployment for all commands of its life: they come in the order in which a person would use them. */
describe('a caged deployment in its life', { timeout: 900_000 }, () => {
  let live: LiveDeployment;

  beforeAll(async () => {
    live = await createLiveDeployment({ name: 'live-operate', port: 28_810, preset: 'caged' });
    await live.up();
    await live.waitUntilReady(180);
  });

  afterAll(() => live.remove());

  diagnoseTests(() => live);
  tokenTests(() => live);
  secretsTests(() => live);
  backupTests(() => live);
  tuneTests(() => live);
  personalizeTests(() => live);
  execTests(() => live);
  updateTests(() => live);
});
