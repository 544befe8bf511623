/** Numbers of the system calls that are tried, on x64 and arm64; null = that processor does not have it. */
const numbers = {
  add_key: [248, 217],
  bpf: [321, 280],
  chroot: [161, 51],
  clock_settime: [227, 112],
  clone3: [435, 435],
  clone: [56, 220],
  close: [3, 57],
  finit_module: [313, 273],
  init_module: [175, 105],
  io_uring_setup: [425, 425],
  ioperm: [173, null],
  iopl: [172, null],
  kcmp: [312, 272],
  kexec_file_load: [320, 294],
  kexec_load: [246, 104],
  keyctl: [250, 219],
  mknodat: [259, 33],
  mount: [165, 40],
  open_by_handle_at: [304, 265],
  open_tree: [428, 428],
  openat: [257, 56],
  perf_event_open: [298, 241],
  personality: [135, 92],
  pidfd_getfd: [438, 438],
  pivot_root: [155, 41],
  prctl: [157, 167],
  ptrace: [101, 117],
  quotactl: [179, 60],
  read: [0, 63],
  reboot: [169, 142],
  sendto: [44, 206],
  setns: [308, 268],
  setsockopt: [54, 208],
  settimeofday: [164, 170],
  socket: [41, 198],
  swapon: [167, 224],
  sysfs: [139, null],
  syslog: [103, 116],
  umount2: [166, 39],
  unlinkat: [263, 35],
  unshare: [272, 97],
  userfaultfd: [323, 282],
  ustat: [136, null],
  write: [1, 64],
} as const satisfies Record<string, readonly [x64: number, arm64: number | null]>;

export type SyscallName = keyof typeof numbers;

/** @returns null when that processor does not have the call */
export function syscallNumber(name: SyscallName, arch: 'x64' | 'arm64'): number | null {
  return numbers[name][arch === 'x64' ? 0 : 1];
}
