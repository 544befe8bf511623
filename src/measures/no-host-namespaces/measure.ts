import type { Service } from '../../deployment/deployment.ts';
import { fixOf, fixService, remove, type ServiceView } from '../fix-service.ts';
import type { Fix, NoFix } from '../fix.ts';
import { fixHostName } from '../host-name.ts';
import { leaveHostNetwork } from '../host-network.ts';
import { allRoles, eachService, failedPart, failuresAnd, unknownIn } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { weakenGateway } from '../weaken.ts';

const namespaces: [
  key: 'networkMode' | 'pidMode' | 'ipcMode' | 'utsMode' | 'usernsMode' | 'cgroupMode',
  written: string,
  gives: string,
][] = [
  [
    'networkMode',
    'network_mode',
    "it listens on the host's addresses and reaches what trusts the host's loopback",
  ],
  ['pidMode', 'pid', 'it sees, and as the same user ends or reads, the processes of the host'],
  ['ipcMode', 'ipc', 'it reads the shared memory of the host'],
  ['utsMode', 'uts', "it shares the host's name"],
  ['usernsMode', 'userns_mode', "it opts out of the daemon's user namespaces"],
  ['cgroupMode', 'cgroup', 'it sees the control groups of the host and of every other container'],
];

export const measure = defineMeasure({
  id: 'no-host-namespaces',
  title: 'No container shares a namespace with the host or with a foreign container',
  risk: { precondition: 'agent', impact: 'host' },
  rows: ['G2', 'G6'],
  references: {
    cis: ['5.10', '5.16', '5.17', '5.21', '5.31'],
    nist: ['4.4.2', '4.5.5'],
    owasp: ['D5'],
    scanners: [
      'compose-lint CL-0008',
      'compose-lint CL-0010',
      'KICS 071a71ff',
      'KICS baa3890f',
      'KICS 4f31dd9f',
      'KICS 8af7162d',
      'DockSec host-network',
      'docker-bench 5.10',
      'docker-bench 5.16',
      'docker-bench 5.17',
      'docker-bench 5.21',
      'docker-bench 5.31',
      'DockSec host-namespace',
      'kube-linter hostnetwork',
      'kube-linter hostpid',
      'kube-linter hostipc',
      'Kubescape C-0038',
      'Kubescape C-0041',
    ],
  },
  why: "With the host's namespace the container's walls are gone in that direction: its processes, its network or its memory are the host's.",
  check: (deployment) =>
    eachService(deployment, allRoles, (service) =>
      failuresAnd(failures(service), unknownIn(service, ...namespaces.map(([key]) => key))),
    ),
  fix: (failure, context) => fixService(failure, context, (view) => separate(view, failure.key ?? '')),
  weaken: (deployment) => weakenGateway(deployment, () => ({ pidMode: 'host' })),
});

function failures(service: Service): Outcome[] {
  return namespaces.flatMap(([key, written, gives]) => {
    const mode = service[key] ?? '';
    if (mode === 'host') return [failedPart(service, written, `${written} is host: ${gives}`, written)];
    // Two containers of the same file may share a network on purpose; processes and memory are another matter.
    const isForeign = mode.startsWith('container:') && key !== 'networkMode' && service.role !== 'neighbour';
    return isForeign
      ? [failedPart(service, written, `${written} is ${mode}: it shares it with another container`, written)]
      : [];
  });
}

const losses: Record<string, string> = {
  cgroup: 'no longer sees the control groups of the host',
  pid: 'no longer sees processes outside of it',
  ipc: 'no longer shares memory with processes outside of it',
  uts: "no longer has the host's name",
  userns_mode:
    'gets the user namespace of the daemon, and may own other files than before, if the daemon has one',
};

function separate(view: ServiceView, written: string): Fix | NoFix {
  if (written === 'network_mode') return leaveHostNetwork(view);
  return fixOf(
    `Give ${view.name} its own ${written === 'userns_mode' ? 'user' : written} namespace`,
    'unsafe',
    [remove(view.at(written)), ...(written === 'uts' ? fixHostName(view) : [])],
    `${view.name} ${losses[written]}.`,
  );
}
