import type { PayloadFunction } from '../protocol.ts';
import { lookAtFiles, plantBaits } from './baits.ts';
import { HostileConversation } from './conversation.ts';
import { GatewayClient } from './gateway-client.ts';
import { listenAsModel } from './model-server.ts';
import type { HostileScript, HostileTurn } from './script.ts';

/** Runs in the network namespace of a twin's gateway: no proxy and no network is between it and the agent. */
export const functions: Readonly<Record<string, PayloadFunction>> = {
  hostileTurn,
  lookAtFiles,
  plantBaits,
  takeNewToken,
};

/** After the turn, for what the calls set going outside of it. */
const ECHO_MS = 6000;
const RELOAD_MS = 15_000;

/** Is the model of one turn of the real agent, and begins that turn. */
async function hostileTurn(script: HostileScript): Promise<HostileTurn> {
  const began = performance.now();
  const until = AbortSignal.timeout(script.timeoutMs);
  const conversation = new HostileConversation(script);
  const beganAt = Date.now();
  const server = await listenAsModel(script.modelPort, script.page, conversation);
  try {
    const client = await GatewayClient.connect(script.gatewayPort, script.credential, until);
    const { other, message, allow } = script;
    if (allow !== undefined) await allowPrograms(client, allow);
    if (other !== undefined) await takeTurn(client, other, until);
    const end = await takeTurn(client, { message }, until);
    await echoes(script, conversation, until);
    const after = await answersTo(client, script.after, until);
    client.close();
    const { calls, offered, heard } = conversation;
    const firstMs = calls[0]?.at ?? 0;
    return { calls, offered, heard, after, end, beganAt, firstMs, ms: Math.round(performance.now() - began) };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** @returns "ok", or why the turn did not come to an end */
async function takeTurn(
  client: GatewayClient,
  { message, sessionKey }: { message: string; sessionKey?: string },
  until: AbortSignal,
): Promise<string> {
  const params = {
    message,
    deliver: false,
    idempotencyKey: message,
    ...(sessionKey === undefined ? {} : { sessionKey }),
  };
  const statusOf = (payload: unknown): string | undefined =>
    (payload as { status?: string } | undefined)?.status;
  // Two answers come: that the turn was accepted, and what became of it.
  const turn = client
    .request('agent', params, (payload) => statusOf(payload) !== 'accepted')
    .then((payload) => statusOf(payload) ?? 'ended');
  return inTime(
    turn.catch((error: unknown) => wordsOf(error)),
    until,
  );
}

/** Waits while calls that were accepted may still be heard of. */
async function echoes(
  { watch, calls }: HostileScript,
  conversation: HostileConversation,
  until: AbortSignal,
): Promise<void> {
  const accepted = watch.filter((word) =>
    conversation.calls.some(
      ({ id, result = '' }) =>
        /accepted|queued|"ok"/.test(result) &&
        JSON.stringify(calls.find((call) => call.id === id)?.arguments).includes(word),
    ),
  );
  const end = performance.now() + ECHO_MS;
  while (!until.aborted && performance.now() < end) {
    if (accepted.every((word) => conversation.heard.includes(word))) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/**
 * Asks a running gateway to read its secrets anew, after another token was put where it reads its own.
 * @returns true when the other one is its token now; false where it has to be started anew for that
 */
async function takeNewToken(params: { port: number; old: string; fresh: string }): Promise<boolean> {
  const until = AbortSignal.timeout(RELOAD_MS);
  try {
    const before = await GatewayClient.connect(params.port, { token: params.old }, until);
    await before.request('secrets.reload', {});
    before.close();
    (await GatewayClient.connect(params.port, { token: params.fresh }, until)).close();
    return true;
  } catch {
    return false;
  }
}

/** As the owner does it who allows a program for good. */
async function allowPrograms(client: GatewayClient, programs: readonly string[]): Promise<void> {
  const { file, hash } = (await client.request('exec.approvals.get', {})) as {
    file: { agents?: Record<string, unknown> };
    hash?: string;
  };
  const allowlist = programs.map((pattern) => ({ pattern }));
  await client.request('exec.approvals.set', {
    file: { ...file, agents: { ...file.agents, main: { allowlist } } },
    ...(hash === undefined ? {} : { baseHash: hash }),
  });
}

async function answersTo(
  client: GatewayClient,
  methods: readonly string[] = [],
  until: AbortSignal,
): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  for (const method of methods) {
    try {
      const answer = await inTime(client.request(method, {}), until);
      if (answer !== LATE) answers[method] = answer;
    } catch {
      // Other versions have other methods; whoever needs the answer says so.
    }
  }
  return answers;
}

const LATE = 'no end in time';

function inTime<Value>(promise: Promise<Value>, until: AbortSignal): Promise<Value | typeof LATE> {
  if (until.aborted) return Promise.resolve(LATE);
  const late = new Promise<typeof LATE>((resolve) => {
    until.addEventListener('abort', () => resolve(LATE), { once: true });
  });
  return Promise.race([promise, late]);
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
