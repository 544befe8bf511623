import { stepDownCapabilities } from '../../../measures/capabilities.ts';
import { imageOf } from '../../../measures/service-image.ts';
import type { ProcessState } from '../../payload/kernel.ts';
import type { Judgement, Probe } from '../../probe.ts';
import type { ProofTarget } from '../../proof-target.ts';
import { fail, few, judgeResult, pass, skip, unclear } from '../judgement.ts';
import { capabilityNames } from './capability-names.ts';
import { isSandboxed } from './kernel-calls.ts';

const STATE = 'state';

type Words = Pick<Probe, 'id' | 'title' | 'why' | 'measures' | 'rows' | 'expects' | 'weakenedBy'>;

/** A probe that reads what the kernel says of a process in the container. */
function stateProbe(
  words: Words,
  judge: (state: ProcessState, target: ProofTarget) => Judgement,
  unable?: (target: ProofTarget) => string | undefined,
): Probe {
  return {
    ...words,
    ring: 'container',
    attempts: (target) => {
      const reason = target.image.hasNode ? unable?.(target) : 'the image has no Node that could look';
      return reason === undefined
        ? [{ id: STATE, at: 'cell', run: 'processState', params: {} }]
        : { skipped: reason };
    },
    judge: (seen, target) => judgeResult<ProcessState>(seen, STATE, (state) => judge(state, target)),
  };
}

/** What an entrypoint that starts as root needs to become an ordinary user; nothing for all others. */
function allowedCapabilities({ gateway, deployment }: ProofTarget): readonly string[] {
  return imageOf(gateway, deployment).startsAs === 'ordinary' ? [] : stepDownCapabilities;
}

type SetName = keyof ProcessState['capabilities'];

function judgeSets(state: ProcessState, sets: readonly SetName[], target: ProofTarget): Judgement {
  const allowed = allowedCapabilities(target);
  const kept = new Set<string>();
  for (const set of sets) {
    const mask = state.capabilities[set];
    if (mask === null) return unclear(`the kernel does not tell the ${set} capabilities`);
    const names = capabilityNames(mask);
    const extra = names.filter((name) => !allowed.includes(name));
    if (extra.length > 0) return fail(`${set} capabilities: ${few(extra, 5)}`);
    for (const name of names) kept.add(name);
  }
  return pass(
    kept.size === 0
      ? `no capability in the sets ${sets.join(', ')}`
      : `only what a start as root needs: ${[...kept].join(', ')}`,
  );
}

const heldCapabilities = stateProbe(
  {
    id: 'held-capabilities',
    title: 'No process holds a capability, in any of its sets',
    why: 'Each capability is a part of root.',
    measures: ['no-capabilities', 'non-root', 'not-privileged'],
    rows: ['H2'],
    expects: 'the effective, permitted, inheritable and ambient sets in /proc/self/status are empty',
    weakenedBy: [
      'root-with-default-capabilities',
      'root-with-host-capabilities',
      'unfiltered-root',
      'root-with-net-raw',
      'root-with-mknod',
    ],
  },
  (state, target) => judgeSets(state, ['effective', 'permitted', 'inheritable', 'ambient'], target),
);

const boundingCapabilities = stateProbe(
  {
    id: 'bounding-capabilities',
    title: 'No process can ever get a capability',
    why: 'The bounding set is what a program that becomes root would get back.',
    measures: ['no-capabilities', 'not-privileged'],
    rows: ['H2'],
    expects: 'the bounding set in /proc/self/status is empty',
    weakenedBy: [
      'no-capabilities',
      'not-privileged',
      'all-capabilities',
      'root-with-default-capabilities',
      'root-with-host-capabilities',
      'unfiltered-root',
      'root-with-net-raw',
      'root-with-mknod',
      'capability-sys-admin',
      'capability-sys-chroot',
      'capability-sys-ptrace',
      'capability-sys-time',
      'capability-dac-read-search',
    ],
  },
  (state, target) => judgeSets(state, ['bounding'], target),
);

const noNewPrivileges = stateProbe(
  {
    id: 'no-new-privileges-bit',
    title: 'The kernel gives no process more rights than its parent has',
    why: 'Without it every setuid program and file capability of the image counts.',
    measures: ['no-new-privileges'],
    rows: ['H3'],
    expects: 'NoNewPrivs is 1 in /proc/self/status',
    weakenedBy: ['no-new-privileges'],
  },
  ({ noNewPrivileges: bit }) => {
    if (bit === null) return unclear('the kernel does not tell whether it is set');
    return bit === 1 ? pass('NoNewPrivs is 1') : fail('NoNewPrivs is 0: programs may gain rights');
  },
);

const seccompMode = stateProbe(
  {
    id: 'seccomp-mode',
    title: 'System calls are filtered',
    why: 'Without a filter every part of the kernel is in reach, also the parts that no container needs.',
    measures: ['seccomp-default', 'not-privileged'],
    rows: ['H2'],
    expects: 'Seccomp is 2 in /proc/self/status',
    weakenedBy: ['seccomp-default', 'not-privileged', 'unfiltered-root'],
  },
  ({ seccomp, seccompFilters }) => {
    if (seccomp === null) return skip('the kernel of this host has no seccomp');
    return seccomp === 2
      ? pass(`Seccomp is 2, filters: ${seccompFilters ?? 'not told'}`)
      : fail(`Seccomp is ${seccomp}: every system call reaches the kernel`);
  },
  (target) =>
    isSandboxed(target) ? `${target.gateway.runtime} stands between the container and the kernel` : undefined,
);

/** SELinux types that containers have when they are not confined. */
const unconfinedTypes = /(?:^|:)(?:spc_t|unconfined_t|initrc_t)(?::|$)/;

const securityModule = stateProbe(
  {
    id: 'security-module',
    title: 'AppArmor or SELinux confines the container',
    why: 'It holds where the rest fails: the files of the host are not those of the container, whoever asks.',
    measures: ['seccomp-default', 'not-privileged'],
    rows: ['H2'],
    expects: '/proc/self/attr/current names a profile that confines',
    weakenedBy: ['security-module-off', 'not-privileged'],
  },
  ({ label }) => {
    if (label === null || label === '')
      return fail('the engine has a security module, and no profile is in force');
    return label === 'unconfined' || label.endsWith('(complain)') || unconfinedTypes.test(label)
      ? fail(`its label is ${label}: nothing is refused`)
      : pass(`its label is ${label}`);
  },
  (target) => {
    if (isSandboxed(target)) return `${target.gateway.runtime} stands between the container and the kernel`;
    return hasSecurityModule(target) ? undefined : 'the engine uses neither AppArmor nor SELinux';
  },
);

/** True when the engine puts containers under AppArmor or SELinux. */
export function hasSecurityModule({ engine }: ProofTarget): boolean {
  return engine.securityOptions.some((option) => /^(?:name=)?(?:apparmor|selinux)/.test(option));
}

export const stateProbes: readonly Probe[] = [
  heldCapabilities,
  boundingCapabilities,
  noNewPrivileges,
  seccompMode,
  securityModule,
];
