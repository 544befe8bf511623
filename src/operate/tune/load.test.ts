import { expect, test } from 'vitest';
import { fakePorts } from '../../ports/fake/fake-ports.ts';
import { runLoad } from './load.ts';

const BASE = 'http://127.0.0.1:18789';

function gateway(tool: number) {
  const ports = fakePorts();
  let calls = 0;
  const count = (status: number) => () => {
    calls += 1;
    // The fake clock stands still unless it is moved.
    void ports.clock.sleep(100);
    return { status };
  };
  ports.http
    .on(`${BASE}/`, count(200))
    .on(`${BASE}/healthz`, count(200))
    .on(`${BASE}/readyz`, count(200))
    .on(BASE, count(101))
    .on(`${BASE}/tools/invoke`, count(tool));
  return { ports, calls: () => calls };
}

test('all kinds of calls, in turn, until the time is over', async () => {
  const { ports } = gateway(200);
  const result = await runLoad(ports, { port: 18789, seconds: 10, parallel: 2, token: 'x' }, () => null);
  expect(Object.values(result.requests).every((count) => count > 10)).toBe(true);
  expect(result).toMatchObject({ unexpected: {}, stopped: null });
});

test('without a token no tool is called', async () => {
  const { ports } = gateway(200);
  const result = await runLoad(ports, { port: 18789, seconds: 2, parallel: 1, token: null }, () => null);
  expect(result.requests.tool).toBe(0);
});

test.each([401, 429])('a %i ends it: it must not lock anybody out', async (status) => {
  const { ports } = gateway(status);
  const result = await runLoad(ports, { port: 18789, seconds: 60, parallel: 1, token: 'x' }, () => null);
  expect(result.requests.tool).toBe(1);
  expect(result.stopped).toContain(String(status));
});

test('it ends when it is told to', async () => {
  const { ports, calls } = gateway(200);
  const result = await runLoad(ports, { port: 18789, seconds: 60, parallel: 4, token: 'x' }, () => 'full');
  expect(result.stopped).toBe('full');
  expect(calls()).toBe(0);
});
