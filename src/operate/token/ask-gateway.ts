import { isAppError } from '../../errors/app-error.ts';
import type { TokenContext } from './current-token.ts';

/** What the gateway says to a token. `locked` = it listens to nobody for some minutes, after too many wrong ones. */
export type Answer = 'accepted' | 'refused' | 'locked' | 'silent';

const ASK_MS = 15_000;
const RETRY_MS = 500;

/**
 * Asks the gateway on the published port, as a program of the user would. A refused token counts: ten a minute lock out
 * for five minutes.
 */
export async function askGateway({ ports, policy }: TokenContext, token: string): Promise<Answer> {
  try {
    const { status } = await ports.http.request(`http://127.0.0.1:${policy.access.port}/tools/invoke`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ tool: 'sessions_list', args: {} }),
      timeoutMs: ASK_MS,
      signal: ports.signal,
    });
    if (status === 200) return 'accepted';
    if (status === 429) return 'locked';
    return status === 401 ? 'refused' : 'silent';
  } catch (error) {
    ports.signal.throwIfAborted();
    if (!isAppError(error)) throw error;
    return 'silent';
  }
}

/** As `askGateway`, and asks again for some time while nobody answers: a gateway may be starting. */
export async function askPatiently(context: TokenContext, token: string, seconds: number): Promise<Answer> {
  const { clock, signal } = context.ports;
  const until = clock.monotonicMs() + seconds * 1000;
  for (;;) {
    const answer = await askGateway(context, token);
    if (answer !== 'silent' || clock.monotonicMs() >= until) return answer;
    await clock.sleep(RETRY_MS, signal);
  }
}
