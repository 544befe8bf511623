import { afterAll, beforeAll, describe } from 'vitest';
import { createLiveDeployment } from '../support/live-deployment.ts';
import type { LiveDeployment } from '../support/live-deployment.ts';
import { exposeTests } from './reach/expose.ts';
import { skillsTests } from './reach/skills.ts';

/** One deployment for everything that decides who and what reaches it. */
describe('a caged deployment and what is around it', { timeout: 900_000 }, () => {
  let live: LiveDeployment;

  beforeAll(async () => {
    live = await createLiveDeployment({ name: 'live-reach', port: 28_830, preset: 'caged' });
    await live.up();
    await live.waitUntilReady(180);
  });

  afterAll(() => live.remove());

  skillsTests(() => live);
  exposeTests(() => live);
});
