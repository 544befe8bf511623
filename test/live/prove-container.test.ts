import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kernelProbes } from '../../src/prove/probes/container/kernel.ts';
import type { JudgedProbe } from '../../src/prove/judge-probe.ts';
import type { Probe } from '../../src/prove/probe.ts';
import { runContainerRing } from '../../src/prove/rings/container.ts';
import { containerVariants } from '../../src/prove/variants/container.ts';
import { builtImage, docker, TEST_LABEL, tryDocker } from '../support/docker-cli.ts';
import { measured } from '../support/live-program.ts';
import { openProofBench } from '../support/proof-bench.ts';
import type { ProofBench } from '../support/proof-bench.ts';

const TARGET = 'clawproof-test-prove-container';

let proof: ProofBench;

/** A container with what clawproof gives the gateway; OpenClaw does not run in it, and no cell would know. */
beforeAll(async () => {
  await tryDocker(['container', 'rm', '--force', '--volumes', TARGET]);
  await docker(
    ['run', '--detach', '--name', TARGET, '--label', TEST_LABEL, '--network', 'none'],
    ['--user', '1000:1000', '--init', '--read-only', '--cap-drop', 'ALL'],
    ['--security-opt', 'no-new-privileges:true', '--tmpfs', '/tmp:noexec,nosuid,nodev,size=64m,mode=1777'],
    ['--memory', '512m', '--memory-swap', '512m', '--cpus', '1', '--pids-limit', '256'],
    ['--entrypoint', 'sleep', await builtImage('gateway'), 'infinity'],
  );
  proof = await openProofBench(TARGET);
});

afterAll(async () => {
  await proof.close();
  await tryDocker(['container', 'rm', '--force', '--volumes', TARGET]);
});

/** Undefined when the target cannot be weakened in that point, as without AppArmor and SELinux on this host. */
async function proveOn(
  variant: string | undefined,
  probes: readonly Probe[],
): Promise<JudgedProbe[] | undefined> {
  const weaken = containerVariants.find(({ id }) => id === variant)?.weaken;
  const spec = weaken ? weaken(proof.spec) : proof.spec;
  return spec === null ? undefined : runContainerRing(proof.bench, spec, probes, { step: () => undefined });
}

function idsOf(judged: readonly JudgedProbe[], state: JudgedProbe['state']): string[] {
  return judged.filter((probe) => probe.state === state).map(({ id }) => id);
}

/** The variants that these probes name, each once. */
function variantsOf(probes: readonly Probe[]): string[] {
  const known = new Set(containerVariants.map(({ id }) => id));
  const named = [...new Set(probes.flatMap(({ weakenedBy }) => weakenedBy))];
  const unknown = named.filter((id) => !known.has(id));
  if (unknown.length > 0) throw new Error(`no such variants: ${unknown.join(', ')}`);
  return named;
}

describe('attacks on what stands before the kernel', () => {
  /** Probe → its states on the variants that it names. */
  const onVariants = new Map<string, Set<JudgedProbe['state']>>();

  test('none succeeds in a cell with the settings of the gateway', async () => {
    const began = performance.now();
    const judged = (await proveOn(undefined, kernelProbes)) ?? [];
    measured(`${judged.length} attacks on the kernel in one cell`, performance.now() - began);
    expect(judged.filter(({ state }) => state === 'fail' || state === 'error')).toEqual([]);
    expect(idsOf(judged, 'pass').length).toBeGreaterThan(25);
  });

  test.concurrent.each(variantsOf(kernelProbes))(
    'on the twin %s exactly those succeed that name it',
    async (variant) => {
      const judged = await proveOn(variant, kernelProbes);
      if (judged === undefined) return;
      const named = kernelProbes.filter(({ weakenedBy }) => weakenedBy.includes(variant));
      const skipped = idsOf(judged, 'skipped');
      const expected = named.map(({ id }) => id).filter((id) => !skipped.includes(id));
      for (const { id, state } of judged.filter((probe) => named.some((one) => one.id === probe.id)))
        onVariants.set(id, (onVariants.get(id) ?? new Set()).add(state));
      expect(judged.filter(({ state }) => state === 'error')).toEqual([]);
      expect(idsOf(judged, 'fail')).toEqual(expected);
    },
  );

  test('each was seen to succeed where its protection is missing, but for what this kernel does not have', () => {
    const never = kernelProbes.filter(({ id }) => onVariants.get(id)?.has('fail') !== true);
    expect(never.filter(({ id }) => onVariants.get(id)?.has('pass') === true)).toEqual([]);
    const hostSpecific = ['io-ports', 'kernel-module', 'kexec', 'security-module'];
    expect(hostSpecific).toEqual(expect.arrayContaining(never.map(({ id }) => id)));
  });
});
