import type { Attempt, Judgement, Probe } from '../../probe.ts';
import {
  answersOf,
  bearer,
  type CallAnswer,
  calls,
  connection,
  invoke,
  isCompared,
  isIn,
  isLockedOut,
  NO_TOKEN,
  outermost,
  tally,
} from './calls.ts';
import { DEFAULT_ATTEMPTS, type GatewayFacts, LEAST_LOCKOUT_MS, SHORT_LOCKOUT_MS } from './gateway-facts.ts';

/** More than this are no limit, whatever the settings call it. */
const MOST_ATTEMPTS = 20;
/** For the gateway's clock and this one's. */
const SLACK_MS = 700;

const common = {
  ring: 'gateway',
  measures: ['auth-rate-limit'],
  rows: ['H7'],
  why: 'Without a limit a short or leaked-in-part token is found by trying.',
} as const;

/** Wrong tokens that must be enough, and two more. */
function enough({ rateLimit }: GatewayFacts): number {
  return Math.min(rateLimit?.maxAttempts ?? DEFAULT_ATTEMPTS, MOST_ATTEMPTS) + 2;
}

function beside(facts: GatewayFacts): { at: 'neighbour'; endpoint: GatewayFacts['direct'] } {
  return { at: 'neighbour', endpoint: facts.direct };
}

function judgeSeries(
  answers: readonly CallAnswer[],
  how: string,
  /** True where calls may be turned away before anybody looks at their token. */
  mayBeRefused = false,
): Judgement | undefined {
  const tried = answers.filter(({ waited }) => waited === undefined);
  const unanswered = tried.filter(({ status }) => status === 0);
  if (unanswered.length > 0)
    return { state: 'error', reason: `not every call was answered: ${tally(tried)}` };
  if (!mayBeRefused && !tried.some((answer) => isCompared(answer) || isLockedOut(answer)))
    return { state: 'error', reason: `no token was looked at: ${tally(tried)}` };
  // Where a lockout is short and the host slow, it may end within the series.
  const run = longestRun(tried);
  return run >= tried.length || run > MOST_ATTEMPTS
    ? {
        state: 'fail',
        observed: `${run} wrong tokens ${how} were compared without a lockout: ${tally(tried)}`,
      }
    : undefined;
}

/** Most comparisons that followed each other. */
function longestRun(answers: readonly CallAnswer[]): number {
  let [longest, run] = [0, 0];
  for (const answer of answers) {
    run = isCompared(answer) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

/** Milliseconds between the first answer of a lockout and this one. */
function sinceLock(answers: readonly CallAnswer[], { at = 0 }: CallAnswer): number {
  return at - (answers.find(isLockedOut)?.at ?? at);
}

/** A probe of which each attempt is a series of wrong tokens that has to end in a lockout. */
function series(
  probe: Pick<Probe<GatewayFacts>, 'id' | 'title' | 'expects' | 'weakenedBy'> & Partial<Probe<GatewayFacts>>,
  how: string,
  attempts: (facts: GatewayFacts) => readonly Attempt[],
): Probe<GatewayFacts> {
  return {
    ...common,
    ...probe,
    attempts: (_target, facts) => attempts(facts),
    judge: (seen) => {
      const words: string[] = [];
      for (const id of seen.keys()) {
        const answers = answersOf(seen, id);
        if ('state' in answers) return answers;
        const judged = judgeSeries(answers, `${how} (${id})`, true);
        if (judged !== undefined) return judged;
        words.push(`${id}: ${tally(answers)}`);
      }
      return words.length === 0
        ? { state: 'error', reason: 'no series was seen' }
        : { state: 'pass', observed: words.join('; ') };
    },
  };
}

const tenWrong: Probe<GatewayFacts> = {
  ...common,
  id: 'lockout',
  title: 'Wrong tokens lock their source out, and no other',
  expects:
    '429 after the configured number of wrong tokens, also for the right one; another source is let in',
  weakenedBy: ['auth-rate-limit'],
  attempts: (_target, facts) => {
    const { token, decoy } = facts;
    if (token === undefined) return NO_TOKEN;
    const wrong = invoke(bearer(decoy), { times: enough(facts) });
    return [
      calls('source', beside(facts), [wrong, invoke(bearer(token))], { short: true, alone: true }),
      calls('another', beside(facts), [{ waitMs: 1000 }, invoke(bearer(token))], {
        short: true,
        alone: true,
      }),
    ];
  },
  judge: (seen, _target, { rateLimit }) => {
    const source = answersOf(seen, 'source');
    const another = answersOf(seen, 'another');
    if ('state' in source) return source;
    if ('state' in another) return another;
    const judged = judgeSeries(source.slice(0, -1), 'from one source');
    if (judged !== undefined) return judged;
    return judgeRight(source, rateLimit) ?? judgeOther(source, another);
  },
};

/** The right token from a source that is locked out. */
function judgeRight(
  source: readonly CallAnswer[],
  rateLimit: GatewayFacts['rateLimit'],
): Judgement | undefined {
  const right = source.at(-1);
  if (right !== undefined && isLockedOut(right)) return undefined;
  return right !== undefined && sinceLock(source, right) >= (rateLimit?.lockoutMs ?? Infinity)
    ? {
        state: 'error',
        reason: 'the host was too slow: the lockout was over before the right token was sent',
      }
    : { state: 'fail', observed: `the right token was let in during the lockout: ${tally(source)}` };
}

/** The right token from elsewhere at the same time. */
function judgeOther(source: readonly CallAnswer[], another: readonly CallAnswer[]): Judgement {
  const other = another.at(-1) ?? { status: 0 };
  if (isIn(other))
    return { state: 'pass', observed: `${tally(source)}; another source meanwhile: ${tally(another)}` };
  return isLockedOut(other)
    ? { state: 'fail', observed: `wrong tokens of one source locked another one out: ${tally(another)}` }
    : {
        state: 'error',
        reason: `the right token was not let in from another source: ${tally(another)}`,
      };
}

const hundredWrong: Probe<GatewayFacts> = {
  ...common,
  id: 'lockout-hundred',
  title: 'A hundred wrong tokens are as few as ten',
  expects: 'all but the configured number of a hundred wrong tokens are refused unread, with 429',
  weakenedBy: ['auth-rate-limit'],
  attempts: (_target, facts) => [
    calls('source', beside(facts), [invoke(bearer(facts.decoy), { times: 100 })], {
      short: true,
      alone: true,
    }),
  ],
  judge: (seen) => {
    const answers = answersOf(seen, 'source');
    if ('state' in answers) return answers;
    const judged = judgeSeries(answers, 'from one source');
    if (judged !== undefined) return judged;
    return { state: 'pass', observed: tally(answers) };
  },
};

/** Headers in which proxies say who a client is, with another address each time. */
const FORGED: Readonly<Record<string, Record<string, string>>> = {
  'x-forwarded-for': { 'x-forwarded-for': '203.0.113.#' },
  forwarded: { forwarded: 'for=203.0.113.#' },
  'x-real-ip': { 'x-real-ip': '203.0.113.#' },
};

const forged = series(
  {
    id: 'lockout-forged-headers',
    title: 'No header makes a caller somebody else',
    expects: '429 although each call claims another address',
    weakenedBy: ['trusted-proxies', 'auth-rate-limit', 'identity-by-header'],
    measures: ['trusted-proxies', 'auth-rate-limit'],
    rows: ['H7', 'H8'],
    why: 'Who may choose his address has a new set of attempts with each call, and tries without end.',
  },
  'with forged addresses',
  (facts) => {
    const times = enough(facts);
    const outer = outermost(facts);
    const all = Object.assign({}, ...Object.values(FORGED)) as Record<string, string>;
    return [
      ...Object.entries(FORGED).map(([id, headers]) =>
        calls(id, beside(facts), [invoke({ ...bearer(facts.decoy), ...headers }, { times })], {
          short: true,
          alone: true,
        }),
      ),
      ...(outer.at === 'host'
        ? [
            calls(
              'from-the-host',
              outer,
              [
                invoke(
                  {
                    ...bearer(facts.decoy),
                    ...all,
                    'true-client-ip': '203.0.113.#',
                    'cf-connecting-ip': '203.0.113.#',
                  },
                  { times },
                ),
              ],
              { short: true },
            ),
          ]
        : []),
    ];
  },
);

const loopback = series(
  {
    id: 'lockout-loopback',
    title: 'Nobody outside passes for the gateway itself',
    expects: '429 although each call claims to come from 127.0.0.1',
    weakenedBy: ['auth-rate-limit'],
    measures: ['auth-rate-limit', 'trusted-proxies'],
    why: 'Callers on loopback are never locked out; who can claim to be one tries without end.',
  },
  'that claim to come from 127.0.0.1',
  (facts) => {
    const claims: Record<string, Record<string, string>> = {
      'by-host': { host: `localhost:${facts.direct.port}` },
      'by-proxy': {
        'x-forwarded-for': '127.0.0.1',
        forwarded: 'for=127.0.0.1',
        'x-real-ip': '127.0.0.1',
        host: 'localhost',
      },
    };
    const times = enough(facts);
    return Object.entries(claims).map(([id, headers]) =>
      calls(id, beside(facts), [invoke({ ...bearer(facts.decoy), ...headers }, { times })], {
        short: true,
        alone: true,
      }),
    );
  },
);

const webSocket = series(
  {
    id: 'lockout-websocket',
    title: 'Wrong tokens over WebSocket lock out as well',
    expects: 'connections are refused unread after the configured number of wrong tokens',
    weakenedBy: ['auth-rate-limit'],
  },
  'over WebSocket',
  (facts) => [
    calls('source', beside(facts), [connection({ token: facts.decoy }, { times: enough(facts) })], {
      alone: true,
    }),
  ],
);

const browser = series(
  {
    id: 'lockout-browser',
    title: 'Wrong tokens from a page in a browser lock out as well',
    expects: 'connections of the dashboard are refused unread after the configured number of wrong tokens',
    weakenedBy: ['auth-rate-limit'],
  },
  'from a browser',
  (facts) => [
    calls(
      'source',
      beside(facts),
      [
        connection(
          { token: facts.decoy },
          { headers: { origin: facts.origin ?? `http://${facts.direct.authority}` }, times: enough(facts) },
        ),
      ],
      { alone: true },
    ),
  ],
);

const ends: Probe<GatewayFacts> = {
  ...common,
  id: 'lockout-ends',
  title: 'A lockout lasts as long as configured, and ends',
  why: 'One that is over at once stops nobody; one without end shuts the owner out.',
  expects: 'refused until the configured time is over, let in after it; and that time is a minute at least',
  weakenedBy: ['short-lockout', 'auth-rate-limit'],
  attempts: (_target, facts) => {
    const { token, decoy, rateLimit } = facts;
    if (token === undefined) return NO_TOKEN;
    if (rateLimit === undefined || rateLimit.lockoutMs > SHORT_LOCKOUT_MS)
      return { skipped: 'the settings name no lockoutMs, so that the twin has no shorter one to wait for' };
    const half = Math.floor(rateLimit.lockoutMs / 2);
    return [
      calls(
        'source',
        beside(facts),
        [
          invoke(bearer(decoy), { times: enough(facts) }),
          { waitMs: half },
          invoke(bearer(token)),
          { waitMs: rateLimit.lockoutMs - half + SLACK_MS },
          invoke(bearer(token)),
        ],
        { short: true, alone: true },
      ),
    ];
  },
  judge: (seen, _target, { rateLimit, targetLockoutMs = 0 }) => {
    const answers = answersOf(seen, 'source');
    if ('state' in answers) return answers;
    const tried = answers.filter(({ waited }) => waited === undefined);
    const judged = judgeSeries(tried.slice(0, -2), 'from one source');
    if (judged !== undefined) return judged;
    return judgeEnd(tried, rateLimit?.lockoutMs ?? 0, targetLockoutMs);
  },
};

/** @param tried the last two came during the lockout and after it */
function judgeEnd(tried: readonly CallAnswer[], lockoutMs: number, targetMs: number): Judgement {
  const [during = { status: 0 }, after = { status: 0 }] = tried.slice(-2);
  const what = `(${lockoutMs} ms in the twin, ${targetMs} ms configured): ${tally(tried)}`;
  if (targetMs < LEAST_LOCKOUT_MS && isIn(after))
    return { state: 'fail', observed: `the lockout was over after ${lockoutMs} ms` };
  if (isLockedOut(during))
    return isIn(after)
      ? { state: 'pass', observed: `locked out for its time, then let in ${what}` }
      : { state: 'fail', observed: `the lockout did not end ${what}` };
  return sinceLock(tried, during) >= lockoutMs
    ? { state: 'error', reason: 'the host was too slow: the lockout was over before it was looked at' }
    : { state: 'fail', observed: `the lockout was over before its time ${what}` };
}

export const lockoutProbes: readonly Probe<GatewayFacts>[] = [
  tenWrong,
  hundredWrong,
  forged,
  loopback,
  webSocket,
  browser,
  ends,
];
