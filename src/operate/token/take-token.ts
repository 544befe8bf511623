import { tokenNotTaken, tokenLocked } from '../../errors/token-errors.ts';
import type { TaskHandle } from '../../ports/terminal.ts';
import { containerName, waitUntilReady } from '../up/start.ts';
import { askGateway, askPatiently } from './ask-gateway.ts';
import { callGateway } from './call-gateway.ts';
import type { TokenContext } from './current-token.ts';

/** How the gateway came to the token: it read its secrets anew, was restarted; or does not run at all. */
export type Taken = 'reloaded' | 'restarted' | 'not running';

/** A gateway that the engine has just restarted may need this long until it answers. */
const START_SECONDS = 120;
/** One that has answered and then answers no more is restarted. */
const AGAIN_SECONDS = 5;

interface Pair {
  /** The token that stands in the file. */
  wanted: string;
  /** The token that the gateway may still hold. */
  other: string;
}

/**
 * Makes a running gateway accept the token that stands in its file. It reads its secrets anew without a restart; where
 * that does not help, it is restarted. One that accepts the token already reads them, too: a run that was killed may have
 * asked it to, and it would come to the other token a moment later.
 * @throws AppError `token-not-taken`, `token-locked`, `gateway-not-ready`
 */
export async function takeToken(context: TokenContext, tokens: Pair): Promise<Taken> {
  if (!(await isRunning(context))) return 'not running';
  // Twice: who asks while the gateway is at it shares what that brings, and it may have begun before the file was changed.
  const problem =
    (await reload(context, tokens, START_SECONDS)) && (await reload(context, tokens, AGAIN_SECONDS));
  if (problem === null) return 'reloaded';
  context.ports.progress.note(
    `The gateway did not take the token while it runs (${problem}); it is restarted.`,
  );
  await restart(context);
  const last = await askPatiently(context, tokens.wanted, START_SECONDS);
  if (last === 'locked') throw tokenLocked();
  if (last !== 'accepted') throw tokenNotTaken(last === 'refused' ? 'it refuses it' : 'it does not answer');
  return 'restarted';
}

/** Null when the gateway accepts the wanted token afterwards; else why not. */
async function reload(
  context: TokenContext,
  { wanted, other }: Pair,
  patience: number,
): Promise<string | null> {
  // The one that is probably valid first: a refused token counts towards the lockout.
  const first = await askPatiently(context, other, patience);
  if (first !== 'accepted' && first !== 'refused') return `it is ${first}`;
  const answer = await callGateway(context, first === 'accepted' ? other : wanted, 'secrets.reload');
  if (!answer.ok) return answer.reason;
  return (await askGateway(context, wanted)) === 'accepted' ? null : 'it still refuses it';
}

export async function isRunning({
  docker,
  policy,
}: Pick<TokenContext, 'docker' | 'policy'>): Promise<boolean> {
  const gateway = await docker.inspectContainer(containerName({ policy }, 'gateway'));
  return gateway !== null && (gateway.State.Running || gateway.State.Restarting);
}

/** A start mounts the token's file anew and reads it. A lockout ends with it, too. */
async function restart(context: TokenContext): Promise<void> {
  const { compose, path: folder } = context;
  const silent: TaskHandle = { step: () => undefined, result: () => undefined };
  await compose.restart(['gateway']);
  await waitUntilReady({ ...context, folder }, silent);
}
