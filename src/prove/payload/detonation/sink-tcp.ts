import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { isClientHello, serverName } from '../canary/client-hello.ts';
import { plainAddress } from '../canary/visit.ts';
import { answerFor } from './answers.ts';
import { type Certificate, createCertificate } from './certificates.ts';
import { PROGRAM_PORT, SHELL_WORD } from './record.ts';
import type { Records, Visit } from './records.ts';

/** A visitor who says nothing for so long is asked what only a shell answers. */
const SILENT_MS = 600;
const MOST_MS = 20_000;
const HTTP = /^[A-Z]{3,10} \S+ HTTP\/1\.[01]\r?\n/;
/** Begins like HTTP, or could when more comes. */
const MAYBE_HTTP = /^[A-Z]{1,10}(?: [^\r\n]*)?$/;
const QUESTION = `echo cp-$((6*7))-shell\n`;

/** Takes TCP connections to any address, and understands HTTP, TLS and what a shell says. */
export class SinkTcp {
  readonly #records: Records;
  readonly #authority: Certificate;
  readonly #own: string;
  // Without a host a request says no less.
  readonly #http = createHttpServer({ requireHostHeader: false }, (request, response) =>
    this.#serve(request, response),
  );
  /** Connections whose request did not come yet. */
  readonly #waiting = new WeakMap<object, Visit>();
  readonly #contexts = new Map<string, SecureContext>();
  #served = 0;

  constructor(records: Records, authority: Certificate, own: string) {
    this.#records = records;
    this.#authority = authority;
    this.#own = own;
    this.#http.on('checkExpectation', (request, response) => this.#serve(request, response));
    this.#http.on('clientError', (error: Error & { rawPacket?: Buffer }, socket) => {
      this.#keepBroken(socket as Socket, error.rawPacket);
      socket.destroy();
    });
  }

  /** Resolves with true when it listens, with false when the port or the number of open files does not allow it. */
  listen(port: number): Promise<boolean> {
    const server: Server = createServer((socket) => this.attend(socket));
    return new Promise((resolve) => {
      server.on('error', () => resolve(false));
      server.listen({ host: '0.0.0.0', port, backlog: 32 }, () => resolve(true));
    });
  }

  attend(socket: Socket): void {
    const to = plainAddress(socket.localAddress);
    const port = socket.localPort ?? 0;
    const visit = this.#records.add({ kind: 'tcp', to, port });
    socket.on('error', () => socket.destroy());
    socket.setTimeout(MOST_MS, () => socket.destroy());
    this.#understand(socket, visit);
  }

  #understand(socket: Socket, visit: Visit): void {
    let head = Buffer.alloc(0);
    const ask = setTimeout(() => {
      if (head.length === 0) socket.write(QUESTION);
    }, SILENT_MS);
    const onData = (data: Buffer): void => {
      head = Buffer.concat([head, data]);
      const start = head.subarray(0, 8192).toString('latin1');
      if (isClientHello(head)) {
        if (head.length < Math.min(16_389, 5 + head.readUInt16BE(3))) return;
        this.#handOver(socket, head, onData, ask);
        this.#secure(socket, visit, serverName(head));
      } else if (HTTP.test(start)) {
        this.#handOver(socket, head, onData, ask);
        // What becomes no request, such as CONNECT or a broken head, stays as what it is.
        visit.take(head);
        visit.done();
        this.#waiting.set(socket, visit);
        this.#http.emit('connection', socket);
      } else if (!MAYBE_HTTP.test(start) || head.length > 4096) {
        this.#handOver(socket, head, onData, ask);
        this.#raw(socket, visit);
      }
    };
    socket.on('data', onData);
    // What looked like the start of a request and was all that came, also when it was broken off.
    const finish = (): void => {
      clearTimeout(ask);
      if (visit.record.bytes === 0 && visit.record.kind === 'tcp') visit.take(head);
      visit.done();
    };
    socket.once('close', finish);
    socket.once('end', finish);
  }

  #handOver(socket: Socket, head: Buffer, listener: (data: Buffer) => void, ask: NodeJS.Timeout): void {
    clearTimeout(ask);
    socket.off('data', listener);
    socket.pause();
    socket.unshift(head);
    // Whoever takes over listens by then.
    process.nextTick(() => socket.resume());
  }

  /** A head that nobody understands may carry something nevertheless. */
  #keepBroken(socket: Socket, packet: Buffer | undefined): void {
    if (packet === undefined) return;
    const [to, port] = [plainAddress(socket.localAddress), socket.localPort ?? 0];
    const visit = this.#waiting.get(socket) ?? this.#records.add({ kind: 'tcp', to, port });
    // The first piece is there already.
    if (!visit.sample().equals(packet)) visit.take(packet);
    visit.done();
  }

  /** The request says more than the connection. */
  #forget({ record }: Visit): void {
    const index = this.#records.all.lastIndexOf(record);
    if (index >= 0) this.#records.all.splice(index, 1);
  }

  #secure(socket: Socket, visit: Visit, name: string | undefined): void {
    const { record } = visit;
    record.kind = 'tls';
    if (name !== undefined) record.name = name.toLowerCase();
    const secured = new TLSSocket(socket, {
      isServer: true,
      secureContext: this.#contextFor(name ?? record.to),
    });
    secured.on('error', () => socket.destroy());
    secured.once('secure', () => {
      this.#forget(visit);
      const inner = this.#records.add({
        kind: 'tcp',
        to: record.to,
        port: record.port,
        secure: true,
        ...(name === undefined ? {} : { name: name.toLowerCase() }),
      });
      this.#understand(secured, inner);
    });
  }

  #contextFor(name: string): SecureContext {
    const known = this.#contexts.get(name);
    if (known !== undefined) return known;
    const { certificate, key } = createCertificate(this.#authority, name, Date.now());
    const context = createSecureContext({ cert: certificate, key });
    if (this.#contexts.size < 1000) this.#contexts.set(name, context);
    return context;
  }

  /** Whoever speaks no protocol that is known here may be a shell that says something first. */
  #raw(socket: Socket, visit: Visit): void {
    const ask = setTimeout(() => socket.write(QUESTION), SILENT_MS);
    socket.once('close', () => clearTimeout(ask));
    socket.on('data', (data: Buffer) => {
      visit.take(data);
      visit.done();
      if (!visit.sample().includes(SHELL_WORD)) return;
      visit.record.kind = 'shell';
      socket.end('exit\n');
    });
    socket.on('end', () => socket.end());
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const waiting = this.#waiting.get(socket);
    if (waiting !== undefined) this.#forget(waiting);
    this.#waiting.delete(socket);
    const [to, port] = [plainAddress(socket.localAddress), socket.localPort ?? 0];
    if (port === PROGRAM_PORT && to === this.#own) {
      this.#program(request, response);
      return;
    }
    const host = request.headers.host?.replace(/:\d+$/, '').toLowerCase();
    this.#served += 1;
    const visit = this.#records.add({
      kind: 'http',
      to,
      port,
      secure: socket instanceof TLSSocket,
      text: `${request.method ?? ''} ${request.url ?? ''}`.slice(0, 4000),
      ...(host === undefined ? {} : { name: host.slice(0, 253) }),
      served: this.#served,
    });
    visit.take(Buffer.from(`${headText(request)}\r\n`));
    const answer = answerFor(request.url ?? '/', this.#served);
    request.on('data', (data: Buffer) => visit.take(data));
    // Also what was cut off says something.
    request.on('close', () => visit.done());
    request.on('end', () => {
      visit.done();
      response.writeHead(200, { 'content-type': answer.type, connection: 'close' });
      response.end(request.method === 'HEAD' ? undefined : answer.body);
    });
  }

  #program(request: IncomingMessage, response: ServerResponse): void {
    const [, name = '', ...words] = decoded(request.url ?? '').split('\u0000');
    const visit = this.#records.add({ kind: 'program', to: '', port: 0, name, text: words.join(' ') });
    request.on('data', (data: Buffer) => visit.take(data));
    request.on('end', () => {
      visit.done();
      response.end();
    });
  }
}

/** As it is where it cannot be decoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function headText({ method, url, httpVersion, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
  return lines.join('\r\n');
}
