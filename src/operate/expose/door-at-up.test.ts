import { beforeEach, describe, expect, test } from 'vitest';
import { emptyLock } from '../../engine/lock-file.ts';
import { SENT_HEADERS } from '../../render/config/edge-nginx.ts';
import { PATHS } from '../../render/layout.ts';
import type { HttpsAccess } from '../../policy/https-access.ts';
import { fakeUpContext, type FakeUpContext } from '../testing/fake-up-context.ts';
import { startContainers } from '../up/start.ts';
import { doorAtUp } from './door-at-up.ts';
import type { DoorSeen } from './judge-door.ts';

const https: HttpsAccess = {
  domain: 'claw.example.org',
  addresses: ['203.0.113.7'],
  port: 443,
  redirectPort: 80,
  certificate: 'internal',
  acmeDirectory: 'https://acme-v02.api.letsencrypt.org/directory',
  acmeCa: false,
  allow: ['198.51.100.0/24'],
  clientCa: false,
  basicAuth: false,
};
const LOCK = { ...emptyLock('2026.9.6'), cageSubnet: '172.30.224.0/28' };
const COMPOSE = 'services:\n  edge:\n    ports:\n      - 203.0.113.7:443:8443\n      - 203.0.113.7:80:8080\n';
const CLOSED_FIRST = [['certificates'], ['edge'], 'all'];
const TASK = { step: () => undefined, result: () => undefined };

interface Door extends FakeUpContext {
  ups: (readonly string[] | 'all')[];
  /** Of each start of the edge alone: whether a port led to it. */
  openMeanwhile: boolean[];
  removed: string[];
  seen: DoorSeen;
}

/** A deployment with HTTPS whose door answers the attempts as told. */
function door(access: HttpsAccess | null = https): Door {
  const context = fakeUpContext({ access: { https: access } });
  const made: Door = {
    ...context,
    ups: [],
    openMeanwhile: [],
    removed: [],
    seen: wellSeen(context.ports.clock.now()),
  };
  made.ports.files.put(`/srv/openclaw/${PATHS.edgeConfig}`, 'as rendered');
  made.ports.files.put(`/srv/openclaw/${PATHS.certificatesCaddyfile}`, 'as rendered');
  made.ports.files.put(`/srv/openclaw/${PATHS.compose}`, COMPOSE);
  made.compose.up = async ({ services, text } = {}) => {
    made.ups.push(services ?? 'all');
    if (services?.includes('edge') === true) made.openMeanwhile.push(text?.includes('203.0.113.7') ?? true);
  };
  made.docker.removeContainer = async (name) => {
    made.removed.push(name);
    return true;
  };
  made.docker.oneOffReply = () => ({ stdout: JSON.stringify(made.seen) });
  return made;
}

function wellSeen(now: Date): DoorSeen {
  const day = (days: number): string => new Date(now.getTime() + days * 86_400_000).toISOString();
  const tls = { protocol: 'TLSv1.3' };
  return {
    certificate: { ...tls, authorized: true, names: 'DNS:claw.example.org', from: day(-1), to: day(1) },
    TLSv1: { error: 'no' },
    'TLSv1.1': { error: 'no' },
    'TLSv1.2': { protocol: 'TLSv1.2' },
    'TLSv1.3': tls,
    'other-name': { error: 'refused' },
    health: { status: 200, headers: { 'strict-transport-security': 'max-age=31536000' } },
    'no-token': { status: 401 },
    sent: { status: 200, body: SENT_HEADERS.map((n) => `${n}: ${n === 'X-Forwarded-For' ? '127.0.0.2' : ''}`).join('\n') }, // prettier-ignore
    websocket: { status: 101, body: 'connect.challenge' },
    ordinary: { status: 200 },
    'plain-get': { status: 301, headers: { location: 'https://claw.example.org/' } },
    'plain-health': { status: 301 },
    'plain-post': { status: 403 },
    listed: tls,
    unlisted: { error: 'ECONNRESET' },
    flood: { statuses: { 200: 60, 429: 120 } },
    'beside-flood': { status: 200 },
    hold: { open: 32, meanwhile: { status: 200 } },
    'published-tls': { error: 'ECONNRESET' },
    'published-no-tls': { error: 'ECONNRESET' },
    'published-plain': { error: 'ECONNRESET' },
  };
}

const record = (made: Door): Promise<string | null> =>
  made.ports.files.read('/srv/openclaw/.clawproof/door.json');

describe('HTTPS that clawproof.yaml asks for', () => {
  let made: Door;
  beforeEach(() => {
    made = door();
  });

  test('is started by nobody before it was attacked', async () => {
    await startContainers(made, TASK);
    expect(made.ups).toEqual([['gateway', 'egress', 'ingress']]);
    expect(made.removed).toContain('openclaw-edge-1');
  });

  test('is attacked while it is shut, opened and remembered; unchanged, it is not attacked again', async () => {
    // A second lock was not asked for: `up` counts all that is not held as a problem.
    expect((await doorAtUp(made, LOCK)).map(({ state }) => state)).toEqual(Array(12).fill('pass'));
    expect(made.ups).toEqual(CLOSED_FIRST);
    expect(made.openMeanwhile).toEqual([false]);
    expect(made.removed).toEqual([]);
    const attacks = made.docker.oneOffs.length;
    expect(attacks).toBeGreaterThan(0);
    expect(await doorAtUp(made, LOCK)).toEqual([]);
    await startContainers(made, TASK);
    expect(made.docker.oneOffs).toHaveLength(attacks);
    expect(made.ups).toEqual([...CLOSED_FIRST, 'all']);
  });

  test.each(['settings', 'rendered file'])('is attacked again after another %s', async (what) => {
    await doorAtUp(made, LOCK);
    const before = made.docker.oneOffs.length;
    if (what === 'rendered file') made.ports.files.put(`/srv/openclaw/${PATHS.edgeConfig}`, 'otherwise');
    else made.policy = { ...made.policy, access: { ...made.policy.access, https: { ...https, port: 8443 } } };
    await doorAtUp(made, LOCK);
    expect(made.docker.oneOffs.length).toBeGreaterThan(before);
  });

  test('is shut again when an attack gets through that needs it open', async () => {
    made.seen = { ...made.seen, 'published-no-tls': { status: 200 } };
    const bad = (await doorAtUp(made, LOCK)).filter(({ state }) => state === 'fail');
    expect(bad.map(({ id }) => id)).toEqual(['https-published', 'door-open']);
    expect(made.ups).toEqual(CLOSED_FIRST);
    expect(made.removed).toContain('openclaw-edge-1');
    expect(await record(made)).toBeNull();
  });

  test('is never opened when an attack gets through while it is shut, says so, and is not remembered', async () => {
    made.seen = { ...made.seen, unlisted: { protocol: 'TLSv1.3' } };
    const bad = (await doorAtUp(made, LOCK)).filter(({ state }) => state === 'fail');
    expect(bad.map(({ id }) => id)).toEqual(['https-allow', 'door-open']);
    expect(made.ups).not.toContain('all');
    expect(made.removed).toContain('openclaw-edge-1');
    expect(await record(made)).toBeNull();
  });

  test('is shut again when it could not be attacked', async () => {
    made.docker.oneOffReply = () => ({ code: 125, stderr: 'no such image' });
    expect((await doorAtUp(made, LOCK)).map(({ id, state }) => `${id} ${state}`)).toEqual([
      'door-not-tried error',
      'door-open fail',
    ]);
    expect(made.removed).toContain('openclaw-edge-1');
  });

  test('is not even opened for an allowlist that lets everybody in', async () => {
    made = door({ ...https, allow: ['172.16.0.0/12'] });
    expect((await doorAtUp(made, LOCK))[0]?.id).toBe('expose-allow-too-wide');
    expect(made.ups).toEqual([]);
  });

  test('is forgotten when it is gone', async () => {
    await doorAtUp(made, LOCK);
    made.policy = { ...made.policy, access: { ...made.policy.access, https: null } };
    expect(await doorAtUp(made, LOCK)).toEqual([]);
    expect(await record(made)).toBeNull();
  });
});
