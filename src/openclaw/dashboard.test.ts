import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dashboardLink } from './dashboard.ts';

test('puts the port of the host where the gateway names its own, and keeps the rest', () => {
  const answer = { ok: true, browserUrl: 'https://gateway:18789/chat?x=1#pair=abc' };
  const stdout = `[proxy] on\n${JSON.stringify(answer, null, 2)}\n`;
  expect(dashboardLink(stdout, 28789)).toEqual({
    ok: true,
    value: { url: 'http://127.0.0.1:28789/chat?x=1#pair=abc', minutes: 10 },
  });
});

test.each([
  ['', 'empty'],
  ['  \n', 'empty'],
  ['Gateway is not running', 'not understood'],
  ['{"ok": true', 'not understood'],
  ['{"ok": false, "reason": "no gateway"}', 'no gateway'],
  ['{"ok": false}', 'no reason given'],
  ['{"browserUrl": "http://x/"}', 'no reason given'],
  ['{"ok": true}', 'no link'],
  ['{"ok": true, "browserUrl": "not a link"}', 'no link'],
])('%j is no link: %s', (stdout, reason) => {
  expect(dashboardLink(stdout, 18789)).toEqual({ ok: false, reason: expect.stringContaining(reason) });
});

test('whatever host the answer names, the link leads to this one', () => {
  fc.assert(
    fc.property(fc.webUrl(), fc.integer({ min: 1, max: 65535 }), (browserUrl, port) => {
      const link = dashboardLink(JSON.stringify({ ok: true, browserUrl }), port);
      const url = new URL(link.ok ? link.value.url : '');
      expect([url.protocol, url.hostname, url.port || '80']).toEqual(['http:', '127.0.0.1', String(port)]);
    }),
  );
});
