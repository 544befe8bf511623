import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { afterFair } from './fair-timer.ts';
import { tcp } from './tcp-attempts.ts';

function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

async function listening(): Promise<{ port: number; close: () => void }> {
  const server = createServer((socket) => socket.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

test('a connection that stands is seen, however long the process could not run', async () => {
  const { port, close } = await listening();
  const tried = tcp({ targets: [{ host: '127.0.0.1', port }], send: 'x', timeoutMs: 300 });
  setImmediate(() => block(900));
  expect((await tried).map(({ code }) => code)).toEqual(['connected']);
  close();
});

test('an ordinary timer would have missed it', async () => {
  const { port, close } = await listening();
  const seen = await new Promise<string>((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    setTimeout(() => resolve('timeout'), 300);
    socket.once('connect', () => resolve('connected'));
    socket.on('error', () => undefined);
    block(900);
  });
  expect(seen).toBe('timeout');
  close();
});

test('acts once the time has come, and not when it was stopped', async () => {
  let acted = 0;
  const began = performance.now();
  await new Promise<void>((resolve) => afterFair(120, resolve));
  expect(performance.now() - began).toBeGreaterThan(100);
  afterFair(20, () => (acted += 1))();
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(acted).toBe(0);
});
