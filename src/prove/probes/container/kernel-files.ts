import type { WriteAttempt } from '../../payload/files.ts';
import type { HiddenPath } from '../../payload/host-view.ts';
import type { Judgement, Probe } from '../../probe.ts';
import { count, fail, few, judgeResult, pass, skip, unclear } from '../judgement.ts';

/** What engines since 20.10 cover: the memory of the host, its keys, what its processes wait for, its hardware. */
const MASKED = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
];

export const maskedKernelFiles: Probe = {
  id: 'masked-kernel-files',
  ring: 'container',
  title: 'Files of the kernel about the host are covered',
  why: 'The memory of the kernel, its keys and its timers tell of every process on the host, and where to aim at the kernel.',
  measures: ['seccomp-default', 'not-privileged'],
  rows: ['H2'],
  expects: 'each of them is missing, empty or refused',
  weakenedBy: ['unmasked-paths', 'not-privileged'],
  attempts: () => [{ id: 'read', at: 'cell', run: 'readHidden', params: { paths: MASKED } }],
  judge: (seen) => judgeResult<Record<string, HiddenPath>>(seen, 'read', judgeHidden),
};

function judgeHidden(paths: Record<string, HiddenPath>): Judgement {
  const entries = Object.entries(paths);
  const there = entries.filter(([, { kind }]) => kind !== 'missing');
  const open = there.filter(([, { read, amount }]) => read === 'done' && amount > 0);
  if (open.length > 0) return fail(`it reads ${few(open.map(([path]) => path))}`);
  if (entries.length === 0) return unclear('nothing was tried');
  // An ordinary user is refused by the files themselves; behind a cover there is nothing to refuse.
  const uncovered = there.filter(([, { kind, read }]) => kind === 'file' && read !== 'done');
  if (uncovered.length > 0)
    return fail(
      `${few(uncovered.map(([path]) => path))}: nothing covers it, only its mode refuses this user`,
    );
  if (there.length === 0) return skip('this kernel has none of these files');
  return pass(
    `${few(
      there.map(([path]) => path),
      MASKED.length,
    )}: nothing in ${there.length === 1 ? 'it' : 'them'}`,
  );
}

/** Writing to any of these changes the host, not the container. */
const SETTINGS = [
  '/proc/sys/kernel/core_pattern',
  '/proc/sys/kernel/modprobe',
  '/proc/sys/kernel/hostname',
  '/proc/sys/kernel/panic',
  '/proc/sys/kernel/sysrq',
  '/proc/sys/vm/panic_on_oom',
  '/proc/sys/fs/binfmt_misc',
  '/proc/sysrq-trigger',
  '/proc/bus',
  '/proc/fs',
  '/proc/irq',
  '/sys/kernel/uevent_helper',
  '/sys/kernel/mm',
  '/sys/class',
  '/sys/module',
  '/sys/power/state',
];
const GROUPS = [
  '/sys/fs/cgroup/release_agent',
  '/sys/fs/cgroup/memory',
  '/sys/fs/cgroup/memory/memory.limit_in_bytes',
  '/sys/fs/cgroup/pids',
  '/sys/fs/cgroup/pids/pids.max',
  '/sys/fs/cgroup/devices',
  '/sys/fs/cgroup/devices/devices.allow',
  '/sys/fs/cgroup/rdma/release_agent',
  '/sys/fs/cgroup/memory/release_agent',
  '/sys/fs/cgroup/memory.max',
  '/sys/fs/cgroup/pids.max',
  '/sys/fs/cgroup/cgroup.procs',
];

export const kernelSettings: Probe = {
  id: 'kernel-settings',
  ring: 'container',
  title: 'Settings of the kernel are read-only',
  why: 'One line in core_pattern makes the kernel start a program of the intruder on the host, as root.',
  measures: ['seccomp-default', 'not-privileged'],
  rows: ['H2'],
  expects: 'each is on a read-only mount (EROFS), whoever asks; none is opened for writing',
  weakenedBy: ['unmasked-paths', 'not-privileged'],
  attempts: () => [{ id: 'open', at: 'cell', run: 'writeAttempts', params: { paths: SETTINGS } }],
  judge: (seen) => judgeResult<Record<string, WriteAttempt>>(seen, 'open', judgeSettings),
};

export const controlGroups: Probe = {
  id: 'control-groups',
  ring: 'container',
  title: 'Control groups are read-only',
  why: 'Limits that can be written are no limits, and the release_agent of a group is a program that the host starts as root.',
  measures: ['minimal-mounts', 'not-privileged'],
  rows: ['H4', 'G3'],
  expects: 'each is on a read-only mount (EROFS), whoever asks; none is opened for writing',
  weakenedBy: ['not-privileged'],
  attempts: () => [{ id: 'open', at: 'cell', run: 'writeAttempts', params: { paths: GROUPS } }],
  judge: (seen) => judgeResult<Record<string, WriteAttempt>>(seen, 'open', judgeSettings),
};

/**
 * The mode of such files keeps an ordinary user out, but not one who became root in the container; the read-only mount
 * keeps out both, and only it refuses with EROFS to set a mode.
 */
function judgeSettings(attempts: Record<string, WriteAttempt>): Judgement {
  const there = Object.entries(attempts).filter(([, { kind }]) => kind !== 'missing');
  const open = there.filter(([, { write }]) => write === 'done');
  if (open.length > 0)
    return fail(
      `it ${few(open.map(([path, { kind }]) => (kind === 'folder' ? `made a folder in ${path}` : `opened ${path} for writing`)))}`,
    );
  const loose = there.filter(([, { write, mode }]) => write !== 'EROFS' && mode !== 'EROFS');
  if (loose.length > 0)
    return fail(
      `${few(loose.map(([path]) => path))}: not mounted read-only, so root in the container can change what is the host's`,
    );
  if (there.length === 0) return skip('this kernel shows none of these files here');
  return pass(`EROFS for ${count(there.length, 'file or folder', 'files and folders')} of the kernel`);
}
