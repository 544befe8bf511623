import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileProbes } from '../../src/prove/probes/container/files.ts';
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
const SETTINGS = `${TARGET}-settings`;
const FOLDER = '/etc/openclaw';

let proof: ProofBench;

/** A container with what clawproof gives the gateway; OpenClaw does not run in it, and no cell would know. */
beforeAll(async () => {
  await removeTarget();
  const image = await builtImage('gateway');
  await docker('volume', 'create', '--label', TEST_LABEL, SETTINGS);
  await docker(
    ['run', '--rm', '--label', TEST_LABEL, '--network', 'none', '--user', '0:0'],
    ['--volume', `${SETTINGS}:${FOLDER}`, '--entrypoint', 'node', image],
    ['-e', `fs.chownSync('${FOLDER}', 1000, 1000)`],
  );
  await docker(
    ['run', '--detach', '--name', TARGET, '--label', TEST_LABEL, '--network', 'none'],
    ['--user', '1000:1000', '--init', '--read-only', '--cap-drop', 'ALL'],
    ['--security-opt', 'no-new-privileges:true', '--tmpfs', '/tmp:noexec,nosuid,nodev,size=64m,mode=1777'],
    ['--memory', '512m', '--memory-swap', '512m', '--cpus', '1', '--pids-limit', '256'],
    ['--ulimit', 'nofile=1024:1024', '--ulimit', 'core=0'],
    ['--mount', `type=volume,source=${SETTINGS},destination=${FOLDER},readonly`],
    ['--entrypoint', 'sleep', image, 'infinity'],
  );
  proof = await openProofBench(TARGET);
});

afterAll(async () => {
  await proof.close();
  await removeTarget();
});

async function removeTarget(): Promise<void> {
  await tryDocker(['container', 'rm', '--force', '--volumes', TARGET]);
  await tryDocker(['volume', 'rm', '--force', SETTINGS]);
}

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

describe('attacks on files, on what is seen of the host and on limits', () => {
  /** Their own cells, and processors that several cells share, are tried once and on the twins that name them. */
  const costly = ['process-limit', 'memory-limit', 'processor-limit'];
  /** What this host does not have: users that are mapped, setuid programs in the image, groups of version 2. */
  const hostSpecific = ['own-control-groups', 'setuid-programs', 'user-mapping'];
  /** Devices of this host that everybody may open: there may be none. What is handed in shows the attack in any case. */
  const isLeftToHost = (variant: string, id: string): boolean =>
    variant === 'not-privileged' && id === 'host-devices';
  const seen = new Set<string>();

  test('none succeeds in cells with the settings of the gateway', async () => {
    const began = performance.now();
    const judged = (await proveOn(undefined, fileProbes)) ?? [];
    measured(`${judged.length} attacks on files, view and limits`, performance.now() - began);
    expect(judged.filter(({ state }) => state === 'fail' || state === 'error')).toEqual([]);
    expect([...hostSpecific, 'processor-limit']).toEqual(expect.arrayContaining(idsOf(judged, 'skipped')));
  });

  test.concurrent.each(variantsOf(fileProbes))(
    'on the twin %s exactly those succeed that name it',
    async (variant) => {
      const names = ({ weakenedBy }: Probe): boolean => weakenedBy.includes(variant);
      const judged = await proveOn(
        variant,
        fileProbes.filter((probe) => names(probe) || !costly.includes(probe.id)),
      );
      if (judged === undefined) return;
      const failed = idsOf(judged, 'fail');
      for (const id of failed) seen.add(id);
      expect(judged.filter(({ state }) => state === 'error')).toEqual([]);
      const expected = fileProbes.filter((probe) => names(probe) && !hostSpecific.includes(probe.id));
      const isSure = (id: string): boolean => !isLeftToHost(variant, id);
      expect(failed.filter(isSure)).toEqual(expected.map(({ id }) => id).filter(isSure));
    },
  );

  test('each was seen to succeed where its protection is missing, but for what this host does not have', () => {
    const never = fileProbes.map(({ id }) => id).filter((id) => !seen.has(id));
    expect(hostSpecific).toEqual(expect.arrayContaining(never));
  });
});
