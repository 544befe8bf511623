import type { Attempt, Judgement, Seen } from '../../probe.ts';
import type { GatewayEndpoint, GatewayFacts } from './gateway-facts.ts';

/** A step of the payload's `requests`. */
export type CallStep =
  | {
      times?: number;
      http: { method?: string; path: string; headers?: Record<string, string>; body?: string };
    }
  | {
      times?: number;
      ws: { path?: string; headers?: Record<string, string>; connect?: Record<string, unknown> };
    }
  | { waitMs: number };

/** One answer to a step, as the payload gives it. */
export interface CallAnswer {
  status: number;
  code?: string;
  headers?: Record<string, string>;
  body?: string;
  reply?: { ok: boolean; code?: string; message?: string };
  close?: { code: number; reason: string };
  waited?: number;
  /** Milliseconds since the series began. */
  at?: number;
}

/** Identity that only a proxy may vouch for; a caller who just says so must not be believed. */
export const CLAIMED_IDENTITY = {
  'x-forwarded-for': '203.0.113.9',
  'x-forwarded-proto': 'http',
  'x-forwarded-user': 'admin',
  'x-forwarded-email': 'admin@example.com',
  'remote-user': 'admin',
  'tailscale-user-login': 'admin@example.com',
} as const;

/** A tool that only tells the state of a session. */
const HARMLESS = { tool: 'session_status', args: {} };

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

/** POST /tools/invoke. */
export function invoke(
  headers: Record<string, string> = {},
  { body = HARMLESS, path = '/tools/invoke', times }: { body?: object; path?: string; times?: number } = {},
): CallStep {
  return {
    ...(times === undefined ? {} : { times }),
    http: {
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    },
  };
}

/** A connection of OpenClaw's own command line. */
export function connection(
  auth: Record<string, string>,
  {
    headers = {},
    path = '/',
    times,
  }: { headers?: Record<string, string>; path?: string; times?: number } = {},
): CallStep {
  return {
    ...(times === undefined ? {} : { times }),
    ws: { path, headers, connect: connectParams({ id: 'cli', mode: 'cli', platform: 'linux' }, auth) },
  };
}

/** A connection of the dashboard in a browser. */
export function dashboard(
  auth: Record<string, string>,
  headers: Record<string, string>,
  times?: number,
): CallStep {
  return {
    ...(times === undefined ? {} : { times }),
    ws: {
      headers,
      connect: connectParams({ id: 'openclaw-control-ui', mode: 'webchat', platform: 'web' }, auth),
    },
  };
}

function connectParams(client: object, auth: object): Record<string, unknown> {
  return {
    minProtocol: 1,
    maxProtocol: 99,
    client: { version: '1', ...client },
    role: 'operator',
    scopes: ['operator.read'],
    auth,
  };
}

/** The outermost way in: from the host where something is published, else from a container beside the gateway. */
export function outermost(facts: GatewayFacts): { at: 'host' | 'neighbour'; endpoint: GatewayEndpoint } {
  return facts.entrance === undefined
    ? { at: 'neighbour', endpoint: facts.direct }
    : { at: 'host', endpoint: facts.entrance };
}

/** Steps as an attempt. `alone` gives a source address of its own. */
export function calls(
  id: string,
  { at, endpoint }: { at: 'host' | 'neighbour'; endpoint: GatewayEndpoint },
  steps: readonly CallStep[],
  {
    short = false,
    alone = false,
    timeoutMs = 120_000,
  }: { short?: boolean; alone?: boolean; timeoutMs?: number } = {},
): Attempt {
  const named = steps.map((step) => withHost(step, endpoint.authority));
  return {
    id,
    at,
    run: 'requests',
    params: { host: endpoint.host, port: endpoint.port, steps: named, short },
    timeoutMs,
    ...(alone ? { alone } : {}),
  };
}

/** The same steps from the outermost place and from beside the gateway, where nothing stands before it. */
export function everywhere(
  facts: GatewayFacts,
  steps: readonly CallStep[],
  options: { short?: boolean } = {},
): Attempt[] {
  const outer = outermost(facts);
  const beside = { at: 'neighbour' as const, endpoint: facts.direct };
  return [
    calls('outside', outer, steps, options),
    ...(outer.at === 'neighbour' ? [] : [calls('beside', beside, steps, options)]),
  ];
}

function withHost(step: CallStep, host: string): CallStep {
  if ('http' in step) return { ...step, http: { ...step.http, headers: { host, ...step.http.headers } } };
  if ('ws' in step) return { ...step, ws: { ...step.ws, headers: { host, ...step.ws.headers } } };
  return step;
}

/** Answers of an attempt, or why there are none. */
export function answersOf(seen: Seen, id: string): CallAnswer[] | { state: 'error'; reason: string } {
  const observation = seen.get(id);
  if (observation === undefined) return { state: 'error', reason: `${id}: no answer was seen` };
  if ('error' in observation) return { state: 'error', reason: `${id}: ${observation.error}` };
  const { result } = observation;
  if (!Array.isArray(result) || result.length === 0)
    return { state: 'error', reason: `${id}: no answers were noted` };
  return result as CallAnswer[];
}

/** Answers of several attempts in their order; the first that has none is the judgement. */
export function allAnswers(
  seen: Seen,
  ids: readonly string[],
): { answers: CallAnswer[] } | Extract<Judgement, { state: 'error' }> {
  if (ids.length === 0) return { state: 'error', reason: 'no answer was seen' };
  const all: CallAnswer[] = [];
  for (const id of ids) {
    const answers = answersOf(seen, id);
    if ('state' in answers) return answers;
    all.push(...answers);
  }
  return { answers: all };
}

/** True when the caller was let in. */
export function isIn({ status, reply }: CallAnswer): boolean {
  return reply === undefined ? status >= 200 && status < 300 : reply.ok;
}

/** True when somebody answered and refused. */
export function isRefused({ status, reply, waited }: CallAnswer): boolean {
  if (waited !== undefined) return false;
  return reply === undefined ? status >= 400 && status < 500 : !reply.ok;
}

export function isLockedOut({ status, reply, close }: CallAnswer): boolean {
  return (
    status === 429 ||
    /too many|rate.?limit/i.test(`${reply?.message ?? ''} ${reply?.code ?? ''} ${close?.reason ?? ''}`)
  );
}

/** True when the token was compared with the right one, and is another. What is refused before that gives nobody a try. */
export function isCompared({ status, reply }: CallAnswer): boolean {
  return reply === undefined
    ? status === 401
    : !reply.ok &&
        /mismatch|unauthorized/i.test(reply.message ?? '') &&
        !/too many/i.test(reply.message ?? '');
}

/** What came, in words: "401 ×10, 429 ×2". */
export function tally(answers: readonly CallAnswer[]): string {
  const counts = new Map<string, number>();
  for (const answer of answers) {
    if (answer.waited !== undefined) continue;
    const word = wordOf(answer);
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, count]) => (count === 1 ? word : `${word} ×${count}`)).join(', ');
}

function wordOf(answer: CallAnswer): string {
  const { status, code, reply } = answer;
  if (reply !== undefined)
    return reply.ok
      ? 'connected'
      : isLockedOut(answer)
        ? 'locked out'
        : (reply.message ?? reply.code ?? 'refused').replace(/ \(.*/, '');
  return status === 0 ? (code ?? 'no answer') : String(status);
}

export const NO_TOKEN = {
  skipped: 'the twin asks for no token, or nobody can tell where it has it',
} as const;
