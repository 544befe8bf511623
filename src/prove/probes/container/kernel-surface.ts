import { callProbe, type CallProbeSpec } from './kernel-calls.ts';

type Weakened = CallProbeSpec['weakenedBy'];

/** No filter: for any user. */
const unfiltered: Weakened = ['seccomp-default', 'not-privileged', 'unfiltered-root'];
/** The engine opens its filter with the capability; any user then reaches the kernel's own check. */
const unfilteredOrCapable: Weakened = [...unfiltered, 'all-capabilities', 'root-with-host-capabilities'];
/** The capability itself, which is root's in a container. */
const capable: Weakened = ['root-with-host-capabilities', 'unfiltered-root'];
const capableByDefault: Weakened = ['root-with-default-capabilities', ...capable];

const filter = { measures: ['seccomp-default', 'not-privileged', 'no-capabilities'], rows: ['H2'] };
const capabilities = { measures: ['no-capabilities', 'not-privileged', 'non-root'], rows: ['H2', 'G4'] };

/** An address at which nothing can be. */
const NOWHERE = 1;
const AT_FDCWD = -100;

/** System calls by which an attacker changes what the kernel does, or reaches code of it that has had many flaws. */
const specs: readonly CallProbeSpec[] = [
  {
    id: 'bpf',
    title: 'No program can be loaded into the kernel with bpf',
    why: 'The verifier of such programs has been a way into the kernel many times.',
    ...filter,
    weakenedBy: [...unfilteredOrCapable, 'capability-sys-admin'],
    // A size that no version of the call takes.
    calls: [{ call: 'bpf', arguments: [0xffff, 0, 0xff_ffff], reached: 'the kernel answers bpf' }],
    feature: 'bpf',
    hostSwitch: { path: '/proc/sys/kernel/unprivileged_bpf_disabled', refuses: (value) => value > 0 },
  },
  {
    id: 'perf-events',
    title: 'No performance events can be opened',
    why: 'They watch other processes and the kernel itself, and their code has had many flaws.',
    ...filter,
    weakenedBy: [...unfilteredOrCapable, 'capability-sys-admin'],
    calls: [
      {
        call: 'perf_event_open',
        arguments: [NOWHERE, 0, -1, -1, 0xffff],
        reached: 'the kernel answers perf_event_open',
      },
    ],
    feature: 'performance events',
  },
  {
    id: 'userfaultfd',
    title: 'No process can stop the kernel in the middle of a copy with userfaultfd',
    why: 'It makes races in the kernel winnable, which turns small flaws into root.',
    ...filter,
    weakenedBy: unfiltered,
    // Faults of user mode only, which ordinary users may have.
    calls: [
      { call: 'userfaultfd', arguments: [1], reached: 'a process can hold page faults with userfaultfd' },
    ],
    feature: 'userfaultfd',
  },
  {
    id: 'io-uring',
    title: 'No process can use io_uring',
    why: 'It is the part of the kernel with the most escapes from containers, and what it does passes no filter.',
    ...filter,
    weakenedBy: unfiltered,
    calls: [{ call: 'io_uring_setup', arguments: [1, NOWHERE], reached: 'the kernel answers io_uring' }],
    feature: 'io_uring',
    since: [25, 0, 0],
    hostSwitch: { path: '/proc/sys/kernel/io_uring_disabled', refuses: (value) => value > 0 },
  },
  {
    id: 'kernel-crypto-socket',
    title: 'No socket of the kernel’s cryptography can be opened',
    why: 'A flaw in it let any process write into files of the host that it could only read (CVE-2026-31431).',
    ...filter,
    weakenedBy: unfiltered,
    // A type of socket that there is not: the kernel refuses it before it would load the module of the family.
    calls: [
      { call: 'socket', arguments: [38, 15, 0], reached: 'the kernel answers calls for AF_ALG sockets' },
    ],
    since: [29, 4, 2],
  },
  {
    id: 'hypervisor-socket',
    title: 'No socket to the hypervisor can be opened',
    why: 'These sockets belong to no network of a container: they reach the machine that this host runs on.',
    ...filter,
    weakenedBy: unfiltered,
    calls: [
      { call: 'socket', arguments: [40, 15, 0], reached: 'the kernel answers calls for AF_VSOCK sockets' },
    ],
    since: [23, 0, 0],
  },
  {
    id: 'keyrings',
    title: 'The key rings of the kernel are out of reach',
    why: 'They are not separated by container: keys of others on the host may be in them.',
    ...filter,
    weakenedBy: unfiltered,
    calls: [
      { call: 'keyctl', arguments: [0, -3, 0], reached: 'a process finds its key ring in the kernel' },
      {
        call: 'add_key',
        arguments: [{ text: 'user' }, { text: 'clawproof' }, { text: 'x' }, 1, -2],
        reached: 'a process can put keys into the kernel',
      },
    ],
    feature: 'key rings',
  },
  {
    id: 'personality',
    title: 'No process can switch the random layout of memory off',
    why: 'With addresses that are known beforehand, a flaw in a program is easy to use.',
    ...filter,
    weakenedBy: unfiltered,
    calls: [
      {
        call: 'personality',
        arguments: [0x4_0000],
        reached: 'a process can make the addresses of its programs predictable',
      },
    ],
  },
  {
    id: 'obsolete-calls',
    title: 'Old system calls that nobody uses do not reach the kernel',
    why: 'Code that nobody uses is code that nobody mends.',
    ...filter,
    weakenedBy: unfiltered,
    only: 'x64',
    calls: [
      { call: 'sysfs', arguments: [3], reached: 'the kernel answers sysfs' },
      { call: 'ustat', arguments: [-1, 0], reached: 'the kernel answers ustat' },
    ],
    feature: 'old system calls',
  },
  {
    id: 'kernel-module',
    title: 'No module can be loaded into the kernel',
    why: 'A module is the kernel: it belongs to the host, and so does what it does.',
    ...capabilities,
    weakenedBy: capable,
    calls: [
      { call: 'init_module', arguments: [NOWHERE, 0, 0], reached: 'the kernel takes modules' },
      { call: 'finit_module', arguments: [-1, NOWHERE, 0], reached: 'the kernel takes modules' },
    ],
    feature: 'loadable modules',
    builtWith: { file: '/proc/modules' },
    isKnownToFilters: true,
  },
  {
    id: 'kexec',
    title: 'The kernel cannot be replaced',
    why: 'The next kernel of the host would be the one of the attacker.',
    ...capabilities,
    weakenedBy: ['unfiltered-root'],
    // Flags that there are not.
    calls: [
      { call: 'kexec_load', arguments: [0, 0, 0, 0xff00], reached: 'the kernel can be replaced' },
      {
        call: 'kexec_file_load',
        arguments: [-1, -1, 0, 0, 0xff00],
        reached: 'the kernel can be replaced',
      },
    ],
    feature: 'kexec',
    builtWith: { file: '/sys/kernel/kexec_loaded' },
    isKnownToFilters: true,
  },
  {
    id: 'kernel-log',
    title: 'The log of the kernel cannot be read',
    why: 'It holds addresses of the kernel and what happens on the whole host.',
    ...capabilities,
    weakenedBy: capable,
    // How large the log is.
    calls: [{ call: 'syslog', arguments: [10, 0, 0], reached: 'the log of the host’s kernel is readable' }],
  },
  {
    id: 'clock',
    title: 'The clock of the host cannot be set',
    why: 'There is one clock for all: certificates, tokens and logs of the whole host depend on it.',
    ...filter,
    weakenedBy: [...unfilteredOrCapable, 'capability-sys-time'],
    calls: [
      { call: 'settimeofday', arguments: [NOWHERE, 0], reached: 'the kernel answers settimeofday' },
      { call: 'clock_settime', arguments: [0, NOWHERE], reached: 'the kernel answers clock_settime' },
    ],
  },
  {
    id: 'swap',
    title: 'No swap can be added to the host',
    why: 'Memory of every process of the host would be written to a file of the attacker.',
    ...filter,
    weakenedBy: unfiltered,
    calls: [{ call: 'swapon', arguments: [NOWHERE, 0x7f00_0000], reached: 'the kernel answers swapon' }],
    feature: 'swap',
    isKnownToFilters: true,
  },
  {
    id: 'reboot',
    title: 'The host cannot be restarted',
    why: 'One call would end everything that runs on it.',
    ...capabilities,
    weakenedBy: capable,
    // Without its magic numbers the call only says that they are wrong.
    calls: [{ call: 'reboot', arguments: [0, 0, 0, 0], reached: 'the kernel takes orders to restart' }],
  },
  {
    id: 'io-ports',
    title: 'No process can get at the ports of the hardware',
    why: 'Devices of the host would do what the attacker says, memory of all others included.',
    ...filter,
    weakenedBy: unfilteredOrCapable,
    only: 'x64',
    calls: [
      { call: 'iopl', arguments: [4], reached: 'the kernel answers iopl' },
      { call: 'ioperm', arguments: [0x1_0000, 1, 1], reached: 'the kernel answers ioperm' },
    ],
    feature: 'access to the ports of the hardware',
    builtWith: { option: 'CONFIG_X86_IOPL_IOPERM' },
    isKnownToFilters: true,
  },
  {
    id: 'raw-socket',
    title: 'No raw IP packets can be sent or read',
    why: 'With them an attacker forges the addresses of others.',
    ...capabilities,
    weakenedBy: [...capableByDefault, 'root-with-net-raw'],
    calls: [
      { call: 'socket', arguments: [2, 3, 1], reached: 'a raw socket for ICMP was opened' },
      { call: 'socket', arguments: [2, 3, 255], reached: 'a raw socket for forged packets was opened' },
    ],
  },
  {
    id: 'packet-socket',
    title: 'No frames of the network can be read or forged',
    why: 'With them an attacker listens to its neighbours and poses as the router.',
    ...capabilities,
    weakenedBy: [...capableByDefault, 'root-with-net-raw'],
    calls: [{ call: 'socket', arguments: [17, 3, 0x300], reached: 'a packet socket was opened' }],
    feature: 'packet sockets',
  },
  {
    id: 'device-node',
    title: 'No device can be made',
    why: 'A device file of the host’s disk is the host’s disk.',
    ...capabilities,
    weakenedBy: [...capableByDefault, 'root-with-mknod'],
    // 1:3 is /dev/null.
    calls: [
      {
        call: 'mknodat',
        arguments: [AT_FDCWD, { text: '.clawproof-proof-device' }, 0o20_600, 0x103],
        reached: 'a device file was made',
      },
      { call: 'unlinkat', arguments: [AT_FDCWD, { text: '.clawproof-proof-device' }, 0] },
    ],
  },
];

export const surfaceProbes = specs.map(callProbe);
