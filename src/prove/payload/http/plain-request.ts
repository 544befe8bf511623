import { request as requestHttp } from 'node:http';

/** One HTTP request, with exactly these headers. */
export interface PlainRequest {
  host: string;
  port: number;
  method?: string;
  path: string;
  headers?: Record<string, string | string[]>;
  body?: string;
  timeoutMs?: number;
}

export interface PlainAnswer {
  /** 0 when no answer came. */
  status: number;
  /** Lower case; several of one name joined. */
  headers?: Record<string, string>;
  /** Its beginning. */
  body?: string;
  /** Why there is no answer: ECONNREFUSED, ETIMEDOUT … */
  code?: string;
}

const TIMEOUT_MS = 15_000;
const MOST_BODY = 4000;

/** A refused connection is an answer, too. */
export function plainRequest({
  host,
  port,
  method = 'GET',
  path,
  headers = {},
  body,
  timeoutMs = TIMEOUT_MS,
}: PlainRequest): Promise<PlainAnswer> {
  return new Promise((resolve) => {
    const done = (answer: PlainAnswer): void => {
      clearTimeout(timer);
      outgoing.destroy();
      resolve(answer);
    };
    const failed = (error: NodeJS.ErrnoException): void =>
      done({ status: 0, code: error.code ?? error.message });
    const outgoing = requestHttp(
      {
        host,
        port,
        method,
        path,
        headers: {
          ...headers,
          ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
        },
        agent: false,
        setHost: !Object.keys(headers).some((name) => name.toLowerCase() === 'host'),
      },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        const answer = (): void =>
          done({
            status: response.statusCode ?? 0,
            headers: Object.fromEntries(
              Object.entries(response.headers).map(([name, value]) => [
                name,
                [value ?? ''].flat().join(', '),
              ]),
            ),
            body: Buffer.concat(chunks).toString('utf8').slice(0, MOST_BODY),
          });
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          chunks.push(chunk);
          // The rest of a long answer is not waited for.
          if (size > MOST_BODY) answer();
        });
        response.on('end', answer);
        response.on('error', failed);
      },
    );
    const timer = setTimeout(() => done({ status: 0, code: 'ETIMEDOUT' }), timeoutMs);
    outgoing.on('error', failed);
    outgoing.end(body);
  });
}
