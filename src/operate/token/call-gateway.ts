import { CALL_PROGRAM, callInput, readCall } from '../../openclaw/gateway-call.ts';
import type { Read } from '../../openclaw/reports.ts';
import type { TokenContext } from './current-token.ts';

const CALL_MS = 60_000;

/** Calls a method of the gateway from inside its container, with a token that it holds. The method gets no parameters. */
export async function callGateway(
  { compose }: Pick<TokenContext, 'compose'>,
  token: string,
  method: string,
): Promise<Read<unknown>> {
  const result = await compose.exec('gateway', ['node', '--input-type=module', '--eval', CALL_PROGRAM], {
    timeoutMs: CALL_MS,
    input: callInput(token, method),
  });
  return readCall(result.stdout);
}
