import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExecMode } from '../../src/policy/policy.ts';
import type { JudgedProbe } from '../../src/prove/judge-probe.ts';
import type { Lab } from '../../src/prove/lab.ts';
import { probes } from '../../src/prove/probes/agent/index.ts';
import type { TwinSpec } from '../../src/prove/proof-target.ts';
import { runAgentRing } from '../../src/prove/rings/agent.ts';
import type { Bench } from '../../src/prove/rings/ring-group.ts';
import { withStack } from '../../src/prove/rings/stack-pool.ts';
import { createCells } from '../../src/prove/twin/cells.ts';
import { agentVariants } from '../../src/prove/variants/agent.ts';
import { createLiveDeployment } from '../support/live-deployment.ts';
import type { LiveDeployment } from '../support/live-deployment.ts';
import { measured } from '../support/live-program.ts';
import { proofHost } from '../support/proof-lab.ts';

/** Nothing protects what the agent may write by its owner's choice, and there is no browser in the image. */
const NOT_TRIED = ['agent-browses-private-addresses', 'agent-rewrites-its-instructions'];
const COMMANDS = ['agent-bends-allowed-commands', 'agent-runs-commands'];

let live: LiveDeployment;
let lab: Lab;
let bench: Bench;
let spec: TwinSpec;

beforeAll(async () => {
  live = await createLiveDeployment({ name: 'live-prove-agent', port: 28_797, preset: 'caged' });
  await live.up();
  const host = proofHost();
  const { Name } = await live.container('gateway');
  spec = await host.twinOf(Name.replace(/^\//, ''));
  lab = await host.lab(spec.target.image.id);
  bench = { lab, cells: createCells(lab, host.ports.random) };
});

afterAll(async () => {
  await lab?.close();
  await live.remove();
});

async function prove(twin: TwinSpec, what: string): Promise<JudgedProbe[]> {
  return withStack(bench, twin, async (stack) => {
    const began = performance.now();
    const judged = await runAgentRing(bench, twin, stack, probes, { step: () => undefined });
    measured(`agent ring, ${what}`, performance.now() - began);
    return judged;
  });
}

function idsOf(judged: readonly JudgedProbe[], state: JudgedProbe['state']): string[] {
  return judged
    .filter((probe) => probe.state === state)
    .map(({ id }) => id)
    .toSorted();
}

/** With words, so that a failure tells what was seen. */
function others(judged: readonly JudgedProbe[], ...expected: JudgedProbe['state'][]): string[] {
  return judged
    .filter(({ state }) => !expected.includes(state))
    .map(({ id, state, observed }) => `${state} ${id}: ${observed}`);
}

/** What another exec.mode in clawproof.yaml makes of the settings. */
function withExecMode(mode: ExecMode): TwinSpec {
  const tools = spec.config?.['tools'] as { deny: string[] };
  const deny = mode === 'deny' ? tools.deny : tools.deny.filter((name) => name !== 'group:runtime');
  return {
    ...spec,
    target: { ...spec.target, deployment: { ...spec.target.deployment, execMode: mode } },
    config: { ...spec.config, tools: { ...tools, deny, exec: { mode } } },
  };
}

test.each([
  ['deny', NOT_TRIED],
  ['allowlist', NOT_TRIED],
  ['full', [...COMMANDS, ...NOT_TRIED].toSorted()],
] as const)('exec.mode %s holds against a hostile model', async (mode, skipped) => {
  const judged = await prove(withExecMode(mode), `exec.mode ${mode}`);
  expect(others(judged, 'pass', 'skipped')).toEqual([]);
  expect(idsOf(judged, 'skipped')).toEqual(skipped);
});

/** A browser and its settings are not in this image. */
const VARIANTS = agentVariants.filter(({ id }) => id !== 'browser-ssrf-policy');

test.each(VARIANTS.map((variant) => [variant.title, variant] as const))(
  'seen to fail: %s',
  async (_, { id, weaken }) => {
    const weak = weaken(structuredClone(spec));
    if (weak === null) throw new Error(`${id} is no weakening of preset caged`);
    const judged = await prove(weak, `variant ${id}`);
    const named = probes.filter(({ weakenedBy }) => weakenedBy.includes(id)).map((probe) => probe.id);
    expect(others(judged, 'pass', 'skipped', 'fail')).toEqual([]);
    // What is skipped there for its owner's choice would have succeeded, too.
    const wanted = named.filter((each) => !NOT_TRIED.includes(each));
    expect(idsOf(judged, 'fail')).toEqual(wanted.toSorted());
  },
);

test('no secret of the twin is in the evidence', async () => {
  const judged = await prove(spec, 'evidence');
  expect(JSON.stringify(judged)).not.toMatch(/clawproof-planted-[0-9a-f]{32}/);
});
