import type { Attempt, Judgement, Seen } from '../../probe.ts';
import type { ProofTarget } from '../../proof-target.ts';
import type { NameResult } from '../../payload/network/name-attempts.ts';
import type { TcpResult } from '../../payload/network/tcp-attempts.ts';
import type { UdpResult } from '../../payload/network/udp-attempts.ts';
import type { Visits } from '../../payload/network/listener-control.ts';
import { few, fail, pass, unclear } from '../judgement.ts';
import {
  type CanaryFacts,
  isAbsent,
  markerOf,
  type NetworkFacts,
  type NetworkProbe,
  resultOf,
} from './facts.ts';

/** Codes with which something was reached. */
const REACHED = ['connected', 'answered', 'refused'];

/** What differs between the probes that ask whether the gateway's container gets out by itself. */
export interface WayOut {
  id: string;
  title: string;
  why: string;
  /** What arrived, for people: "a TCP connection". */
  what: string;
  weakenedBy: NetworkProbe['weakenedBy'];
  /** Which proof that the canary can be reached counts. */
  proof: keyof CanaryFacts['proved'];
  rows?: readonly string[];
  /** Why it cannot be tried, beyond what holds for all. */
  hindrance?(facts: NetworkFacts): string | undefined;
  tries(canary: CanaryFacts, marker: string, facts: NetworkFacts): readonly Omit<Attempt, 'at'>[];
}

/** A probe that passes when nothing of it arrives at the canary, which ordinary containers reach. */
export function wayOutProbe(way: WayOut): NetworkProbe {
  return {
    id: way.id,
    ring: 'network',
    needs: ['cell'],
    title: way.title,
    why: way.why,
    measures: ['no-direct-egress'],
    rows: way.rows ?? ['G6'],
    expects: 'nothing arrives at a host outside that ordinary containers reach',
    weakenedBy: way.weakenedBy,
    attempts(target, facts) {
      const hindrance = hindranceOf(target, facts) ?? way.hindrance?.(facts);
      if (hindrance !== undefined) return { skipped: hindrance };
      if (isAbsent(facts.canary)) return { skipped: facts.canary.absent };
      if (!facts.canary.proved[way.proof])
        return {
          skipped:
            'not even an ordinary container of this engine reaches the host outside that was set up for this',
        };
      const marker = markerOf(facts, way.id);
      return [
        ...way.tries(facts.canary, marker, facts).map((attempt): Attempt => ({ ...attempt, at: 'cell' })),
        visitsAttempt(facts.canary.control, [marker]),
      ];
    },
    judge: (seen) => judgeWayOut(seen, way.what),
  };
}

/** Why no way out of the gateway is looked for; consistent with the measure `no-direct-egress`. */
export function hindranceOf({ deployment }: ProofTarget, facts: NetworkFacts): string | undefined {
  if (deployment.preset === 'baseline')
    return 'preset baseline leaves the way out open; preset caged closes it';
  if (isAbsent(facts.cell)) return facts.cell.absent;
  return undefined;
}

/** Reads who came to the canary, after everything else. */
export function visitsAttempt(
  control: number,
  markers: readonly string[],
  at: 'outside' | 'host' = 'outside',
): Attempt {
  return { id: 'visits', at, run: 'visits', params: { control, markers }, timeoutMs: 10_000 };
}

type Tried = TcpResult | UdpResult | NameResult;

export function judgeWayOut(seen: Seen, what: string): Judgement {
  const visits = resultOf<Visits>(seen, 'visits');
  if ('unclear' in visits) return unclear(visits.unclear);
  const tried: Tried[] = [];
  for (const id of seen.keys()) {
    if (id === 'visits') continue;
    const result = resultOf<Tried | Tried[]>(seen, id);
    if ('unclear' in result) return unclear(result.unclear);
    tried.push(...[result.value].flat());
  }
  if (tried.length === 0) return unclear('nothing came back of what was tried');
  const arrived = visits.value.visits;
  if (arrived.length > 0)
    return fail(`${what} arrived at a host outside: ${few(unique(arrived.map(placeOf)))}`);
  const reached = tried.filter(({ code }) => REACHED.includes(code));
  if (reached.length > 0)
    return fail(
      `${what} was answered, though not by the host that was meant: ${few(unique(reached.map(nameOf)))}`,
    );
  return pass(`${tried.length} tried, none arrived: ${few(unique(tried.map(({ code }) => code)))}`);
}

function placeOf({ to, port, via, name }: Visits['visits'][number]): string {
  return via.startsWith('dns') ? `a query for ${name ?? 'a name'}` : `${to} port ${port}`;
}

function nameOf(tried: Tried): string {
  return 'name' in tried ? tried.name : `${tried.host} port ${tried.port}`;
}

export function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
