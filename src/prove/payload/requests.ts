import { networkInterfaces } from 'node:os';
import { type PlainAnswer, plainRequest, type PlainRequest } from './http/plain-request.ts';
import { webSocket, type WebSocketAnswer, type WebSocketRequest } from './http/web-socket.ts';

/** One thing of a series. `times` repeats it; `#` in a header's value is the number of the repetition. */
export type Step = { times?: number } & (
  | { http: Partial<PlainRequest> & { path: string } }
  | { ws: Partial<WebSocketRequest> }
  | { waitMs: number }
);

/** `at` = milliseconds since the series began, when the answer was there. */
export type StepAnswer = (PlainAnswer | WebSocketAnswer | { waited: number }) & { at: number };

/** Steps one after the other, each on a connection of its own. `short` leaves out headers and bodies of answers. */
async function requests({
  host,
  port,
  steps,
  short = false,
}: {
  host: string;
  port: number;
  steps: readonly Step[];
  short?: boolean;
}): Promise<StepAnswer[]> {
  const begin = Date.now();
  const answers: StepAnswer[] = [];
  const add = (answer: PlainAnswer | WebSocketAnswer | { waited: number }): void =>
    void answers.push({ ...answer, at: Date.now() - begin });
  for (const step of steps)
    for (let turn = 1; turn <= (step.times ?? 1); turn += 1) {
      if ('waitMs' in step) {
        await new Promise((resolve) => setTimeout(resolve, step.waitMs));
        add({ waited: step.waitMs });
      } else if ('http' in step) {
        const { status, code, ...rest } = await plainRequest({
          host,
          port,
          ...step.http,
          headers: numbered(step.http.headers ?? {}, turn),
        });
        add({ status, ...(code === undefined ? {} : { code }), ...(short ? {} : rest) });
      } else
        add(
          await webSocket({
            host,
            port,
            ...step.ws,
            headers: numbered(step.ws.headers ?? {}, turn) as Record<string, string>,
          }),
        );
    }
  return answers;
}

function numbered(
  headers: Readonly<Record<string, string | string[]>>,
  turn: number,
): Record<string, string | string[]> {
  const put = (text: string): string => text.replaceAll('#', String(turn));
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(put) : put(value),
    ]),
  );
}

/** Waits until something answers HTTP. Tries loopback and each own address, so that any way of binding is found. */
async function awaitHttp({
  port,
  host,
  paths = ['/readyz', '/healthz', '/'],
  forMs,
}: {
  port: number;
  /** Absent = of this container. */
  host?: string;
  paths?: readonly string[];
  forMs: number;
}): Promise<
  { host: string; path: string; status: number; afterMs: number } | { host: ''; lastCode: string }
> {
  const begin = Date.now();
  let lastCode = '';
  while (Date.now() - begin < forMs) {
    for (const candidate of host === undefined ? ownAddresses() : [host])
      for (const path of paths) {
        const { status, code = '' } = await plainRequest({ host: candidate, port, path, timeoutMs: 3000 });
        // 503 = it listens and is not ready yet.
        if (status >= 200 && status < 500)
          return { host: candidate, path, status, afterMs: Date.now() - begin };
        lastCode = code === '' ? String(status) : code;
        if (status === 0 || status === 503) break;
      }
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  return { host: '', lastCode };
}

function ownAddresses(): string[] {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return [
    '127.0.0.1',
    ...own.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address),
  ];
}

export const functions = { requests, awaitHttp };
