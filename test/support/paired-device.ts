import type { LiveDeployment } from './live-deployment.ts';

/** A device that is paired with the gateway: its key, and the token that it got. */
export interface PairedDevice {
  key: string;
  client: DeviceClient;
  token: string;
}

/** How a program introduces itself; the gateway tells browsers by it. */
export interface DeviceClient {
  id: string;
  mode: string;
}

/** The answer to a try to connect: connected, or the gateway's own code for why not. */
export type ConnectAnswer =
  | { ok: true; token: string | null }
  | { ok: false; code: string; requestId: string };

const SCOPES = ['operator.read'];

/** Pairs a new device as a person does: it asks with the gateway token, and somebody approves it. */
export async function pairDevice(live: LiveDeployment, client: DeviceClient): Promise<PairedDevice> {
  const { key } = await live.inGateway<{ key: string }>(NEW_KEY);
  const asked = await connect(live, { key, client, token: live.token() });
  if (!asked.ok) {
    if (asked.requestId === '') throw new Error(`the gateway let no device in: ${asked.code}`);
    await live.inGateway(APPROVE, JSON.stringify({ token: live.token(), requestId: asked.requestId }));
  }
  const answer = await connect(live, { key, client, token: live.token() });
  if (!answer.ok || answer.token === null)
    throw new Error(`the device is not paired: ${JSON.stringify({ ...answer, token: undefined })}`);
  return { key, client, token: answer.token };
}

/** Connects with the device's own token, or another one. */
export async function connect(live: LiveDeployment, device: PairedDevice): Promise<ConnectAnswer> {
  return live.inGateway<ConnectAnswer>(
    CONNECT,
    JSON.stringify({ ...device, scopes: SCOPES, port: live.port }),
  );
}

const NEW_KEY = `
import { generateKeyPairSync } from 'node:crypto';
const { privateKey } = generateKeyPairSync('ed25519');
console.log(JSON.stringify({ key: privateKey.export({ format: 'pem', type: 'pkcs8' }) }));
`;

const READ_INPUT = `
let input = '';
for await (const chunk of process.stdin) input += chunk;
input = JSON.parse(input);
const end = (answer) => { console.log(JSON.stringify(answer)); process.exit(0); };
`;

/** One connection with a signed device identity, as OpenClaw's protocol wants it (docs/gateway/protocol/handshake.md). */
const CONNECT = `
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
${READ_INPUT}
const { key, client, token, scopes, port } = input;
const privateKey = createPrivateKey(key);
const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
const id = createHash('sha256').update(raw).digest('hex');
const socket = new WebSocket('ws://127.0.0.1:18789', { headers: { origin: 'http://127.0.0.1:' + port } });
socket.onerror = () => end({ ok: false, code: 'no answer', requestId: '' });
socket.onmessage = ({ data }) => {
  const frame = JSON.parse(String(data));
  if (frame.event === 'connect.challenge') {
    const { nonce, ts } = frame.payload;
    const signed = ['v2', id, client.id, client.mode, 'operator', scopes.join(','), String(ts), token, nonce].join('|');
    const signature = sign(null, Buffer.from(signed), privateKey).toString('base64url');
    const device = { id, publicKey: raw.toString('base64url'), signature, signedAt: ts, nonce };
    const version = '1.0.0';
    socket.send(JSON.stringify({ type: 'req', id: 'connect', method: 'connect', params: {
      minProtocol: 1, maxProtocol: 9, client: { ...client, version, platform: 'linux' }, role: 'operator',
      scopes, caps: [], auth: { token }, device,
    } }));
  } else if (frame.type === 'res') {
    if (frame.ok) end({ ok: true, token: frame.payload.auth?.deviceToken ?? null });
    const details = frame.error?.details ?? {};
    end({ ok: false, code: details.code ?? frame.error?.message ?? '', requestId: details.requestId ?? '' });
  }
};
`;

const APPROVE = `
${READ_INPUT}
const socket = new WebSocket('ws://127.0.0.1:18789');
const ask = (id, method, params) => socket.send(JSON.stringify({ type: 'req', id, method, params }));
socket.onmessage = ({ data }) => {
  const frame = JSON.parse(String(data));
  if (frame.event === 'connect.challenge')
    ask('connect', 'connect', {
      minProtocol: 1, maxProtocol: 9, client: { id: 'gateway-client', version: '1.0.0', platform: 'linux', mode: 'backend' },
      role: 'operator', scopes: ['operator.admin', 'operator.pairing'], caps: [], auth: { token: input.token },
    });
  else if (frame.id === 'connect' && frame.ok) ask('approve', 'device.pair.approve', { requestId: input.requestId });
  else if (frame.type === 'res') end({ ok: frame.ok });
};
`;
