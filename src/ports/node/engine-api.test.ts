import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineConnection, EngineRequest } from '../engine-api.ts';
import { createNodeEngineApi } from './engine-api.ts';
import { dialProgram } from './exec.ts';

let folder = '';
let socket = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawproof-engine-'));
  socket = join(folder, 'engine.sock');
});

afterEach(() => rmSync(folder, { recursive: true }));

interface Heard {
  line: string;
  type: string | undefined;
  host: string | undefined;
  body: Buffer;
}

/** An engine of API 1.41 behind a socket. */
async function served(
  work: (heard: Heard[]) => Promise<void>,
  answer: RequestListener = (_, response) => void response.end('{"ok":true}'),
): Promise<void> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const line = `${request.method} ${request.url}`;
      heard.push({ line, type: request.headers['content-type'], host: request.headers.host, body });
      if (request.url === '/version') response.end('{"Version":"20.10","ApiVersion":"1.41"}');
      else answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  try {
    await work(heard);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const noDial = (): never => {
  throw new Error('a socket of this host needs no program');
};

function direct(): EngineConnection {
  return createNodeEngineApi(noDial).connect({ url: `unix://${socket}`, program: 'docker' });
}

/** A program that connects its stdin and stdout with the socket, as `docker system dial-stdio` does. */
function dialed(
  script = `const s=require('net').connect(${JSON.stringify(socket)});process.stdin.pipe(s).pipe(process.stdout)`,
): { connection: EngineConnection; dials: string[] } {
  const dials: string[] = [];
  const api = createNodeEngineApi((program, args) => {
    dials.push([program, ...args].join(' '));
    return dialProgram({}, process.execPath, ['-e', script]);
  });
  return { connection: api.connect({ url: 'ssh://somewhere', program: 'docker' }), dials };
}

const LIST: EngineRequest = { action: 'list the containers', method: 'GET', path: '/containers/json' };

describe('a socket of this host', () => {
  it('is asked once which API it speaks', async () => {
    await served(async (heard) => {
      const connection = direct();
      expect(await connection.request(LIST)).toEqual({ status: 200, body: '{"ok":true}' });
      await connection.request(LIST);
      expect(heard.map(({ line }) => line)).toEqual([
        'GET /version',
        'GET /v1.41/containers/json',
        'GET /v1.41/containers/json',
      ]);
      expect(heard[0]?.host).toBe('docker');
    });
  });

  it('gets JSON, or an archive', async () => {
    await served(async (heard) => {
      const connection = direct();
      await connection.request({ ...LIST, method: 'POST', body: { Name: 'ä' } });
      await connection.request({ ...LIST, method: 'PUT', body: new Uint8Array([0, 255]) });
      expect(heard[1]).toMatchObject({ type: 'application/json' });
      expect(heard[1]?.body.toString()).toBe('{"Name":"ä"}');
      expect(heard[2]).toMatchObject({ type: 'application/x-tar', body: Buffer.from([0, 255]) });
    });
  });

  it('answers with any status', async () => {
    await served(
      async () => {
        expect(await direct().request(LIST)).toEqual({ status: 404, body: '{"message":"no"}' });
      },
      (_, response) => void response.writeHead(404).end('{"message":"no"}'),
    );
  });

  it('is left when enough of a long answer was read', async () => {
    await served(
      async () => {
        const { body } = await direct().request({ ...LIST, firstBytes: 10 });
        expect(body).toBe('x'.repeat(10));
      },
      (_, response) => void response.write('x'.repeat(100_000)),
    );
  });

  it('that does not answer in time is an error, and one that is not there', async () => {
    await served(
      async () => {
        const late = direct().request({ ...LIST, timeoutMs: 50 });
        await expect(late).rejects.toMatchObject({ id: 'engine-timeout' });
      },
      () => undefined,
    );
    await expect(direct().request(LIST)).rejects.toMatchObject({ id: 'engine-not-running' });
  });

  it('is left with the reason of an abort', async () => {
    const controller = new AbortController();
    const reason = new Error('stopped by the test');
    await served(
      async () => {
        const waiting = direct().request({ ...LIST, signal: controller.signal });
        await expect(waiting).rejects.toBe(reason);
        await expect(direct().request({ ...LIST, signal: controller.signal })).rejects.toBe(reason);
      },
      () => controller.abort(reason),
    );
  });
});

describe('an engine elsewhere', () => {
  it('is reached through the program, with one connection for several requests', async () => {
    await served(async () => {
      const { connection, dials } = dialed();
      for (let count = 0; count < 3; count += 1)
        expect(await connection.request(LIST)).toEqual({ status: 200, body: '{"ok":true}' });
      expect(dials).toEqual(['docker system dial-stdio']);
      connection.close();
    });
  });

  it('that cannot be reached is an error with the last words of the program', async () => {
    const { connection } = dialed('console.error("ssh: no route to host");process.exit(255)');
    await expect(connection.request(LIST)).rejects.toMatchObject({
      id: 'engine-connection-failed',
      message: expect.stringContaining('no route to host') as string,
    });
  });

  it('is an error, too, where there is no such program', async () => {
    const api = createNodeEngineApi((program, args) => dialProgram({}, program, args));
    const connection = api.connect({ url: 'tcp://somewhere:2376', program: join(folder, 'docker') });
    await expect(connection.request(LIST)).rejects.toMatchObject({ id: 'docker-missing' });
  });
});
