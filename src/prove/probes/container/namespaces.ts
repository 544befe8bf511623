import type { HostView, NAMESPACES } from '../../payload/host-view.ts';
import type { Judgement, Probe, Seen } from '../../probe.ts';
import type { ProofTarget } from '../../proof-target.ts';
import { count, fail, few, judgeResult, pass, skip, unclear } from '../judgement.ts';

type Namespace = (typeof NAMESPACES)[number];

/** Numbers that the kernel gives its first namespaces, those of a host that is no container itself. */
const FIRST: Partial<Record<Namespace, number>> = {
  ipc: 4_026_531_839,
  uts: 4_026_531_838,
  user: 4_026_531_837,
  pid: 4_026_531_836,
  cgroup: 4_026_531_835,
};

interface NamespaceProbe {
  kind: Namespace;
  id: string;
  title: string;
  why: string;
  variants: Probe['weakenedBy'];
  rows: string[];
  /** What is reached in a shared one. */
  reached: (view: HostView) => string;
}

const specs: readonly NamespaceProbe[] = [
  {
    kind: 'pid',
    id: 'own-processes',
    title: 'Processes of the host are not seen',
    why: 'What runs on the host tells what to attack, and a process of the same user can be read and ended.',
    variants: ['no-host-namespaces'],
    rows: ['G2'],
    reached: ({ processes, foreign }) =>
      `it sees ${count(processes, 'process', 'processes')} of the host, such as ${few(foreign.map(({ name }) => name))}`,
  },
  {
    kind: 'ipc',
    id: 'own-shared-memory',
    title: 'Shared memory and message queues of the host are not reached',
    why: 'Programs of the host exchange data there, and what is writable can be changed under their hands.',
    variants: ['host-ipc'],
    rows: ['G2'],
    reached: ({ sharedMemory }) =>
      `it shares memory and message queues with the host (${count(sharedMemory, 'segment')} in use)`,
  },
  {
    kind: 'uts',
    id: 'own-host-name',
    title: 'The name of the host is not shared',
    why: 'With the name of the host goes the way to change it, and to be taken for it in logs and leases.',
    variants: ['host-uts'],
    rows: ['G2'],
    reached: ({ hostname }) => `it has the host's own name, ${hostname}`,
  },
  {
    kind: 'net',
    id: 'own-network',
    title: 'The network of the host is not shared',
    why: 'On the network of the host every service that trusts its loopback answers, and every port can be taken.',
    variants: ['host-network'],
    rows: ['G2', 'G6'],
    reached: ({ interfaces }) => `it has the network of the host: ${few(interfaces, 4)}`,
  },
  {
    kind: 'cgroup',
    id: 'own-control-groups',
    title: 'The tree of control groups of the host is not seen',
    why: 'Its paths tell the ids of containers and what else runs on the host.',
    variants: ['host-cgroups'],
    rows: ['G2'],
    reached: () => 'it sees its place in the control groups of the host',
  },
];

/** For each namespace a probe that compares what a process in the container has with what the host has. */
export const namespaceProbes: readonly Probe[] = specs.map((spec): Probe => ({
  id: spec.id,
  ring: 'container',
  title: spec.title,
  why: spec.why,
  measures: ['no-host-namespaces'],
  rows: spec.rows,
  expects: `the ${spec.kind} namespace is another one than that of the host`,
  weakenedBy: spec.variants,
  attempts: () => [
    { id: 'cell', at: 'cell', run: 'hostView', params: {} },
    { id: 'host', at: 'host', run: 'namespaces', params: {} },
  ],
  judge: (seen, target) => judgeNamespace(spec, seen, target),
}));

function judgeNamespace(spec: NamespaceProbe, seen: Seen, { engine, gateway }: ProofTarget): Judgement {
  const { kind, reached } = spec;
  return judgeResult<HostView>(seen, 'cell', (cell) => {
    const own = cell.namespaces[kind];
    if (own === undefined) return skip(`this kernel does not tell which ${kind} namespace a process has`);
    if (own === FIRST[kind]) return shared();
    return judgeResult<HostView['namespaces']>(seen, 'host', (host) => {
      const other = host[kind];
      if (other === undefined) return unclear(`the ${kind} namespace of the host could not be read`);
      if (own === other) return shared();
      if (kind === 'pid' && cell.foreign.length > 0)
        return fail(`it sees processes of another container: ${few(cell.foreign.map(({ name }) => name))}`);
      return pass(`${kind}:[${own}], and the host has ${kind}:[${other}]`);
    });
    function shared(): Judgement {
      // Engines give no container a view of its own on version 1, unless they are asked to.
      const isDefault = kind === 'cgroup' && engine.cgroup === 1 && gateway.cgroupMode !== 'private';
      return isDefault
        ? skip(
            'with control groups of version 1 the engine shows every container its place in those of the host',
          )
        : fail(reached(cell));
    }
  });
}
