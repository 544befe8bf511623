import type { Case, Evidence, Finding } from '../case.ts';
import { lineEvidence } from '../log-lines.ts';
import { type ContainerSeen, type Observations, valueOf } from '../observations.ts';
import { command, megabytes, mend, startLines, timeOf } from './help.ts';

const KILLED = 137;
const ABORTED = 134;
const HEAP = /JavaScript heap out of memory|Reached heap limit/;

/** The kernel ended a process at the memory limit, or Node reached its own. */
export const outOfMemory: Case = {
  id: 'out-of-memory',
  title: 'A container needs more memory than it may have',
  symptom: 'The gateway ends without a word in its log (exit code 137), or with "heap out of memory" (134).',
  looksAt: ['containers', 'gatewayLog'],
  recognise(seen) {
    const containers = valueOf(seen.containers) ?? [];
    return [...containers.flatMap((container) => killed(seen, container)), ...heap(seen, containers)];
  },
};

function killed(seen: Observations, container: ContainerSeen): Finding[] {
  const { inspect, events, name } = container;
  if (inspect === null) return [];
  const { State: state, HostConfig: host } = inspect;
  const evidence: Evidence[] = events
    .filter(({ kind }) => kind === 'oom')
    .slice(-2)
    .map(({ at }) => ({ from: `events of ${name}`, text: `oom at ${timeOf(at)}` }));
  // The engine keeps the mark on a container that came back; then only its events tell when that was.
  if (state.OOMKilled && !state.Running)
    evidence.unshift({
      from: `docker inspect ${name}`,
      text: `State.OOMKilled is true, exit code ${state.ExitCode}, ended ${state.FinishedAt}`,
    });
  if (evidence.length === 0) return [];
  const limit = host.Memory > 0 ? megabytes(host.Memory) : 'that of the host';
  evidence.push({ from: `docker inspect ${name}`, text: `HostConfig.Memory: ${limit}` });
  return [
    {
      cause: `The kernel ended a process of ${name}, because it needed more than the memory limit of ${limit}.`,
      evidence,
      fix: moreMemory(seen, container),
    },
  ];
}

function heap(seen: Observations, containers: readonly ContainerSeen[]): Finding[] {
  const evidence = lineEvidence(startLines(seen), HEAP, 'log of the gateway', 1);
  const gateway = containers.find(({ role }) => role === 'gateway');
  const options = gateway?.inspect?.Config.Env?.find((entry) => entry.startsWith('NODE_OPTIONS='));
  const code = gateway?.inspect?.State.ExitCode;
  if (evidence.length === 0) return [];
  if (code === ABORTED)
    evidence.push({ from: `docker inspect ${gateway?.name}`, text: `exit code ${ABORTED}` });
  if (options !== undefined) evidence.push({ from: `docker inspect ${gateway?.name}`, text: options });
  return [
    {
      cause: "Node reached the largest heap that it may have, and ended itself before the container's limit.",
      evidence,
      fix: mend(
        seen,
        [
          'Raise resources.memory in clawproof.yaml, and leave resources.heap to clawproof; then:',
          command(seen, 'up'),
        ],
        [
          'Set NODE_OPTIONS=--max-old-space-size to about three quarters of the memory limit, which is 2 GiB at least.',
        ],
      ),
    },
  ];
}

function moreMemory(seen: Observations, { role, name }: ContainerSeen): string[] {
  if (role !== 'gateway') return ['See what it was doing:', command(seen, 'logs')];
  return mend(
    seen,
    [
      'Raise resources.memory in clawproof.yaml (OpenClaw needs 2g and more under load), then:',
      command(seen, 'up'),
    ],
    [
      'Give it 2 GiB at least, with a heap of three quarters of that, in the compose file; or at once, until it is made anew:',
      `  docker update --memory 2g --memory-swap 2g ${name}`,
    ],
  );
}

/** True when this end is explained by memory. */
export function isMemoryDeath(code: number, seen: Observations): boolean {
  return (code === KILLED || code === ABORTED) && outOfMemory.recognise(seen).length > 0;
}
