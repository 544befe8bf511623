import { createHash, randomBytes } from 'node:crypto';
import { request as requestHttp } from 'node:http';
import type { Socket } from 'node:net';

/** A WebSocket with arbitrary headers, and what is said on it. */
export interface WebSocketRequest {
  host: string;
  port: number;
  path?: string;
  headers?: Record<string, string>;
  /** Parameters of OpenClaw's `connect`; nothing is said when absent. */
  connect?: Record<string, unknown>;
  timeoutMs?: number;
}

export interface WebSocketAnswer {
  /** 101 = the socket was opened; 0 = no answer. */
  status: number;
  code?: string;
  /** Answer to `connect`. */
  reply?: { ok: boolean; code?: string; message?: string };
  /** How the other side closed it. */
  close?: { code: number; reason: string };
}

const TIMEOUT_MS = 15_000;
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Opens it, waits for the gateway's first word, asks for a connection and hears the answer. */
export function webSocket(request: WebSocketRequest): Promise<WebSocketAnswer> {
  const { host, port, path = '/', headers = {}, connect, timeoutMs = TIMEOUT_MS } = request;
  const key = randomBytes(16).toString('base64');
  return new Promise((resolve) => {
    const answer: WebSocketAnswer = { status: 0 };
    let socket: Socket | undefined;
    const done = (changes: Partial<WebSocketAnswer> = {}): void => {
      clearTimeout(timer);
      outgoing.destroy();
      socket?.destroy();
      resolve({ ...answer, ...changes });
    };
    const outgoing = requestHttp({
      host,
      port,
      path,
      agent: false,
      setHost: !Object.keys(headers).some((name) => name.toLowerCase() === 'host'),
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': key,
        ...headers,
      },
    });
    const timer = setTimeout(() => done({ code: 'ETIMEDOUT' }), timeoutMs);
    outgoing.on('error', (error: NodeJS.ErrnoException) => done({ code: error.code ?? error.message }));
    outgoing.on('response', (response) => done({ status: response.statusCode ?? 0 }));
    outgoing.on('upgrade', (response, opened: Socket, head: Buffer) => {
      socket = opened;
      answer.status = 101;
      const accepted = createHash('sha1').update(`${key}${GUID}`).digest('base64');
      if (response.headers['sec-websocket-accept'] !== accepted) {
        done({ code: 'no WebSocket' });
        return;
      }
      if (connect === undefined) {
        done();
        return;
      }
      converse(opened, head, connect, answer, done);
    });
    outgoing.end();
  });
}

function converse(
  socket: Socket,
  head: Buffer,
  connect: Record<string, unknown>,
  answer: WebSocketAnswer,
  done: (changes?: Partial<WebSocketAnswer>) => void,
): void {
  let rest = head;
  const read = (chunk: Buffer): void => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const frame = takeFrame(rest);
      if (frame === undefined) return;
      rest = rest.subarray(frame.length);
      if (frame.opcode === 8) {
        done({ close: closeOf(frame.data) });
        return;
      }
      if (frame.opcode !== 1) continue;
      const message = parse(frame.data.toString('utf8'));
      if (message?.['event'] === 'connect.challenge')
        socket.write(textFrame(JSON.stringify({ type: 'req', id: '1', method: 'connect', params: connect })));
      const reply = message?.['type'] === 'res' ? replyOf(message) : undefined;
      if (reply !== undefined) answer.reply = reply;
      // A refusal is followed by the reason for which it is closed.
      if (reply?.ok === true) {
        done();
        return;
      }
    }
  };
  socket.on('data', read);
  socket.on('error', (error: NodeJS.ErrnoException) => done({ code: error.code ?? error.message }));
  socket.on('close', () => done());
  read(Buffer.alloc(0));
}

function replyOf(message: Record<string, unknown>): NonNullable<WebSocketAnswer['reply']> {
  const error = message['error'] as { code?: string; message?: string } | undefined;
  return {
    ok: message['ok'] === true,
    ...(error?.code === undefined ? {} : { code: error.code }),
    ...(error?.message === undefined ? {} : { message: error.message }),
  };
}

function closeOf(data: Buffer): { code: number; reason: string } {
  const code = data.length >= 2 ? data.readUInt16BE(0) : 1005;
  return { code, reason: data.subarray(2).toString('utf8').slice(0, 300) };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** The first whole frame. A server's frames are not masked. */
export function takeFrame(bytes: Buffer): { opcode: number; data: Buffer; length: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes.readUInt8(1) & 0x7f;
  const [start, size] =
    short < 126
      ? [2, short]
      : short === 126
        ? [4, bytes.length < 4 ? Infinity : bytes.readUInt16BE(2)]
        : [10, bytes.length < 10 ? Infinity : Number(bytes.readBigUInt64BE(2))];
  const length = start + size;
  return bytes.length < length
    ? undefined
    : { opcode: bytes.readUInt8(0) & 0x0f, data: bytes.subarray(start, length), length };
}

/** A client's frame: masked, as the protocol demands. */
export function textFrame(text: string): Buffer {
  const data = Buffer.from(text);
  const mask = randomBytes(4);
  const head =
    data.length < 126
      ? Buffer.from([0x81, 0x80 | data.length])
      : Buffer.from([0x81, 0x80 | 126, data.length >> 8, data.length & 0xff]);
  const masked = data.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([head, mask, masked]);
}
