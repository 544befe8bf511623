import type { LiveDeployment } from './live-deployment.ts';
import { pause } from './wait-for.ts';

const EVERY_MS = 50;
/** So many looks at the health for one call of a tool. */
const CALL_EVERY = 40;

/** A user of the deployment who asks all the time. */
export interface Load {
  /** @returns how many requests were answered as they must, and what the others got */
  stop(): Promise<{ answered: number; failed: string[] }>;
}

/** Asks for the health every 50 ms through the published port, and now and then calls a tool with the right token. */
export function startLoad(live: LiveDeployment): Load {
  const failed: string[] = [];
  const began = performance.now();
  let answered = 0;
  const over = new AbortController();
  const note = (what: string, status: number | null): void => {
    if (status === 200) answered += 1;
    else failed.push(`${what} after ${Math.round(performance.now() - began)} ms: ${status ?? 'no answer'}`);
  };
  const running = (async () => {
    for (let turn = 0; !over.signal.aborted; turn += 1) {
      note('GET /healthz', await live.get('/healthz'));
      if (turn % CALL_EVERY === 0) note('tool call', await live.callTool({ token: live.token() }));
      await pause(EVERY_MS);
    }
  })();
  return {
    async stop() {
      over.abort();
      await running;
      return { answered, failed };
    },
  };
}
