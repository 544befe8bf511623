import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { httpUnreachable } from '../../errors/engine-errors.ts';
import type { Http, HttpResponse } from '../system.ts';

const DEFAULT_TIMEOUT_MS = 10_000;
/** Answers that clawproof asks for are small; more is a fault of the other side. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** Direct requests: no proxy from the environment, no redirects, a new connection each. */
export function createNodeHttp(): Http {
  return {
    request: (url, options = {}) => send(new URL(url), options),
    webSocket: (url, options) => openWebSocket(new URL(url), options),
  };
}

function openWebSocket(url: URL, options: Parameters<Http['webSocket']>[1]): Promise<number> {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    // 16 bytes, as the protocol wants them.
    'sec-websocket-key': Buffer.from(options.key.padEnd(16, '0').slice(0, 16)).toString('base64'),
    origin: url.origin,
  };
  return new Promise((resolve, reject) => {
    const outgoing = requestHttp(url, { headers, agent: false, signal: options.signal });
    const timer = setTimeout(
      () => outgoing.destroy(new Error(`timed out after ${timeoutMs / 1000} s`)),
      timeoutMs,
    );
    const end = (status: number): void => {
      clearTimeout(timer);
      resolve(status);
    };
    outgoing.on('upgrade', (response, socket) => {
      clearTimeout(timer);
      const close = setTimeout(() => socket.destroy(), options.holdMs);
      // What is read is thrown away; an error after the opening only ends it sooner.
      socket.on('error', () => undefined).resume();
      socket.on('close', () => {
        clearTimeout(close);
        end(response.statusCode ?? 0);
      });
    });
    outgoing.on('response', (response) => {
      response.resume();
      end(response.statusCode ?? 0);
    });
    outgoing.on('error', (error) => {
      clearTimeout(timer);
      reject(httpUnreachable(url.href, messageOf(error), error));
    });
    outgoing.end();
  });
}

function send(url: URL, options: NonNullable<Parameters<Http['request']>[1]>): Promise<HttpResponse> {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const fail = (reason: string, cause?: unknown): void => {
      clearTimeout(timer);
      outgoing.destroy();
      reject(httpUnreachable(url.href, reason, cause));
    };
    // A timer over the whole exchange: a socket timeout would start again with every byte.
    const timer = setTimeout(() => fail(`timed out after ${timeoutMs / 1000} s`), timeoutMs);
    const outgoing = request(
      url,
      { method: options.method ?? 'GET', headers: options.headers, agent: false, signal: options.signal },
      (response) => {
        readBody(response, options.maxBytes ?? MAX_BODY_BYTES).then(
          (body) => {
            clearTimeout(timer);
            resolve({ status: response.statusCode ?? 0, headers: flatHeaders(response), body });
          },
          (error: unknown) => fail(messageOf(error), error),
        );
      },
    );
    outgoing.on('error', (error) => fail(messageOf(error), error));
    outgoing.end(options.body);
  });
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes)
      throw new Error(`the answer is larger than ${Math.round(maxBytes / 1024 / 1024)} MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function flatHeaders(response: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

/** Connection errors to a name with several addresses come as an AggregateError without a message. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error && error.message !== '' ? error.message : String(error);
}
