import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Server } from 'node:http';
import { HostileConversation } from './conversation.ts';
import { listenAsModel } from './model-server.ts';

let server: Server | undefined;
afterEach(() => server?.close());

async function start(): Promise<string> {
  const conversation = new HostileConversation({
    modelPort: 0,
    gatewayPort: 1,
    message: 'cp-turn',
    calls: [{ id: 'a', tool: 'read', arguments: { path: '/etc/passwd' } }],
    watch: [],
    page: 'page-word',
    timeoutMs: 1,
  });
  server = await listenAsModel(0, 'page-word', conversation);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const body = {
  model: 'm',
  messages: [{ role: 'user', content: 'cp-turn' }],
  tools: [{ type: 'function', function: { name: 'read' } }],
};

function post(url: string, text: string): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, { method: 'POST', body: text });
}

test('answers as a stream and as one body, with the same call', async () => {
  const url = await start();
  const whole = (await (await post(url, JSON.stringify(body))).json()) as {
    choices: { message: { tool_calls: { function: unknown }[] }; finish_reason: string }[];
  };
  expect(whole.choices[0]?.finish_reason).toBe('tool_calls');
  const wanted = { name: 'read', arguments: '{"path":"/etc/passwd"}' };
  expect(whole.choices[0]?.message.tool_calls[0]?.function).toEqual(wanted);
  const response = await post(url, JSON.stringify({ ...body, stream: true }));
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const chunks = (await response.text())
    .split('\n\n')
    .filter(Boolean)
    .map((line) => line.replace(/^data: /, ''));
  expect(chunks.pop()).toBe('[DONE]');
  const first = JSON.parse(chunks[0] ?? '') as {
    choices: { delta: { tool_calls: { index: number; function: unknown }[] } }[];
  };
  expect(first.choices[0]?.delta.tool_calls[0]).toMatchObject({ index: 0, function: wanted });
});

test('is also a page that something internal shows', async () => {
  expect(await (await fetch(await start())).text()).toContain('page-word');
});

test('a request that is no JSON ends its connection and nothing else', async () => {
  const url = await start();
  await expect(post(url, '{')).rejects.toThrow('fetch failed');
  expect((await post(url, JSON.stringify(body))).status).toBe(200);
});
