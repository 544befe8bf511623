import { afterAll, beforeAll, describe } from 'vitest';
import { watchCommands } from '../support/command-watch.ts';
import { closingCases, commonCases } from '../support/common-cases.ts';
import type { CommonSubject } from '../support/common-cases.ts';
import { createLiveDeployment } from '../support/live-deployment.ts';
import { measured } from '../support/live-program.ts';

describe('preset baseline', () => {
  let subject: CommonSubject;

  beforeAll(async () => {
    const deployment = await createLiveDeployment({
      name: 'live-baseline',
      port: 28_790,
      preset: 'baseline',
    });
    subject = { deployment, watch: watchCommands() };
    const { ms } = await deployment.up();
    measured('first up, preset baseline, images there', ms);
    subject.watch.stop();
  });

  afterAll(() => subject.deployment.remove());

  commonCases(() => subject);
  closingCases(() => subject, 'refused');
});
