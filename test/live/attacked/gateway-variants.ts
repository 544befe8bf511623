import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JudgedProbe } from '../../../src/prove/judge-probe.ts';
import type { Lab } from '../../../src/prove/lab.ts';
import { probes } from '../../../src/prove/probes/gateway/index.ts';
import type { TwinSpec } from '../../../src/prove/proof-target.ts';
import { needsStack, runGatewayRing, shortLockout } from '../../../src/prove/rings/gateway.ts';
import type { RunningStack } from '../../../src/prove/stack/running-stack.ts';
import { startStack } from '../../../src/prove/stack/start-stack.ts';
import { gatewayVariants } from '../../../src/prove/variants/gateway.ts';
import type { LiveDeployment } from '../../support/live-deployment.ts';
import { measured } from '../../support/live-program.ts';
import { proofHost } from '../../support/proof-lab.ts';

/** Starts the gateway anew, which takes as long as all others together. */
const ROTATION = 'token-rotation';
/** Machines that do much else. */
const BOOT_MS = 300_000;

const withoutRotation = probes.filter(({ id }) => id !== ROTATION);

/** What a running gateway takes up: one twin is each of these in turn, with weaknesses that do not touch each other. */
const HOT = [
  ['auth-rate-limit', 'control-ui-origins', 'tool-policy-over-http'],
  ['short-lockout', 'no-dangerous-flags'],
  ['trusted-proxies', 'no-http-endpoints'],
];

/** Their settings are of the start, so that each line boots a twin: with several weaknesses that do not touch each other. */
const COLD = [
  ['ingress-any-host', 'ingress-without-policy', 'ingress-logs-calls'],
  ['token-in-config', 'token-in-environment'],
  ['identity-by-header', 'mdns-on'],
];

/** The gateway ring on twins that were weakened, each in what the name of its variant says. */
export function gatewayVariantTests(live: () => LiveDeployment): void {
  describe('attacks on a weakened gateway', () => {
    const events = { step: () => undefined };
    const host = proofHost();
    let lab: Lab;
    let spec: TwinSpec;
    let stack: RunningStack;

    beforeAll(async () => {
      const { Name } = await live().container('gateway');
      spec = await host.twinOf(Name.replace(/^\//, ''));
      lab = await host.lab(spec.target.image.id);
      stack = await boot(spec);
      measured('boot of the twin of the gateway', stack.bootMs);
    });

    afterAll(async () => {
      await lab?.close();
    });

    function boot(twin: TwinSpec): Promise<RunningStack> {
      return startStack(lab, twin, { adaptConfig: shortLockout, bootMs: BOOT_MS });
    }

    async function prove(
      twin: TwinSpec,
      running: RunningStack | undefined,
      wanted = probes,
    ): Promise<JudgedProbe[]> {
      const began = performance.now();
      const judged = await runGatewayRing({ lab }, twin, running, wanted, events);
      measured('gateway ring', performance.now() - began);
      return judged;
    }

    function weakened(id: string, twin: TwinSpec = spec): TwinSpec {
      const weak = gatewayVariants.find((variant) => variant.id === id)?.weaken(structuredClone(twin));
      if (weak === undefined || weak === null) throw new Error(`${id} is no weakening of preset caged`);
      return weak;
    }

    test.each(HOT)('variants %s, %s fail in what names them', async (...ids) => {
      const weak = ids.reduce((twin, id) => weakened(id, twin), spec);
      expect(await stack.adopt(weak)).toBe(true);
      const expected = [...new Set(ids.flatMap((id) => named(id, withoutRotation)))].toSorted();
      expect(failed(await prove(weak, stack, withoutRotation))).toEqual(expected);
    });

    test.each(['weak-token', 'reused-token'])(
      'variant %s is seen without a gateway that runs',
      async (id) => {
        const wanted = probes.filter((probe) => !needsStack([probe]));
        expect(failed(await prove(weakened(id), undefined, wanted))).toEqual(named(id, wanted));
      },
    );

    test.each(COLD)('variants %s, %s fail in what names them', async (...ids) => {
      const weak = ids.reduce((twin, id) => weakened(id, twin), spec);
      const own = await boot(weak);
      try {
        const expected = [...new Set(ids.flatMap((id) => named(id)))].toSorted();
        const wanted = expected.includes(ROTATION) ? probes : withoutRotation;
        expect(failed(await prove(weak, own, wanted))).toEqual(expected);
      } finally {
        await own.close();
      }
    });

    test('the old token is dead after a change', async () => {
      expect(await stack.adopt(spec)).toBe(true);
      const rotation = probes.filter(({ id }) => id === ROTATION);
      expect(inState(await prove(spec, stack, rotation), 'fail', 'error', 'skipped')).toEqual([]);
    });
  });
}

/** With words, so that a failure tells what was seen. */
function inState(judged: readonly JudgedProbe[], ...states: JudgedProbe['state'][]): string[] {
  return judged
    .filter(({ state }) => states.includes(state))
    .map(({ id, state, observed }) => `${state} ${id}: ${observed}`);
}

function failed(judged: readonly JudgedProbe[]): string[] {
  return judged
    .filter(({ state }) => state === 'fail')
    .map(({ id }) => id)
    .toSorted();
}

function named(id: string, wanted = probes): string[] {
  return wanted
    .filter(({ weakenedBy }) => weakenedBy.includes(id))
    .map((probe) => probe.id)
    .toSorted();
}
