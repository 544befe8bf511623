import { callProbe, type CallProbeSpec } from './kernel-calls.ts';

const CLONE_FS = 0x200;
const CLONE_NEWNS = 0x2_0000;
const CLONE_NEWUSER = 0x1000_0000;
const CLONE_NEWNET = 0x4000_0000;
const MNT_DETACH = 2;
const NOWHERE = 1;
const AT_FDCWD = -100;

/** Without the filter any user comes through; with a capability the engine opens its filter for what belongs to it. */
const unfiltered: CallProbeSpec['weakenedBy'] = ['seccomp-default', 'not-privileged', 'unfiltered-root'];
const opened: CallProbeSpec['weakenedBy'] = [
  ...unfiltered,
  'all-capabilities',
  'root-with-host-capabilities',
];
const weakenedBy: CallProbeSpec['weakenedBy'] = [...opened, 'capability-sys-admin'];
/** Debian's kernels have it. */
const hostSwitch: CallProbeSpec['hostSwitch'] = {
  path: '/proc/sys/kernel/unprivileged_userns_clone',
  refuses: (value) => value === 0,
};
const common = {
  measures: ['seccomp-default', 'not-privileged', 'no-capabilities'],
  rows: ['H2'],
  weakenedBy,
};

/** System calls by which a process would leave its place: other namespaces, mounts, roots, processes. */
const specs: readonly CallProbeSpec[] = [
  {
    id: 'mount',
    title: 'Nothing can be mounted',
    why: 'Mounts are how a container is made; who can change them can bring the host’s files in.',
    ...common,
    calls: [
      {
        call: 'mount',
        arguments: [{ text: 'clawproof' }, { text: '.' }, { text: 'tmpfs' }, 0, 0],
        reached: 'a filesystem was mounted in the container',
      },
      { call: 'umount2', arguments: [{ text: '.' }, MNT_DETACH] },
      { call: 'mount', arguments: [NOWHERE, NOWHERE, NOWHERE, 0, 0], reached: 'the kernel answers mount' },
      { call: 'open_tree', arguments: [-1, NOWHERE, -1], reached: 'the kernel answers open_tree' },
    ],
  },
  {
    id: 'user-namespace-creation',
    title: 'No process can make a user namespace in which it is root',
    why: 'Root in such a namespace reaches the parts of the kernel that are meant for administrators.',
    ...common,
    hostSwitch,
    calls: [
      {
        call: 'unshare',
        arguments: [CLONE_NEWUSER],
        reached: 'a process made itself root of a user namespace',
      },
      // Two flags that exclude each other: nothing is started.
      {
        call: 'clone',
        arguments: [CLONE_NEWUSER | CLONE_FS, 0, 0, 0, 0],
        reached: 'the kernel answers clone with a new user namespace',
      },
      {
        call: 'clone3',
        arguments: [0, 0],
        reached: 'the kernel answers clone3, which no filter can look into',
      },
    ],
  },
  {
    id: 'mount-namespace-creation',
    title: 'No process can mount in a namespace of its own',
    why: 'Mounting there is enough for the many flaws of filesystems in the kernel.',
    ...common,
    hostSwitch,
    calls: [
      {
        call: 'unshare',
        arguments: [CLONE_NEWUSER | CLONE_NEWNS],
        reached: 'a process made a mount namespace of its own',
      },
      {
        call: 'mount',
        arguments: [{ text: 'clawproof' }, { text: '.' }, { text: 'tmpfs' }, 0, 0],
        reached: 'a filesystem was mounted in a namespace of its own',
      },
    ],
  },
  {
    id: 'network-namespace-creation',
    title: 'No process can be the administrator of a network of its own',
    why: 'There it reaches the packet filter of the kernel, which has had more flaws than most.',
    ...common,
    hostSwitch,
    calls: [
      {
        call: 'unshare',
        arguments: [CLONE_NEWUSER | CLONE_NEWNET],
        reached: 'a process made a network of its own',
      },
    ],
  },
  {
    id: 'foreign-namespace',
    title: 'No process can enter another namespace',
    why: 'Entering the namespaces of the host is leaving the container.',
    ...common,
    calls: [
      { call: 'openat', arguments: [AT_FDCWD, { text: '/proc/1/ns/mnt' }, 0] },
      {
        call: 'setns',
        arguments: [{ resultOf: 0 }, 0],
        reached: 'a process entered the namespace of another',
      },
      { call: 'setns', arguments: [-1, 0], reached: 'the kernel answers setns' },
    ],
  },
  {
    id: 'pivot-root',
    title: 'No process can change the root of its mounts',
    why: 'It is how a runtime enters a container, and how an attacker leaves it.',
    ...common,
    weakenedBy: unfiltered,
    hostSwitch,
    calls: [
      { call: 'unshare', arguments: [CLONE_NEWUSER | CLONE_NEWNS] },
      { call: 'pivot_root', arguments: [NOWHERE, NOWHERE], reached: 'the kernel answers pivot_root' },
    ],
  },
  {
    id: 'chroot',
    title: 'No process can change its root folder',
    why: 'A changed root fools programs with more rights about which files they read.',
    ...common,
    measures: ['no-capabilities', 'seccomp-default', 'not-privileged'],
    // The capability is one of those that the engine gives by default.
    weakenedBy: ['no-capabilities', ...opened, 'root-with-default-capabilities', 'capability-sys-chroot'],
    calls: [
      { call: 'chroot', arguments: [{ text: '/' }], reached: 'a process changed its root folder' },
      { call: 'chroot', arguments: [NOWHERE], reached: 'the kernel answers chroot' },
    ],
  },
  {
    id: 'file-handles',
    title: 'No file can be opened by its number on disk',
    why: 'Numbers pass every mount: with them a container reads any file of the host (the attack is called shocker).',
    ...common,
    measures: ['no-capabilities', 'seccomp-default', 'not-privileged'],
    weakenedBy: [...opened, 'capability-dac-read-search'],
    calls: [
      {
        call: 'open_by_handle_at',
        arguments: [-1, NOWHERE, 0],
        reached: 'the kernel answers open_by_handle_at',
      },
    ],
  },
  {
    id: 'quotas',
    title: 'Quotas of the host’s disks are out of reach',
    why: 'They belong to the host’s file systems, not to the container.',
    ...common,
    calls: [{ call: 'quotactl', arguments: [0xff, 0, 0, 0], reached: 'the kernel answers quotactl' }],
    feature: 'quotas',
    isKnownToFilters: true,
  },
  {
    id: 'foreign-descriptors',
    title: 'No process can take open files from another',
    why: 'An open file or connection of another process is as good as its rights.',
    ...common,
    measures: ['no-capabilities', 'seccomp-default', 'not-privileged'],
    weakenedBy: [...opened, 'capability-sys-ptrace'],
    calls: [
      { call: 'pidfd_getfd', arguments: [-1, -1, 0], reached: 'the kernel answers pidfd_getfd' },
      { call: 'kcmp', arguments: [1, 1, 0xff, 0, 0], reached: 'the kernel answers kcmp' },
    ],
  },
];

export const isolationProbes = specs.map(callProbe);
