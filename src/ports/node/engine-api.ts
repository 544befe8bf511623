import { Agent, type IncomingMessage, request as requestHttp, type RequestOptions } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AppError } from '../../errors/app-error.ts';
import {
  dockerMissing,
  engineAnswerUnreadable,
  engineCallFailed,
  engineTimeout,
} from '../../errors/engine-errors.ts';
import type {
  EngineAnswer,
  EngineApi,
  EngineConnection,
  EngineEndpoint,
  EngineRequest,
} from '../engine-api.ts';

const DEFAULT_TIMEOUT_MS = 30_000;
/** An engine with thousands of containers answers with some megabytes; more is a fault. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** Connections of one client to an engine that is not on this host: each is a process, over ssh a login. */
const MAX_DIALED = 4;

/** Starts a program whose stdin and stdout are the connection. */
export type Dial = (program: string, args: readonly string[]) => Duplex;

/** Sockets of this host directly, every other endpoint through `docker system dial-stdio`, which knows contexts, keys and ssh. */
export function createNodeEngineApi(dial: Dial): EngineApi {
  return { connect: (endpoint) => connect(endpoint, dial) };
}

function connect(endpoint: EngineEndpoint, dial: Dial): EngineConnection {
  const route = routeTo(endpoint, dial);
  let version: Promise<string> | undefined;
  const ask = async (request: EngineRequest): Promise<EngineAnswer> => {
    version ??= negotiate(route, request).catch((error: unknown) => {
      version = undefined;
      throw error;
    });
    return send(route, { ...request, path: `/v${await version}${request.path}` });
  };
  return { request: ask, close: () => route.agent?.destroy() };
}

/** One of the two: a socket of this host, or a program and what makes connections of it. */
type Route = Pick<RequestOptions, 'socketPath'> & { agent?: Agent; program?: string };

function routeTo({ url, program }: EngineEndpoint, dial: Dial): Route {
  const socketPath = /^unix:\/\/(\/.+)$/.exec(url)?.[1];
  if (socketPath !== undefined) return { socketPath };
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_DIALED });
  // The program finds the endpoint by itself: by the same context and environment that told us of it.
  agent.createConnection = () => dial(program, ['system', 'dial-stdio']);
  return { agent, program };
}

/** The newest version that the engine speaks. */
async function negotiate(route: Route, { action, timeoutMs, signal }: EngineRequest): Promise<string> {
  const request: EngineRequest = {
    action,
    method: 'GET',
    path: '/version',
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(signal === undefined ? {} : { signal }),
  };
  const { body } = await send(route, request);
  const version = /"ApiVersion":\s*"(\d+\.\d+)"/.exec(body)?.[1];
  if (version === undefined) throw engineAnswerUnreadable(action, body);
  return version;
}

function send(route: Route, request: EngineRequest): Promise<EngineAnswer> {
  const { action, method, path, signal, timeoutMs = DEFAULT_TIMEOUT_MS } = request;
  const payload = encode(request.body);
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const fail = (error: Error): void => {
      clearTimeout(timer);
      outgoing.destroy();
      reject(signal?.aborted ? (signal.reason as Error) : error);
    };
    const failed = (error: Error): void => fail(failureOf(route, action, error));
    const outgoing = requestHttp(
      // Without a name the API refuses the request as one of a web page.
      { ...route, method, path, host: 'docker', headers: { host: 'docker', ...payload?.headers }, signal },
      (response) => {
        readBody(response, request.firstBytes).then((body) => {
          clearTimeout(timer);
          resolve({ status: response.statusCode ?? 0, body });
        }, failed);
      },
    );
    const timer =
      timeoutMs === 0 ? undefined : setTimeout(() => fail(engineTimeout(action, timeoutMs)), timeoutMs);
    outgoing.on('error', failed);
    outgoing.end(payload?.bytes);
  });
}

function encode(
  body: EngineRequest['body'],
): { bytes: Uint8Array; headers: Record<string, string> } | undefined {
  if (body === undefined) return undefined;
  const isBytes = body instanceof Uint8Array;
  const bytes = isBytes ? body : Buffer.from(JSON.stringify(body));
  return {
    bytes,
    headers: {
      'content-type': isBytes ? 'application/x-tar' : 'application/json',
      'content-length': String(bytes.byteLength),
    },
  };
}

async function readBody(response: IncomingMessage, firstBytes = Infinity): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('the answer is larger than 64 MiB');
    chunks.push(chunk);
    // Leaving the loop ends the connection.
    if (size >= firstBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, firstBytes).toString('utf8');
}

function failureOf({ program }: Route, action: string, error: Error & { code?: string }): AppError {
  const { code, message } = error;
  if (program !== undefined)
    return code === 'ENOENT'
      ? dockerMissing(program)
      : engineCallFailed(action, 'connection-failed', message);
  if (code === 'EACCES' || code === 'EPERM') return engineCallFailed(action, 'permission-denied', message);
  const isDown = code === 'ENOENT' || code === 'ECONNREFUSED';
  return engineCallFailed(action, isDown ? 'not-running' : 'connection-failed', message);
}
