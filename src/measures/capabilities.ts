/** Capabilities that are as good as root on the host. */
const hostCapabilities = new Set([
  'ALL',
  'SYS_ADMIN',
  'SYS_MODULE',
  'SYS_PTRACE',
  'SYS_RAWIO',
  'SYS_BOOT',
  'DAC_READ_SEARCH',
  'BPF',
  'PERFMON',
  'MAC_ADMIN',
  'MAC_OVERRIDE',
  'SYSLOG',
]);
/** What these reach is the network of the container or the host. */
const networkCapabilities = new Set(['NET_ADMIN', 'NET_RAW', 'NET_BROADCAST']);

/**
 * What an entrypoint uses that starts as root, gives folders to a user and becomes that user; KILL lets the health check,
 * which starts as root as well, end the user's processes. All of them are among the engine's default ones.
 */
export const stepDownCapabilities = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'SETGID', 'SETUID'];

export function isHostCapability(name: string): boolean {
  return hostCapabilities.has(name);
}

export function gradeOf(name: string): string {
  if (hostCapabilities.has(name)) return ': as good as root on the host';
  if (networkCapabilities.has(name)) return ': it can read or forge traffic on its networks';
  return ', and OpenClaw needs none';
}

/** `cap_net_raw` and `NET_RAW` are the same. */
export function plainName(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, '');
}
