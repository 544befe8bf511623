import type { Judgement, Probe, Seen } from '../../probe.ts';
import {
  allAnswers,
  bearer,
  type CallStep,
  CLAIMED_IDENTITY,
  connection,
  everywhere,
  invoke,
  isIn,
  isRefused,
  NO_TOKEN,
  tally,
} from './calls.ts';
import type { GatewayFacts } from './gateway-facts.ts';

function judgeEntry(seen: Seen, what: string): Judgement {
  const found = allAnswers(seen, [...seen.keys()]);
  if ('state' in found) return found;
  const { answers } = found;
  const inside = answers.filter(isIn);
  if (inside.length > 0)
    return {
      state: 'fail',
      observed: `${inside.length} of ${answers.length} calls ${what} were let in: ${tally(answers)}`,
    };
  const open = answers.filter((answer) => !isRefused(answer));
  if (open.length > 0) return { state: 'error', reason: `not every call was answered: ${tally(answers)}` };
  return { state: 'pass', observed: `${answers.length} calls ${what} were refused: ${tally(answers)}` };
}

const API = [
  { http: { path: '/v1/models' } },
  {
    http: {
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    },
  },
  {
    http: {
      method: 'POST',
      path: '/v1/responses',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    },
  },
] as const satisfies readonly CallStep[];

/** Answers without their bodies. */
const SHORT = { short: true };

const common = {
  ring: 'gateway',
  measures: ['gateway-token', 'trusted-proxies'],
  weakenedBy: ['identity-by-header'],
} as const;

const noToken: Probe<GatewayFacts> = {
  ...common,
  id: 'no-token',
  title: 'Nobody is let in without a token',
  why: 'Whoever reaches the port controls the agent, with all that it may do.',
  rows: ['H6', 'A1'],
  expects: 'every call without a token is refused, also one that claims to be somebody',
  attempts: (_target, facts) =>
    everywhere(
      facts,
      [
        invoke(),
        invoke(CLAIMED_IDENTITY),
        ...API,
        connection({}),
        connection({}, { headers: CLAIMED_IDENTITY }),
      ],
      SHORT,
    ),
  judge: (seen) => judgeEntry(seen, 'without a token'),
};

const wrongToken: Probe<GatewayFacts> = {
  ...common,
  id: 'wrong-token',
  title: 'A wrong token is no token',
  why: 'A comparison that takes a part for the whole lets in whoever knows a part.',
  rows: ['H6'],
  expects: 'every call with a wrong token is refused',
  attempts: (_target, facts) => {
    const { token, decoy } = facts;
    if (token === undefined) return NO_TOKEN;
    // Few of them: ten are a lockout, and others call from the same place.
    const steps = [
      invoke({ ...bearer(decoy), ...CLAIMED_IDENTITY }),
      invoke(bearer(token.slice(0, -1))),
      invoke(bearer(token.toUpperCase())),
      connection({ token: `${token}0` }, { headers: CLAIMED_IDENTITY }),
    ];
    // A right one in the end clears what was counted.
    return everywhere(facts, token.toUpperCase() === token ? steps.toSpliced(2, 1) : steps, SHORT);
  },
  judge: (seen) => judgeEntry(seen, 'with a wrong token'),
};

const queryToken: Probe<GatewayFacts> = {
  ...common,
  id: 'token-in-query',
  title: 'A token in an address counts for nothing',
  why: 'Addresses end up in logs, histories and Referer headers, and a token that works in them with them.',
  rows: ['H6', 'A3'],
  expects: 'the right token in the query is refused over HTTP and WebSocket',
  attempts: (_target, facts) => {
    const { token } = facts;
    if (token === undefined) return NO_TOKEN;
    const query = `?token=${token}`;
    return everywhere(
      facts,
      [
        invoke(CLAIMED_IDENTITY, { path: `/tools/invoke${query}` }),
        { http: { path: `/v1/models${query}` } },
        connection({}, { path: `/${query}`, headers: CLAIMED_IDENTITY }),
      ],
      SHORT,
    );
  },
  judge: (seen) => judgeEntry(seen, 'with the token in the query'),
};

export const entryProbes: readonly Probe<GatewayFacts>[] = [noToken, wrongToken, queryToken];
