import type { PayloadFunction } from '../protocol.ts';
import { HostileConversation } from './conversation.ts';
import { takeTurn } from './gateway-turn.ts';
import { listenAsModel } from './model-server.ts';
import type { HostileScript, HostileTurn } from './script.ts';

/** Runs in the network namespace of a twin's gateway: no proxy and no network is between it and the agent. */
export const functions: Readonly<Record<string, PayloadFunction>> = { hostileTurn };

/** Is the model of one turn of the real agent, and begins that turn. */
async function hostileTurn(script: HostileScript): Promise<HostileTurn> {
  const began = performance.now();
  const conversation = new HostileConversation(script);
  const server = await listenAsModel(script.modelPort, conversation);
  const end = await takeTurn(script, AbortSignal.timeout(script.timeoutMs));
  server.closeAllConnections();
  server.close();
  const { calls, offered, heard } = conversation;
  return { calls, offered, heard, end, ms: Math.round(performance.now() - began) };
}
