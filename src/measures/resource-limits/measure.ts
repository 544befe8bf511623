import type { EngineLimit, EngineSettings, Service } from '../../deployment/deployment.ts';
import { failedEngine } from '../dockerfile.ts';
import { fixOf, fixService, type ServiceView } from '../fix-service.ts';
import type { Fix } from '../fix.ts';
import { leastGatewayMemory, mebibyte, memoryFor, setLimit, setMemory, setSwap } from '../limits.ts';
import { eachService, failedPart, failuresOr, field, ownRoles } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { weakenGateway } from '../weaken.ts';

/** One processor: the engine refuses a limit above what the host has, and nobody here knows how many that are. */
const fixedCpus = '1.0';
/** A gateway at rest has 30; a browser starts many more. */
const fixedPids = 512;

export const measure = defineMeasure({
  id: 'resource-limits',
  title: 'Memory, swap, CPU time and processes are limited',
  risk: { precondition: 'agent', impact: 'outage' },
  rows: ['G5', 'H4'],
  references: {
    cis: ['5.11', '5.12', '5.29'],
    nist: ['4.4.3'],
    owasp: ['D7'],
    scanners: [
      'compose-lint CL-0026',
      'KICS bb9ac4f7',
      'KICS 6b610c50',
      'KICS 221e0658',
      'docker-bench 5.11',
      'docker-bench 5.29',
      'docker-bench 5.12',
      'DockSec no-resource-limits',
      'kube-linter unset-memory-requirements',
      'kube-linter unset-cpu-requirements',
      'Kubescape C-0009',
    ],
  },
  why: 'A runaway command or a fork bomb started by the agent takes the whole host down with it.',
  check: (deployment) => [
    ...eachService(deployment, ownRoles, (service) =>
      field(service, 'limits', (limits) => failuresOr(failures(service, limits))),
    ),
    ...ignored(deployment.engine),
  ],
  fix: (failure, context) =>
    failure.key === ENGINE_KEY
      ? { why: ENGINE_WHY }
      : fixService(failure, context, (view) => limit(view, failure.key ?? '')),
  weaken: (deployment) =>
    weakenGateway(deployment, (service) => {
      const { pids: _, ...limits } = service.limits ?? {};
      return { limits };
    }),
});

const ENGINE_KEY = 'engine';
const ENGINE_WHY =
  'No file can change that. A rootless engine enforces limits on a host with cgroup v2 and systemd; the engine of root always does.';

const NAMES: Readonly<Record<EngineLimit, string>> = {
  memory: 'memory',
  cpus: 'CPU time',
  pids: 'processes',
};

/** `docker inspect` shows a limit that the engine took, whether it enforces it or not. */
function ignored(engine: EngineSettings | undefined): Outcome[] {
  const limits = engine?.unenforced ?? [];
  if (engine === undefined || limits.length === 0) return [];
  const names = limits.map((each) => NAMES[each]).join(', ');
  const detail = `the engine takes limits on ${names} and does not enforce them: nothing stops a container there`;
  return [failedEngine(engine, ENGINE_KEY, detail)];
}

function failures(service: Service, limits: NonNullable<Service['limits']>): Outcome[] {
  const { memoryBytes, memorySwapBytes, cpus, pids } = limits;
  const found: Outcome[] = [];
  const path = ['deploy', 'resources', 'limits'];
  if (memoryBytes === undefined) found.push(failedPart(service, 'memory', 'no memory limit', ...path));
  else found.push(...memoryFailures(service, memoryBytes, memorySwapBytes));
  if (cpus === undefined) found.push(failedPart(service, 'cpus', 'no CPU limit', ...path));
  if (pids === undefined)
    found.push(
      failedPart(service, 'pids', 'no limit of processes: a fork bomb stops the host', 'pids_limit'),
    );
  return found;
}

function memoryFailures(service: Service, memory: number, swap: number | undefined): Outcome[] {
  const isOpenClaw = service.role === 'gateway' || service.role === 'cli';
  if (isOpenClaw && memory < leastGatewayMemory) {
    const detail = `a memory limit of ${Math.floor(memory / mebibyte)} MiB kills OpenClaw while it starts; it needs ${leastGatewayMemory / mebibyte} MiB, better 2 GiB`;
    return [failedPart(service, 'memory', detail, 'deploy', 'resources', 'limits', 'memory')];
  }
  const detail = swapProblem(memory, swap);
  return detail === undefined ? [] : [failedPart(service, 'swap', detail, 'memswap_limit')];
}

function swapProblem(memory: number, swap: number | undefined): string | undefined {
  if (swap === undefined) return 'no swap limit: the engine then allows as much swap again as memory';
  if (swap === -1) return 'swap is unlimited, so the memory limit only moves the load to the disk';
  if (swap > memory)
    return 'the swap limit is above the memory limit: a leak makes the host slow instead of ending in a restart';
  return undefined;
}

function limit(view: ServiceView, what: string): Fix {
  const { name } = view;
  if (what === 'memory') {
    const size = `${memoryFor(view).bytes / mebibyte / 1024} GiB`;
    return fixOf(
      `Limit the memory of ${name} to ${size}, and Node's heap to three quarters of it`,
      'safe',
      setMemory(view),
      `A task of ${name} that needs more than ${size} ends it, and it starts anew.`,
    );
  }
  if (what === 'swap') return fixOf(`Give ${name} no swap beyond its memory`, 'safe', setSwap(view));
  return what === 'pids'
    ? fixOf(`Limit ${name} to ${fixedPids} processes`, 'safe', setLimit(view, 'pids', fixedPids))
    : fixOf(
        `Limit ${name} to one processor`,
        'safe',
        setLimit(view, 'cpus', fixedCpus),
        `${name} computes on one processor at most; give it more where the host has them.`,
      );
}
