/** Why dockerd did not start, in one line, and what to do about it. */
export interface DaemonProblem {
  reason: string;
  next: string[];
}

const KNOWN: [RegExp, (match: RegExpExecArray) => DaemonProblem][] = [
  [
    /unable to configure the Docker daemon with file ([^\s:]+): (.+)/,
    ([, file, why]) => ({
      reason: `its configuration ${file} is not valid: ${why}`,
      next: [
        `Correct the file, then run the same command again:`,
        `  dockerd --validate --config-file ${file}`,
      ],
    }),
  ],
  [
    /devices cgroup isn't mounted|cgroup mountpoint does not exist|no cgroup mount found|cgroups?:? .*not mounted|failed to mount.*cgroup/i,
    () => ({
      reason: 'control groups are not mounted on this host',
      next: ['Mount them, then run the same command again:', '  mount -t cgroup2 cgroup2 /sys/fs/cgroup'],
    }),
  ],
  [
    /iptables.*(?:executable file )?not found|failed to find iptables/i,
    () => ({
      reason: 'the program iptables is missing',
      next: ['Install it, then run the same command again:', '  apt-get install iptables'],
    }),
  ],
  [
    /iptables failed|Failed to initialize nft|can't initialize iptables|Table does not exist|failed to create NAT chain/i,
    () => ({
      reason: 'the kernel does not offer what iptables needs',
      next: [
        'Try the older interface of the kernel, then run the same command again:',
        '  update-alternatives --set iptables /usr/sbin/iptables-legacy',
        '  modprobe ip_tables iptable_nat',
      ],
    }),
  ],
  [
    /no space left on device/i,
    () => ({
      reason: 'there is no space left where it keeps its data',
      next: ['Free some space, then run the same command again:', '  df -h /var/lib'],
    }),
  ],
  [
    /pid file found|process with PID \d+ is still running/i,
    () => ({
      reason: 'another dockerd is running already and does not answer',
      next: ['See which one, and end it:', '  cat /var/run/docker.pid', '  ps -ef | grep dockerd'],
    }),
  ],
  [
    /error initializing graphdriver|graph ?driver.*not supported|overlay.*(?:no such device|not supported)|driver not supported/i,
    () => ({
      reason:
        'the kernel or the file system below /var/lib/docker does not support the storage driver (overlay2)',
      next: ['Load it, then run the same command again:', '  modprobe overlay'],
    }),
  ],
  [
    /operation not permitted|permission denied/i,
    () => ({
      reason: 'root may not do here what an engine does (an unprivileged container or a sandbox)',
      next: ['Run clawproof on the host itself, or in a virtual machine.'],
    }),
  ],
  [
    /address already in use/i,
    () => ({
      reason: 'something else listens on its socket or address',
      next: ['See what it is, and stop it:', '  ss -lxp | grep docker'],
    }),
  ],
];

/** Finds the reason in the end of dockerd's log; the last lines that report a failure count. */
export function explainDaemonLog(log: string): DaemonProblem {
  const serious = log.split('\n').filter((line) => !/\blevel=(?:debug|info|warning)\b/.test(line));
  const failures = serious
    .map(messageOf)
    .filter((line) => /fail|fatal|error|unable|cannot|can't|isn't|not permitted|denied|no space/i.test(line));
  // dockerd's last words are the cause.
  for (const line of failures.toReversed().slice(0, 3)) {
    for (const [pattern, explain] of KNOWN) {
      const match = pattern.exec(line);
      if (match) return explain(match);
    }
  }
  const last = failures.at(-1) ?? log.trim().split('\n').at(-1) ?? '';
  return { reason: last === '' ? 'it ended without a message' : `it says: ${last.slice(0, 300)}`, next: [] };
}

/** The message of a line such as time="…" level=fatal msg="…"; other lines as they are. */
function messageOf(line: string): string {
  const quoted = /\bmsg="((?:[^"\\]|\\.)*)"(.*)$/.exec(line);
  if (quoted === null) return line.trim();
  const error = /\berror="((?:[^"\\]|\\.)*)"/.exec(quoted[2] ?? '')?.[1];
  return `${quoted[1] ?? ''}${error === undefined ? '' : `: ${error}`}`.replaceAll(/\\(.)/g, '$1');
}
