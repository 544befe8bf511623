import type { HostileScript } from './script.ts';

/** Version of the gateway's protocol: all that are near, so that the image's own version is met. */
const PROTOCOL = { minProtocol: 1, maxProtocol: 9 };
const CONNECT_RETRY_MS = 500;

interface Frame {
  type?: string;
  id?: string;
  ok?: boolean;
  event?: string;
  payload?: Record<string, unknown>;
  error?: { code?: string; message?: string };
}

/**
 * One turn of the agent, begun as a program beside the gateway begins it: over its WebSocket from 127.0.0.1, with the
 * twin's own credential. @returns "ok", or why it did not come to an end
 */
export async function takeTurn(script: HostileScript, until: AbortSignal): Promise<string> {
  for (;;) {
    const end = await talk(script, until);
    if (end !== 'not ready' || until.aborted) return end;
    await new Promise((resolve) => setTimeout(resolve, CONNECT_RETRY_MS));
  }
}

function talk(script: HostileScript, until: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${script.gatewayPort}`);
    const finish = (end: string): void => {
      resolve(end);
      socket.close();
    };
    until.addEventListener('abort', () => finish('no end in time'), { once: true });
    socket.addEventListener('error', () => finish('not ready'));
    socket.addEventListener('close', ({ code, reason }) => finish(`the gateway hung up: ${code} ${reason}`));
    socket.addEventListener('message', ({ data }) => {
      const frame = JSON.parse(String(data)) as Frame;
      const reply = replyTo(frame, script);
      if (typeof reply === 'string') finish(reply);
      else if (reply !== undefined) socket.send(JSON.stringify({ type: 'req', ...reply }));
    });
  });
}

/** What follows a frame of the gateway: a request, the end of the talk, or nothing. */
function replyTo(frame: Frame, script: HostileScript): object | string | undefined {
  if (frame.event === 'connect.challenge') return { id: 'connect', method: 'connect', params: connection(script) };
  if (frame.type !== 'res') return undefined;
  if (frame.ok !== true)
    return frame.error?.code === 'UNAVAILABLE' ? 'not ready' : (frame.error?.message ?? 'refused without a word');
  if (frame.id === 'connect') return { id: 'turn', method: 'agent', params: turn(script) };
  // Two answers come: that the turn was accepted, and what became of it.
  const status = frame.payload?.['status'];
  return status === 'accepted' ? undefined : String(status ?? 'ended');
}

function connection({ credential }: HostileScript): object {
  return {
    ...PROTOCOL,
    client: { id: 'gateway-client', version: '1.0.0', platform: 'linux', mode: 'backend' },
    role: 'operator',
    scopes: ['operator.admin', 'operator.read', 'operator.write'],
    caps: [],
    ...(credential === undefined ? {} : { auth: credential }),
  };
}

function turn({ message, agent, timeoutMs }: HostileScript): object {
  return {
    message,
    ...(agent === undefined ? {} : { agentId: agent }),
    deliver: false,
    timeout: Math.ceil(timeoutMs / 1000),
    idempotencyKey: message,
  };
}
