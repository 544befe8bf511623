import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compactKeys } from '../../scripts/support/openclaw-keys.mjs';
import { KNOWN_KEYS } from '../../src/openclaw/known-keys.generated.ts';
import type { ProofReport } from '../../src/prove/proof-report.ts';
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

  test('the keys that are known of openclaw.json are those of the program', async () => {
    const { stdout } = await subject.deployment.exec('gateway', ['openclaw', 'config', 'schema']);
    expect(compactKeys(JSON.parse(stdout))).toBe(KNOWN_KEYS);
  });

  commonCases(() => subject);
  test('holds against every attack', async () => {
    const { code, stdout, ms } = await subject.deployment.cli('prove', '--json');
    measured('proof of a baseline deployment', ms);
    const { probes, summary, residual } = JSON.parse(stdout) as ProofReport;
    const open = probes.filter(({ state }) => state === 'fail' || state === 'error');
    expect(open.map(({ id, state, observed }) => `${id} (${state}): ${observed}`)).toEqual([]);
    expect(summary.verdict).toBe('holds');
    expect(code).toBe(0);
    expect(residual.join('\n')).toContain('Preset baseline does not limit where the agent may connect to');
  }, 600_000);

  closingCases(() => subject, 'refused');
});
