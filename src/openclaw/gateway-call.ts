import { GATEWAY } from '../render/layout.ts';
import type { Read } from './reports.ts';

/** What is written to the program's stdin. The token must stand in no argument. */
export function callInput(token: string, method: string): string {
  return JSON.stringify({ port: GATEWAY.port, token, method });
}

/**
 * A program for the Node of the gateway's own image. It calls one method of the gateway as a program of the gateway's own
 * kind does, which needs no pairing from 127.0.0.1, and prints the answer. OpenClaw's command line would do the same, but
 * only with the token that stands in the file, which the gateway need not know yet; and its start takes seconds.
 */
export const CALL_PROGRAM = `
let input = '';
for await (const chunk of process.stdin) input += chunk;
const { port, token, method } = JSON.parse(input);
const end = (answer) => process.stdout.write(JSON.stringify(answer), () => process.exit(0));
const socket = new WebSocket('ws://127.0.0.1:' + port);
const ask = (id, name, params) => socket.send(JSON.stringify({ type: 'req', id, method: name, params }));
socket.onerror = () => end({ ok: false, reason: 'the gateway does not answer' });
socket.onclose = ({ code, reason }) => end({ ok: false, reason: 'the gateway hung up: ' + code + ' ' + reason });
socket.onmessage = ({ data }) => {
  const frame = JSON.parse(String(data));
  if (frame.event === 'connect.challenge')
    ask('connect', 'connect', {
      minProtocol: 1,
      maxProtocol: 9,
      client: { id: 'gateway-client', version: '1.0.0', platform: 'linux', mode: 'backend' },
      role: 'operator',
      scopes: ['operator.admin', 'operator.pairing', 'operator.read'],
      caps: [],
      auth: { token },
    });
  if (frame.type !== 'res') return;
  if (!frame.ok) end({ ok: false, reason: frame.error?.message ?? 'refused without a word' });
  else if (frame.id === 'connect') ask('call', method, {});
  else if (frame.id === 'call') end({ ok: true, value: frame.payload });
};
`;

/** Reads the stdout of `CALL_PROGRAM`. */
export function readCall(stdout: string): Read<unknown> {
  try {
    const answer = JSON.parse(stdout) as { ok?: unknown; reason?: unknown; value?: unknown };
    return answer.ok === true ? { ok: true, value: answer.value } : { ok: false, reason: String(answer.reason) };
  } catch {
    return { ok: false, reason: stdout.trim() === '' ? 'the answer was empty' : 'the answer was not understood' };
  }
}
