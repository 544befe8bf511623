import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { createLiveDeployment } from '../support/live-deployment.ts';
import type { LiveDeployment } from '../support/live-deployment.ts';
import { gatewayVariantTests } from './attacked/gateway-variants.ts';
import { proofTests } from './attacked/proof.ts';
import { recoveryTests } from './attacked/recovery.ts';

/** In a home folder, as most people's is: for root that is /root, which no check may take for a part of the system. */
const PARENT = join(homedir(), 'clawproof-live-attacked');

/** One deployment for all that leaves it as it was found, and last for what ends its gateway. */
describe('a caged deployment under attack', () => {
  let live: LiveDeployment;

  beforeAll(async () => {
    live = await createLiveDeployment({
      name: 'live-attacked',
      port: 28_801,
      preset: 'caged',
      parent: PARENT,
    });
    await live.up();
    await live.waitUntilReady(300);
  });

  afterAll(() => live.remove());

  proofTests(() => live);
  gatewayVariantTests(() => live);
  recoveryTests(() => live);
});
