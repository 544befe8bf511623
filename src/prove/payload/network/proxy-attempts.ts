import { connect } from 'node:net';
import { codeOf } from './tcp-attempts.ts';
import { afterFair } from './fair-timer.ts';

/** Answer of a proxy. */
export interface ProxyResult {
  request: string;
  /** HTTP status; 0 = none came. */
  status: number;
  /** Why there is no status. */
  code?: string;
  /** Beginning of what came through. */
  text: string;
  ms: number;
}

const DEFAULT_MS = 5000;
const MOST_TEXT = 300;

/**
 * Requests to a proxy, all at once. "CONNECT name:port" asks for a tunnel, anything else ("GET http://…") for a page; a
 * tunnel that opens gets `send` through it.
 */
export async function proxy(params: {
  host: string;
  port: number;
  requests: readonly string[];
  send?: string;
  timeoutMs?: number;
}): Promise<ProxyResult[]> {
  return Promise.all(params.requests.map((request) => askProxy(params, request)));
}

function askProxy(
  { host, port, send = '', timeoutMs = DEFAULT_MS }: Parameters<typeof proxy>[0],
  request: string,
): Promise<ProxyResult> {
  const [method = '', target = ''] = request.split(' ');
  const began = performance.now();
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    let text = '';
    let hasSent = false;
    const end = (code?: string): void => {
      stop();
      socket.destroy();
      const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0);
      const at = text.indexOf('\r\n\r\n');
      const body = at < 0 || status !== 200 ? '' : text.slice(at + 4, at + 4 + MOST_TEXT);
      const ms = Math.round(performance.now() - began);
      resolve({ request, status, text: body, ms, ...(status === 0 ? { code: code ?? 'closed' } : {}) });
    };
    const stop = afterFair(timeoutMs, () => end('timeout'));
    socket.once('error', (error) => end(codeOf(error)));
    socket.once('close', () => end());
    socket.once('connect', () => {
      const authority =
        method === 'CONNECT' ? target : (/^[a-z]+:\/\/(?:[^/@]*@)?([^/]*)/i.exec(target)?.[1] ?? '');
      socket.write(`${method} ${target} HTTP/1.1\r\nHost: ${authority}\r\nConnection: close\r\n\r\n`);
    });
    socket.on('data', (data) => {
      text += data.toString('latin1');
      if (method !== 'CONNECT' || hasSent || !text.includes('\r\n\r\n')) return;
      hasSent = true;
      if (/^HTTP\/1\.[01] 200/.test(text) && send !== '') socket.write(send);
      else end();
    });
  });
}

/** The same requests again and again, for names that lead elsewhere the next time. */
export async function proxyAgain(
  params: Parameters<typeof proxy>[0] & { times: number; everyMs: number },
): Promise<ProxyResult[]> {
  const results: ProxyResult[] = [];
  for (let round = 0; round < params.times; round += 1) {
    if (round > 0) await new Promise((resolve) => setTimeout(resolve, params.everyMs));
    results.push(...(await proxy(params)));
  }
  return results;
}
