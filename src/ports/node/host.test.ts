import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { createNodeHostPorts } from './host.ts';
import { LineSplitter } from './line-splitter.ts';

const ports = createNodeHostPorts(process);

async function served<T>(
  listener: RequestListener,
  work: (url: string, port: number) => Promise<T>,
): Promise<T> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await work(`http://127.0.0.1:${port}`, port);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('system', () => {
  it('knows itself and other processes', async () => {
    expect(ports.system.isAlive(process.pid)).toBe(true);
    for (const pid of [0, -1, 1.5, 2 ** 30]) expect(ports.system.isAlive(pid)).toBe(false);
    const start = await ports.system.processStart(process.pid);
    expect(start).toMatch(/^[0-9a-f-]{36}:\d+$/);
    expect(await ports.system.processStart(process.pid)).toBe(start);
    expect(await ports.system.processStart(2 ** 30)).toBeNull();
  });

  it('sees a port in use, on the address and through the wildcard', async () => {
    await served(
      () => undefined,
      async (_url, port) => {
        expect(await ports.system.portInUse('127.0.0.1', port)).toEqual({ inUse: true });
        expect(await ports.system.portInUse('0.0.0.0', port)).toEqual({ inUse: true });
      },
    );
    expect((await ports.system.portInUse('192.0.2.1', 1)).reason).toContain('EADDRNOTAVAIL');
  });
});

describe('clock', () => {
  it('sleeps, and stops sleeping with the reason of the abort', async () => {
    const before = ports.clock.monotonicMs();
    await ports.clock.sleep(30);
    expect(ports.clock.monotonicMs() - before).toBeGreaterThanOrEqual(29);
    const controller = new AbortController();
    const asleep = ports.clock.sleep(60_000, controller.signal);
    const reason = new Error('stopped by the test');
    controller.abort(reason);
    await expect(asleep).rejects.toBe(reason);
    await expect(ports.clock.sleep(60_000, controller.signal)).rejects.toBe(reason);
  });
});

describe('random', () => {
  it('gives hex of the asked length, different each time', () => {
    const values = new Set(Array.from({ length: 50 }, () => ports.random.hex(32)));
    expect(values.size).toBe(50);
    for (const value of values) expect(value).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('http', () => {
  it('sends method, headers and body, and follows no redirect', async () => {
    const echo: RequestListener = (request, response) => {
      let body = '';
      request
        .on('data', (chunk) => (body += chunk))
        .on('end', () => {
          response
            .writeHead(302, {
              location: 'http://127.0.0.1:1/',
              'x-seen': `${request.method} ${request.url} ${request.headers['x-test']}`,
            })
            .end(body);
        });
    };
    await served(echo, async (url) => {
      const answer = await ports.http.request(`${url}/a?b=c`, {
        method: 'POST',
        headers: { 'x-test': 'yes' },
        body: 'ü',
      });
      expect(answer).toMatchObject({ status: 302, body: 'ü' });
      expect(answer.headers['x-seen']).toBe('POST /a?b=c yes');
    });
  });

  it('says http-unreachable for a refused connection, silence, a slow drip and a broken answer', async () => {
    const port = await served(
      () => undefined,
      async (_url, free) => free,
    );
    await expect(ports.http.request(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({
      id: 'http-unreachable',
    });
    await served(
      () => undefined,
      async (url) => {
        await expect(ports.http.request(url, { timeoutMs: 100 })).rejects.toThrow('timed out after 0.1 s');
      },
    );
    await served(
      (_request, response) => void setInterval(() => response.write('x'), 20).unref(),
      async (url) => {
        await expect(ports.http.request(url, { timeoutMs: 200 })).rejects.toThrow('timed out');
      },
    );
    await served(
      (_request, response) =>
        response.writeHead(200, { 'content-length': '10' }).write('x', () => response.destroy()),
      async (url) => {
        await expect(ports.http.request(url)).rejects.toMatchObject({ id: 'http-unreachable' });
      },
    );
  });

  it('keeps secrets of a URL out of its errors', async () => {
    const error = await ports.http
      .request('http://user:word1@127.0.0.1:1/path?token=word2#word3')
      .catch((cause: unknown) => cause);
    expect((error as Error).message).toContain('http://127.0.0.1:1/path');
    expect((error as Error).message).not.toMatch(/word\d/);
  });
});

describe('line splitter', () => {
  propertyTest.prop([fc.string({ unit: fc.constantFrom('a', 'ü', '🦞', '\r', '\n') }), fc.array(fc.nat(40))])(
    'does not depend on where chunks are cut',
    (text, cuts) => {
      const bytes = Buffer.from(text);
      const seen: string[] = [];
      const splitter = new LineSplitter((line) => seen.push(line));
      let position = 0;
      for (const cut of cuts) {
        splitter.push(bytes.subarray(position, position + cut));
        position += cut;
      }
      splitter.push(bytes.subarray(position));
      splitter.end();
      const expected = bytes.toString().split('\n');
      if (expected.at(-1) === '') expected.pop();
      expect(seen).toEqual(expected.map((line) => line.replace(/\r$/, '')));
    },
  );
});
