import { describe, expect, test } from 'vitest';
import type { HttpsAccess } from '../../policy/https-access.ts';
import { EDGE_LIMITS, SENT_HEADERS } from '../../render/config/edge-nginx.ts';
import { FORGED, insideAttempts, outsideAttempts, PLAIN_TOKEN } from './door-attempts.ts';
import { type DoorSeen, judgeDoor } from './judge-door.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const https: HttpsAccess = {
  domain: 'claw.example.org',
  addresses: ['0.0.0.0'],
  port: 443,
  redirectPort: 80,
  certificate: 'acme',
  acmeDirectory: 'https://acme.example.net/dir',
  acmeCa: false,
  allow: ['203.0.113.0/24'],
  clientCa: false,
  basicAuth: false,
};

const sent = SENT_HEADERS.map((name) => {
  const value = { 'X-Forwarded-For': '127.0.0.2', 'X-Forwarded-Proto': 'https' }[name as string] ?? '';
  return `${name}: ${value}\n`;
}).join('');
const plain = { status: 301, headers: { location: 'https://claw.example.org/' }, body: '' };

/** What a door gives that holds in every point. */
const good: DoorSeen = {
  certificate: { protocol: 'TLSv1.3', authorized: true, names: 'DNS:claw.example.org', from: '2026-11-01T00:00:00Z', to: '2027-01-30T00:00:00Z' }, // prettier-ignore
  TLSv1: { error: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' },
  'TLSv1.1': { error: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' },
  'TLSv1.2': { protocol: 'TLSv1.2' },
  'TLSv1.3': { protocol: 'TLSv1.3' },
  'other-name': { error: 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME' },
  health: { status: 200, headers: { 'strict-transport-security': 'max-age=31536000' }, body: '{}' },
  'no-token': { status: 401 },
  sent: { status: 200, body: sent },
  websocket: { status: 101, body: '{"event":"connect.challenge"}' },
  ordinary: { status: 200 },
  'plain-get': plain,
  'plain-health': plain,
  'plain-post': { status: 403, body: 'no' },
  unlisted: { error: 'ECONNRESET' },
  listed: { protocol: 'TLSv1.3' },
  flood: { statuses: { 200: 70, 429: 110 } },
  'beside-flood': { status: 200 },
  hold: { open: EDGE_LIMITS.connections, meanwhile: { status: 200 } },
  'published-tls': { error: 'ECONNRESET' },
  'published-no-tls': { status: 400 },
  'published-plain': plain,
};

const failing = (seen: DoorSeen, settings: Partial<HttpsAccess> = {}, now = NOW): string[] =>
  judgeDoor(seen, { ...https, ...settings }, now)
    .filter(({ state }) => state === 'fail' || state === 'error')
    .map(({ id }) => id);

describe('judgeDoor', () => {
  test.each([
    [5900, 'fail'],
    [6000, 'error'],
  ])('tells a limit that does not hold from a host that is too busy to meet it: %d ms, %s', (ms, state) => {
    const checks = judgeDoor({ ...good, flood: { statuses: { 200: 180 }, ms } }, https, NOW);
    expect(checks.find(({ id }) => id === 'https-rate')?.state).toBe(state);
  });

  test('finds nothing at a door that holds', () => {
    expect(failing(good)).toEqual([]);
  });

  test('counts nothing that was not seen as held', () => {
    const passed = judgeDoor({}, https, NOW).filter(({ state }) => state === 'pass');
    expect(passed).toEqual([]);
  });

  test('tries everything that it judges', () => {
    const tried = [...insideAttempts(https, '172.30.224.5', undefined), ...outsideAttempts(https)];
    expect(tried.map(({ id }) => id).toSorted()).toEqual(Object.keys(good).toSorted());
  });

  test.each<[string, DoorSeen, string[]]>([
    ['no gateway', { health: { status: 502 } }, ['https-answers', 'https-hsts']],
    ['no login', { 'no-token': { status: 200 } }, ['https-answers']],
    ['another certificate', { certificate: { ...good['certificate'], names: 'DNS:other.example' } }, ['https-certificate']], // prettier-ignore
    ['an untrusted one', { certificate: { ...good['certificate'], authorized: false } }, ['https-certificate']], // prettier-ignore
    ['TLS 1.1', { 'TLSv1.1': { protocol: 'TLSv1.1' } }, ['https-tls']],
    ['no TLS 1.3', { 'TLSv1.3': { error: 'x' } }, ['https-tls']],
    ['an answer to other names', { 'other-name': { protocol: 'TLSv1.3' } }, ['https-name']],
    ['no HSTS', { health: { status: 200, headers: {} } }, ['https-hsts']],
    ['a day of HSTS', { health: { status: 200, headers: { 'strict-transport-security': 'max-age=86400' } } }, ['https-hsts']], // prettier-ignore
    ['plain HTTP', { 'plain-health': { status: 200 } }, ['https-plain']],
    ['a token sent on', { 'plain-get': { ...plain, headers: { location: `https://claw.example.org/?token=${PLAIN_TOKEN}` } } }, ['https-plain']], // prettier-ignore
    ['a redirect elsewhere', { 'plain-get': { ...plain, headers: { location: 'https://evil.example/' } } }, ['https-plain']], // prettier-ignore
    ['a redirected POST', { 'plain-post': plain }, ['https-plain']],
    ['no allowlist', { unlisted: { protocol: 'TLSv1.3' } }, ['https-allow']],
    ['an allowlist for nobody', { listed: { error: 'ECONNRESET' } }, ['https-allow']],
    ['a forged header', { sent: { status: 200, body: `${sent}X-Real-IP: ${FORGED}\n` } }, ['https-forged']],
    ['no WebSocket', { websocket: { status: 400 } }, ['https-websocket']],
    ['no rate limit', { flood: { statuses: { 200: 180 } } }, ['https-rate']],
    ['a limit for all at once', { 'beside-flood': { status: 429 } }, ['https-rate']],
    ['no limit of connections', { hold: { open: 48, meanwhile: { status: 200 } } }, ['https-connections']],
    ['a port without TLS', { 'published-no-tls': { status: 200 } }, ['https-published']],
    ['a closed port', { 'published-tls': { error: 'ECONNREFUSED' } }, ['https-published']],
  ])('finds %s', (_, changes, found) => {
    expect(failing({ ...good, ...changes })).toEqual(found);
  });

  test('finds a certificate that is over', () => {
    expect(failing(good, {}, new Date('2027-02-01T00:00:00Z'))).toEqual(['https-certificate']);
  });

  test('finds a second lock that is open', () => {
    expect(failing(good, { clientCa: true })).toEqual(['https-login']);
    expect(failing({ ...good, ordinary: { status: 401 } }, { basicAuth: true })).toEqual([]);
  });
});
