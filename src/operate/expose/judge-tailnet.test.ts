import { describe, expect, test } from 'vitest';
import type { Check } from '../up/types.ts';
import { judgeTailnet, parseStatus, type TailnetSeen } from './judge-tailnet.ts';

const NAME = 'claw.tail1234.ts.net';
const WANTED = { name: NAME, image: `tailscale/tailscale@sha256:${'0'.repeat(64)}` };
const SERVE = {
  TCP: { 443: { HTTPS: true } },
  Web: { [`${NAME}:443`]: { Handlers: { '/': { Proxy: 'http://172.30.224.28:8080' } } } },
};

const WELL: TailnetSeen = {
  status: { state: 'Running', name: NAME, certificateNames: [NAME] },
  serve: JSON.stringify(SERVE),
  seen: {
    health: { status: 200 },
    'no-token': { status: 401 },
    'no-address': { status: 403 },
    'other-name': { status: 421 },
    websocket: { status: 101 },
  },
  networks: ['openclaw_front'],
  keyIn: [],
};

const failing = (seen: Partial<TailnetSeen>): string[] =>
  judgeTailnet(WANTED, { ...WELL, ...seen })
    .filter(({ state }: Check) => state !== 'pass')
    .map(({ id, state }) => `${id} ${state}`);

describe('the sidecar', () => {
  test('holds when all is as it shall be', () => {
    expect(failing({})).toEqual([]);
  });

  test.each<[string, Partial<TailnetSeen>, string]>([
    ['another name', { status: { ...WELL.status, name: 'claw-1.tail1234.ts.net' } }, 'tailscale-joined fail'],
    ['no certificate', { status: { ...WELL.status, certificateNames: [] } }, 'tailscale-certificate fail'],
    ['a Funnel', { serve: JSON.stringify({ ...SERVE, AllowFunnel: { [`${NAME}:443`]: true } }) }, 'tailscale-serve fail'], // prettier-ignore
    ['another port', { serve: JSON.stringify({ ...SERVE, TCP: { ...SERVE.TCP, 22: {} } }) }, 'tailscale-serve fail'], // prettier-ignore
    ['another site', { serve: JSON.stringify({ ...SERVE, Web: { ...SERVE.Web, 'x:443': {} } }) }, 'tailscale-serve fail'], // prettier-ignore
    ['nothing served', { serve: '{}' }, 'tailscale-serve fail'],
    ['no answer', { serve: '' }, 'tailscale-serve fail'],
    ['an open gateway', { seen: { ...WELL.seen, 'no-token': { status: 200 } } }, 'tailscale-answers fail'],
    ['callers without address', { seen: { ...WELL.seen, 'no-address': { status: 200 } } }, 'tailscale-address fail'], // prettier-ignore
    ['other names', { seen: { ...WELL.seen, 'other-name': { status: 200 } } }, 'tailscale-name fail'],
    ['a way past the ingress', { networks: ['openclaw_cage', 'openclaw_front'] }, 'tailscale-cage fail'],
    ['no WebSocket', { seen: { ...WELL.seen, websocket: { status: 400 } } }, 'tailscale-websocket fail'],
    ['a key in sight', { keyIn: ['its log'] }, 'tailscale-key fail'],
    ['a key that was not looked for', { keyIn: null }, 'tailscale-key error'],
  ])('%s is found, and nothing else', (_, seen, expected) => {
    expect(failing(seen)).toEqual([expected]);
  });

  test('what was not tried never holds', () => {
    expect(failing({ seen: {} })).toEqual([
      'tailscale-answers fail',
      'tailscale-websocket fail',
      'tailscale-address fail',
      'tailscale-name fail',
    ]);
  });

  test('says what its state is', () => {
    const text = JSON.stringify({ BackendState: 'NeedsLogin', Self: { DNSName: '' }, CertDomains: null });
    expect(parseStatus(text)).toEqual({ state: 'NeedsLogin', name: '', certificateNames: [] });
    const running = JSON.stringify({ BackendState: 'Running', Self: { DNSName: `${NAME}.` } });
    expect(parseStatus(running)?.name).toBe(NAME);
    expect(parseStatus('no JSON')).toBeNull();
  });
});
