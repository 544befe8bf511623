import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { isClientHello, serverName } from './client-hello.ts';
import { GREETING } from './udp-server.ts';
import { markerIn, type Note, plainAddress, type Visit } from './visit.ts';

/** TLS alert 40: no handshake without a certificate. */
const HANDSHAKE_FAILURE = Buffer.from([21, 3, 1, 0, 2, 2, 40]);
/** Longest that is read of what a visitor sends, and that it may take. */
const MOST_BYTES = 4096;
const MOST_MS = 3000;

/**
 * Takes any connection, notes it, and answers HTTP with a page, TLS with a refusal and a line of text with a greeting.
 * Resolves with the port that it got.
 * @param special handles the connections of one port in another way
 */
export async function listenTcp(
  port: number,
  note: Note,
  special?: (socket: Socket) => void,
): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.setTimeout(MOST_MS, () => socket.destroy());
    if (special === undefined) attend(socket, note);
    else special(socket);
  });
  await listen(server, '::', port).catch(() => listen(server, '0.0.0.0', port));
  server.on('error', () => undefined);
  return (server.address() as AddressInfo).port;
}

/** The connection itself is a visit already; what it sends says more. */
function attend(socket: Socket, note: Note): void {
  const visit = note({
    via: 'tcp',
    from: plainAddress(socket.remoteAddress),
    to: plainAddress(socket.localAddress),
    port: socket.localPort ?? 0,
  });
  let held = Buffer.alloc(0);
  let isAnswered = false;
  socket.on('data', (data: Buffer) => {
    held = Buffer.concat([held, data]).subarray(0, MOST_BYTES);
    const understood = isAnswered ? null : understand(held);
    if (understood === null) return;
    isAnswered = true;
    Object.assign(visit, understood.visit);
    socket.end(understood.answer);
  });
}

interface Understood {
  visit: Partial<Visit>;
  answer: string | Buffer;
}

/** Null while more has to come. */
function understand(bytes: Buffer): Understood | null {
  if (isClientHello(bytes)) return understandTls(bytes);
  const text = bytes.toString('latin1');
  const isFull = bytes.length >= MOST_BYTES;
  if (/^[A-Z]+ \S+ HTTP\/1\.[01]\r?\n/.test(text))
    return /\r?\n\r?\n/.test(text) || isFull ? understandHttp(text) : null;
  if (!text.includes('\n') && !isFull) return null;
  return { visit: marked(text), answer: `${GREETING} ${markerIn(text) ?? ''}\n` };
}

function understandTls(bytes: Buffer): Understood | null {
  if (bytes.length < Math.min(MOST_BYTES, 5 + bytes.readUInt16BE(3))) return null;
  const name = serverName(bytes);
  return { visit: { via: 'tls', ...marked(name ?? ''), ...named(name) }, answer: HANDSHAKE_FAILURE };
}

function understandHttp(text: string): Understood {
  const name = /^host: *([^\r\n]+)/im.exec(text)?.[1]?.trim();
  const body = `${GREETING} ${markerIn(text) ?? ''}\n`;
  const head = `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
  return { visit: { via: 'http', ...marked(text), ...named(name) }, answer: head + body };
}

function marked(text: string): Pick<Visit, 'marker'> {
  const marker = markerIn(text);
  return marker === undefined ? {} : { marker };
}

function named(name: string | undefined): Pick<Visit, 'name'> {
  return name === undefined ? {} : { name: name.toLowerCase().slice(0, 253) };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
