import { look, type LookContext, readTargetSecrets } from '../looks/gateway-looks.ts';
import { judgeProbe, type JudgedProbe } from '../judge-probe.ts';
import type { AttemptLine, Observation } from '../payload/protocol.ts';
import { attemptLine, type PlannedProbe, planProbes } from '../plan-probes.ts';
import type { GatewayFacts } from '../probes/gateway/gateway-facts.ts';
import {
  answersOf,
  bearer,
  type CallAnswer,
  CLAIMED_IDENTITY,
  invoke,
  isIn,
} from '../probes/gateway/calls.ts';
import type { Probe } from '../probe.ts';
import type { TwinSpec } from '../proof-target.ts';
import type { RunningStack } from '../stack/running-stack.ts';
import { gatewayFacts, isShort } from './gateway-facts.ts';
import type { Bench, GroupEvents } from './ring-group.ts';

/** Containers that take turns in being locked out, where a lockout is short. */
const SOURCES = 3;
const PAUSE_SLACK_MS = 300;

/** True when one of these probes has to speak to a gateway that runs. */
export function needsStack(probes: readonly Pick<Probe, 'id'>[]): boolean {
  return probes.some(({ id }) => !['secrets-in-inspect', 'token-strength', 'token-reuse'].includes(id));
}

export { shortLockout } from './gateway-facts.ts';

/**
 * Attacks a gateway that runs, and judges what happened. Probes that need none work without a stack.
 * The stack is left with another token when the rotation is among the probes, which comes last.
 */
export async function runGatewayRing(
  { lab }: Pick<Bench, 'lab'>,
  spec: TwinSpec,
  stack: RunningStack | undefined,
  probes: readonly Probe<GatewayFacts>[],
  events: GroupEvents,
): Promise<JudgedProbe[]> {
  const facts = gatewayFacts(spec, stack, lab.context.ports.random);
  const planned = planProbes(probes, spec.target, facts);
  const observations = new Map<string, Observation>();
  const secrets = await readTargetSecrets(spec, lab.context);
  const sent = { ...facts.secrets, 'a token that a caller sent': facts.decoy };
  if (stack !== undefined) {
    events.step('calling the gateway');
    await callGateway(planned, stack, facts, observations);
    events.step('searching for secrets');
    await note(
      observations,
      linesAt(planned, 'stack', ({ run }) => run !== 'rotateToken'),
      (lines) => stack.inside(lines),
    );
  }
  const context: LookContext = { lab, spec, sent, ...(stack === undefined ? {} : { stack }) };
  for (const line of linesAt(planned, 'engine'))
    observations.set(line.id, await look(line.run, context, secrets));
  const rotation = linesAt(planned, 'stack', ({ run }) => run === 'rotateToken')[0];
  const tokens = [facts.token, facts.decoy, ...Object.values(facts.secrets)];
  if (stack !== undefined && rotation !== undefined) {
    events.step('changing the token');
    const fresh = lab.context.ports.random.hex(32);
    tokens.push(fresh);
    observations.set(rotation.id, await rotate(stack, facts, fresh));
  }
  const hidden = [
    ...tokens.filter((text) => text !== undefined),
    ...(secrets.token === undefined ? [] : [secrets.token.value]),
  ];
  return planned.map((each) => judgeProbe(each, observations, spec.target, facts, hidden));
}

/** All places at once: none of them shares a source address with another, but the last of the host's attempts. */
async function callGateway(
  planned: readonly PlannedProbe<GatewayFacts>[],
  stack: RunningStack,
  facts: GatewayFacts,
  observations: Map<string, Observation>,
): Promise<void> {
  const alone = linesAt(planned, 'neighbour', ({ alone: own }) => own === true);
  const short = isShort(facts.rateLimit);
  const groups = short
    ? Array.from({ length: Math.min(SOURCES, alone.length) }, (_, index) => ({
        index: index + 1,
        lines: alone
          .filter((_line, place) => place % SOURCES === index)
          .flatMap((line) => [line, pause(facts, facts.direct, line.id)]),
      }))
    : alone.map((line) => ({ index: stack.nextCaller(), lines: [line] }));
  // The host has one address, and neighbours who lock nothing out share one.
  const host = linesAt(planned, 'host');
  const shared = linesAt(planned, 'neighbour', ({ alone: own }) => own !== true);
  const cleared = (lines: AttemptLine[], endpoint: GatewayFacts['direct']): AttemptLine[] =>
    short && lines.length > 0 ? [...lines, pause(facts, endpoint, 'last')] : lines;
  await Promise.all([
    note(observations, cleared(host, facts.entrance ?? facts.direct), (lines) => stack.fromHost(lines)),
    note(observations, cleared(shared, facts.direct), (lines) => stack.fromNeighbour(0, lines)),
    ...groups.map(({ index, lines }) =>
      note(observations, lines, (each) => stack.fromNeighbour(index, each)),
    ),
  ]);
}

/**
 * Waits until a lockout is over, and clears with the right token what was counted: the next attempts come from the same
 * address, perhaps with other settings.
 */
function pause(
  { rateLimit, token }: GatewayFacts,
  { host, port, authority }: GatewayFacts['direct'],
  id: string,
): AttemptLine {
  const waitMs = (rateLimit?.lockoutMs ?? 0) + PAUSE_SLACK_MS;
  const clear = token === undefined ? [] : [invoke({ ...bearer(token), host: authority })];
  const params = { host, port, steps: [{ waitMs }, ...clear], short: true };
  return { id: `${id}/pause`, run: 'requests', params, timeoutMs: waitMs + 20_000 };
}

function linesAt(
  planned: readonly PlannedProbe<GatewayFacts>[],
  place: string,
  filter: (attempt: PlannedProbe<GatewayFacts>['attempts'][number]) => boolean = () => true,
): AttemptLine[] {
  return planned.flatMap(({ probe, attempts }) =>
    attempts
      .filter((attempt) => attempt.at === place && filter(attempt))
      .map((attempt) => attemptLine(probe, attempt)),
  );
}

async function note(
  observations: Map<string, Observation>,
  lines: readonly AttemptLine[],
  run: (lines: readonly AttemptLine[]) => Promise<Map<string, Observation>>,
): Promise<void> {
  if (lines.length === 0) return;
  for (const [id, observation] of await run(lines)) observations.set(id, observation);
}

/** The old token before; then the old and the new one after the gateway has started anew. */
async function rotate(
  stack: RunningStack,
  { token = '', direct }: GatewayFacts,
  fresh: string,
): Promise<Observation> {
  const ask = async (...tokens: string[]): Promise<CallAnswer[]> => {
    const host = { host: direct.authority };
    // Where a header says who a caller is, a token is nothing without one; elsewhere it is nothing with one.
    const steps = tokens.flatMap((each) => [
      invoke({ ...bearer(each), ...host }),
      invoke({ ...bearer(each), ...host, ...CLAIMED_IDENTITY }),
    ]);
    const params = { host: direct.host, port: direct.port, steps, short: true };
    const line = { id: 'ask', run: 'requests', params, timeoutMs: 60_000 };
    const answers = answersOf(await stack.fromNeighbour(0, [line]), 'ask');
    return 'state' in answers
      ? []
      : tokens.flatMap((_, index) => {
          const [plain, claimed] = [answers[2 * index], answers[2 * index + 1]];
          const chosen = claimed !== undefined && isIn(claimed) ? claimed : plain;
          return chosen === undefined ? [] : [chosen];
        });
  };
  const before = await ask(token);
  await stack.rotate(fresh);
  return { result: [...before, ...(await ask(token, fresh))] };
}
