import { lookAtNetworks } from '../canary/cell.ts';
import { proveCanary } from '../canary/site.ts';
import { type NetworkParts, startParts } from '../canary/start-parts.ts';
import { type JudgedProbe, judgeProbe } from '../judge-probe.ts';
import type { AttemptLine, Observation } from '../payload/protocol.ts';
import { attemptLines, planProbes, type PlannedProbe } from '../plan-probes.ts';
import type { Place } from '../probe.ts';
import type { Part, NetworkFacts, NetworkProbe } from '../probes/network/facts.ts';
import type { Members } from '../probes/network/neighbours.ts';
import type { TwinSpec } from '../proof-target.ts';
import type { Bench, GroupEvents } from './ring-group.ts';

type Observations = Map<string, Observation>;

const SLACK_MS = 5000;

/** Attacks the network around a twin's gateway. Only what the probes need is started. */
export async function runNetworkRing(
  bench: Bench,
  twin: TwinSpec,
  probes: readonly NetworkProbe[],
  events: GroupEvents,
): Promise<JudgedProbe[]> {
  events.step('linking a machine outside');
  const parts = await startParts(bench, twin, new Set(probes.flatMap(({ needs }): readonly Part[] => needs)));
  try {
    const planned = planProbes(probes, twin.target, parts.facts);
    events.step('trying the ways in, out and across');
    const seen = await attempt(bench, twin, parts, planned);
    const judged = planned.map((each) => judgeProbe(each, seen, twin.target, parts.facts));
    return (await isSiteStillThere(bench, parts)) ? judged : judged.map(withoutSite);
  } finally {
    await parts.close();
  }
}

/** False when what an ordinary container reached before is not reached any more: then silence proves nothing. */
async function isSiteStillThere({ lab }: Bench, { site }: NetworkParts): Promise<boolean> {
  if ('absent' in site.canary) return true;
  const { block, proved: before } = site.canary;
  const after = await proveCanary(lab, site.other.container, block);
  return (['tcp', 'udp', 'dns'] as const).every((way) => after[way] || !before[way]);
}

function withoutSite(judged: JudgedProbe): JudgedProbe {
  return judged.state === 'pass'
    ? { ...judged, state: 'error', observed: 'the host outside was not reached any more after the attacks' }
    : judged;
}

/** First what others are compared with, then everything at once, then who came. */
async function attempt(
  { lab }: Bench,
  twin: TwinSpec,
  parts: NetworkParts,
  planned: readonly PlannedProbe<NetworkFacts>[],
): Promise<Observations> {
  const { site, cell } = parts;
  const at = (place: Place): AttemptLine[] => attemptLines(planned, place).shared;
  const containers: [Place, string | undefined][] = [
    ['cell', cell],
    ['outside', 'absent' in site.canary ? undefined : site.canary.container],
    ['host', 'absent' in site.host ? undefined : site.host.container],
    ['neighbour', site.other.container],
    ['egress', site.other.container],
  ];
  const seen: Observations = new Map();
  for (const phase of ['first', 'main', 'last'] as const)
    await Promise.all([
      ...containers.map(async ([place, container]) => {
        const lines = at(place).filter((line) => phaseOf(line) === phase);
        if (container === undefined || lines.length === 0) return;
        for (const [id, observation] of await together(lab, container, lines)) seen.set(id, observation);
      }),
      phase === 'main' ? look(lab, twin, at('engine'), seen) : undefined,
    ]);
  return seen;
}

function phaseOf({ run, params }: AttemptLine): 'first' | 'main' | 'last' {
  if (run !== 'visits') return 'main';
  return params['first'] === true ? 'first' : 'last';
}

/** All attempts of one container at the same time: most of them wait for answers that do not come. */
async function together(
  lab: Bench['lab'],
  container: string,
  lines: readonly AttemptLine[],
): Promise<[string, Observation][]> {
  const timeoutMs = Math.max(...lines.map((line) => line.timeoutMs)) + SLACK_MS;
  const seen = await lab.execAttempts(container, [
    { id: 'all', run: 'together', params: { attempts: lines }, timeoutMs },
  ]);
  const all = seen.get('all');
  if (all === undefined) return [];
  if ('error' in all) return lines.map(({ id }) => [id, all]);
  return Object.entries(all.result as Record<string, Observation>);
}

/** What the engine says itself. */
async function look(
  lab: Bench['lab'],
  twin: TwinSpec,
  lines: readonly AttemptLine[],
  seen: Observations,
): Promise<void> {
  for (const { id, run } of lines) {
    if (run !== 'members') continue;
    const members: Members = (await lookAtNetworks(lab, twin)).map(({ name, neighbours }) => ({
      network: name,
      neighbours,
    }));
    seen.set(id, { result: members });
  }
}
