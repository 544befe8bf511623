import { isAppError } from '../../errors/app-error.ts';
import type { Clock, Http, Random } from '../../ports/system.ts';

/** What is asked of the gateway, again and again. None of it changes anything or counts as a failed log-in. */
export const LOAD_KINDS = ['page', 'health', 'ready', 'socket', 'tool'] as const;
export type LoadKind = (typeof LOAD_KINDS)[number];

export interface LoadPlan {
  port: number;
  seconds: number;
  /** Calls at the same time. */
  parallel: number;
  /** Without one, no tools are called. */
  token: string | null;
}

export interface LoadResult {
  requests: Record<LoadKind, number>;
  /** Answers that were not the expected ones: "tool 429" → how often. */
  unexpected: Record<string, number>;
  /** Why it ended before its time. */
  stopped: string | null;
}

interface LoadPorts {
  http: Http;
  clock: Clock;
  random: Random;
  signal: AbortSignal;
}

const TIMEOUT_MS = 20_000;
const HOLD_MS = 1000;

/**
 * Runs the load until its time is over, `mustStop` gives a reason, or the gateway refuses the token: a second wrong one would
 * count towards its lockout.
 */
export async function runLoad(
  ports: LoadPorts,
  plan: LoadPlan,
  mustStop: () => string | null,
): Promise<LoadResult> {
  const result: LoadResult = {
    requests: { page: 0, health: 0, ready: 0, socket: 0, tool: 0 },
    unexpected: {},
    stopped: null,
  };
  const kinds = plan.token === null ? LOAD_KINDS.filter((kind) => kind !== 'tool') : LOAD_KINDS;
  const end = ports.clock.monotonicMs() + plan.seconds * 1000;
  const work = async (worker: number): Promise<void> => {
    for (let turn = worker; ports.clock.monotonicMs() < end; turn += 1) {
      ports.signal.throwIfAborted();
      result.stopped ??= mustStop();
      if (result.stopped !== null) return;
      const kind = kinds[turn % kinds.length] ?? 'health';
      const status = await ask(ports, plan, kind);
      result.requests[kind] += 1;
      if (status === (kind === 'socket' ? 101 : 200)) continue;
      const name = `${kind} ${status ?? 'no answer'}`;
      result.unexpected[name] = (result.unexpected[name] ?? 0) + 1;
      if (status === 401 || status === 429) result.stopped ??= `the gateway answered ${status}`;
      // A gateway that refuses at once is not to be asked without a pause.
      await ports.clock.sleep(200, ports.signal);
    }
  };
  await Promise.all(Array.from({ length: plan.parallel }, (_, worker) => work(worker)));
  return result;
}

/** Status of one call; null = no answer. */
async function ask(
  { http, signal, random }: LoadPorts,
  { port, token }: LoadPlan,
  kind: LoadKind,
): Promise<number | null> {
  const url = `http://127.0.0.1:${port}`;
  const options = { timeoutMs: TIMEOUT_MS, signal };
  try {
    if (kind === 'socket')
      return await http.webSocket(url, { ...options, holdMs: HOLD_MS, key: random.hex(8) });
    if (kind !== 'tool') {
      const path = { page: '/', health: '/healthz', ready: '/readyz' }[kind];
      return (await http.request(`${url}${path}`, options)).status;
    }
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token ?? ''}` };
    const body = JSON.stringify({ tool: 'sessions_list', args: { limit: 1 } });
    return (await http.request(`${url}/tools/invoke`, { ...options, method: 'POST', headers, body })).status;
  } catch (error) {
    signal.throwIfAborted();
    if (isAppError(error)) return null;
    throw error;
  }
}
