import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LINK_PREFIX, readSurvey, surveyScript } from '../../src/prove/canary/block.ts';
import type { JudgedProbe } from '../../src/prove/judge-probe.ts';
import type { Lab } from '../../src/prove/lab.ts';
import { probes } from '../../src/prove/probes/network/index.ts';
import type { TwinSpec } from '../../src/prove/proof-target.ts';
import { runNetworkRing } from '../../src/prove/rings/network.ts';
import type { Bench } from '../../src/prove/rings/ring-group.ts';
import { createCells } from '../../src/prove/twin/cells.ts';
import { networkVariants } from '../../src/prove/variants/network.ts';
import { type CagedModel, createCagedModel } from '../support/caged-model.ts';
import { builtImage, docker, tryDocker } from '../support/docker-cli.ts';
import { measured } from '../support/live-program.ts';
import { proofHost } from '../support/proof-lab.ts';
import { runProgram } from '../support/run-program.ts';

/** What cannot be tried here, or not on a caged deployment. */
const NOT_TRIED = ['net-published-routed'];
/** Where the host's kernel decides whether an ordinary user may ping at all. */
const HOST_DECIDES = ['net-icmp'];
/** The engine's protection that it weakens came with Docker 28; before, the attack succeeds without it. */
const LATER_ENGINES = ['net-unprotected'];
const NAIVE = 'live-prove-naive';

const host = proofHost();
let model: CagedModel;
let spec: TwinSpec;
let lab: Lab;
let bench: Bench;

beforeAll(async () => {
  model = await createCagedModel('live-prove-net', '172.30.248.0/28', 28_798);
  const found = await host.twinOf(model.gateway);
  // As clawproof.yaml beside it would say.
  const deployment = { ...found.target.deployment, preset: 'caged' as const };
  spec = { ...found, target: { ...found.target, deployment } };
  lab = await host.lab(spec.target.image.id);
  bench = { lab, cells: createCells(lab, host.ports.random) };
});

afterAll(async () => {
  await lab?.close();
  await model?.remove();
  await tryDocker(['rm', '--force', NAIVE]);
  expect(await leftOnHost()).toEqual([]);
});

async function prove(twin: TwinSpec, what: string, on: Bench = bench): Promise<JudgedProbe[]> {
  const began = performance.now();
  const judged = await runNetworkRing(on, twin, probes, { step: () => undefined });
  measured(`network ring, ${what}`, performance.now() - began);
  return judged;
}

function lines(judged: readonly JudgedProbe[], ...states: JudgedProbe['state'][]): string[] {
  return judged.filter(({ state }) => states.includes(state)).map(({ id, observed }) => `${id}: ${observed}`);
}

function failed(judged: readonly JudgedProbe[]): string[] {
  return judged
    .flatMap(({ id, state }) => (state === 'fail' && !HOST_DECIDES.includes(id) ? [id] : []))
    .toSorted();
}

test('a cage passes everything', async () => {
  const judged = await prove(spec, 'preset caged');
  expect(lines(judged, 'fail', 'error')).toEqual([]);
  expect(judged.filter(({ state }) => state === 'skipped').map(({ id }) => id)).toEqual(NOT_TRIED);
});

describe('a cage that is weaker in one point fails exactly there:', () => {
  const variants = networkVariants.filter(({ id }) => !LATER_ENGINES.includes(id));
  // Tests beside this one add and remove networks, and the engine's rules between networks with them.
  test.each(variants)('$title', { retry: 1 }, async (variant) => {
    const weak = variant.weaken(structuredClone(spec));
    if (weak === null) throw new Error('it cannot be weakened in that point');
    const judged = await prove(weak, variant.id);
    const named = probes.filter(({ weakenedBy }) => weakenedBy.includes(variant.id)).map(({ id }) => id);
    expect(failed(judged)).toEqual(named.filter((id) => !HOST_DECIDES.includes(id)).toSorted());
    expect(lines(judged, 'error')).toEqual([]);
  });
});

test('a container on an ordinary bridge, published everywhere, fails whatever asks for a way out', async () => {
  const image = await builtImage('gateway');
  await tryDocker(['rm', '--force', NAIVE]);
  await docker(
    ['run', '--detach', '--name', NAIVE, '--label', 'dev.clawproof.role=gateway', '--publish', '28799:18789'],
    ['--entrypoint', 'node', image, '--eval', 'setInterval(() => undefined, 1e6)'],
  );
  const naive = await host.twinOf(NAIVE);
  const judged = await prove(naive, 'naive container');
  const expected = probes.filter(({ weakenedBy }) => weakenedBy.includes('net-open')).map(({ id }) => id);
  expect(failed(judged)).toEqual(expect.arrayContaining(expected.filter((id) => !HOST_DECIDES.includes(id))));
  expect(failed(judged)).toEqual(expect.arrayContaining(['net-neighbours', 'net-published']));
  expect(lines(judged, 'error')).toEqual([]);
});

test('who is not root on the host gets the same by a container', async () => {
  const own = await host.lab(spec.target.image.id);
  try {
    const distant = {
      ...spec,
      target: { ...spec.target, engine: { ...spec.target.engine, isLocal: false } },
    };
    const judged = await prove(distant, 'without root', {
      lab: own,
      cells: createCells(own, host.ports.random),
    });
    expect(lines(judged, 'fail', 'error')).toEqual([]);
    expect(judged.filter(({ state }) => state === 'skipped').map(({ id }) => id)).toEqual(NOT_TRIED);
  } finally {
    await own.close();
  }
});

/** Links of this process's canaries, and routes of canaries without a link. */
async function leftOnHost(): Promise<string[]> {
  const folder = '/sys/class/net';
  const links = readdirSync(folder).filter((name) => name.startsWith(LINK_PREFIX));
  const ours = links.filter((name) =>
    readFileSync(join(folder, name, 'ifalias'), 'utf8').includes(`:${process.pid}:`),
  );
  const { stdout } = await runProgram('sh', ['-c', surveyScript()]);
  return [...ours, ...readSurvey(stdout).bare.map(String)];
}
