import type { HttpsAccess } from '../../policy/https-access.ts';
import { EDGE_LIMITS, SENT_HEADERS, SENT_PATH } from '../../render/config/edge-nginx.ts';
import { EDGE } from '../../render/layout.ts';

/** One thing that is tried at the door; `kind` is a function of DOOR_SCRIPT. */
export interface DoorAttempt {
  id: string;
  kind: 'tls' | 'http' | 'flood' | 'hold';
  host: string;
  port: number;
  /** Address to come from; the system's choice when absent. */
  source?: string;
  /** With it, TLS is spoken. */
  servername?: string;
  version?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
  /** PEM of the roots that are trusted; the public ones when absent. */
  ca?: string;
  /** The caller's certificate and its key, PEM. */
  own?: { certificate: string; key: string };
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string;
  count?: number;
  meanwhile?: Omit<DoorAttempt, 'id'>;
}

/** What the gateway must never see again, when a caller sent it. */
export const FORGED = '203.0.113.66';
/** Stands for a token in what is sent over plain HTTP. */
export const PLAIN_TOKEN = 'clawproof-plain-token';

/** Addresses that the proof comes from: each has limits of its own. */
const SOURCE = {
  asks: '127.0.0.2',
  /** Of the gateway itself: see EDGE_SOURCES. */
  gateway: '127.0.9.1',
  flood: '127.0.0.3',
  besideFlood: '127.0.0.4',
  holds: '127.0.0.5',
  besideHold: '127.0.0.6',
  ordinary: '127.77.0.1',
} as const;

/**
 * What is tried inside the network namespace of the edge, where loopback addresses stand for callers.
 * @param unlisted an address of the container itself, which the allowlist does not name
 * @param ca PEM of the authority that made the certificate; undefined = a public one
 */
export function insideAttempts(
  https: HttpsAccess,
  unlisted: string | undefined,
  ca: string | undefined,
): DoorAttempt[] {
  const { domain } = https;
  const tls = { host: '127.0.0.1', port: EDGE.tlsPort, source: SOURCE.asks };
  const named = { ...tls, servername: domain, ...(ca === undefined ? {} : { ca }) };
  const host = { host: domain };
  const tool = { method: 'POST', path: '/tools/invoke', body: '{"tool":"sessions_list","args":{}}' };
  const versions = (['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const).map((version): DoorAttempt => {
    return { id: version, kind: 'tls', ...named, version };
  });
  return [
    { id: 'certificate', kind: 'tls', ...named },
    ...versions,
    { id: 'other-name', kind: 'tls', ...tls, servername: 'other.example' },
    { id: 'health', kind: 'http', ...named, path: '/healthz', headers: host },
    {
      id: 'no-token',
      kind: 'http',
      ...named,
      source: SOURCE.gateway,
      ...tool,
      headers: { ...host, 'content-type': 'application/json' },
    },
    { id: 'sent', kind: 'http', ...named, path: SENT_PATH, headers: { ...host, ...forgedHeaders() } },
    { id: 'websocket', kind: 'http', ...named, source: SOURCE.gateway, headers: webSocketHeaders(https) },
    { id: 'ordinary', kind: 'http', ...named, source: SOURCE.ordinary, path: '/healthz', headers: host },
    ...plainAttempts(domain),
    ...(unlisted === undefined
      ? []
      : [{ id: 'unlisted', kind: 'tls', ...named, host: unlisted, source: unlisted } as const]),
    { id: 'listed', kind: 'tls', ...named, source: SOURCE.ordinary },
    floodAttempt(named, host),
    {
      id: 'beside-flood',
      kind: 'http',
      ...named,
      source: SOURCE.besideFlood,
      path: SENT_PATH,
      headers: host,
    },
    holdAttempt(tls, named, host),
  ];
}

/** What is tried at the published ports from the host itself, as a caller from elsewhere would. */
export function outsideAttempts(https: HttpsAccess): DoorAttempt[] {
  const address = https.addresses[0] === '0.0.0.0' ? '127.0.0.1' : (https.addresses[0] ?? '127.0.0.1');
  const headers = { host: https.domain };
  const plain: DoorAttempt[] =
    https.redirectPort === null
      ? []
      : [{ id: 'published-plain', kind: 'http', host: address, port: https.redirectPort, path: `/?token=${PLAIN_TOKEN}`, headers }]; // prettier-ignore
  return [
    { id: 'published-tls', kind: 'tls', host: address, port: https.port, servername: https.domain },
    // Without TLS at the port of TLS.
    { id: 'published-no-tls', kind: 'http', host: address, port: https.port, path: '/healthz', headers },
    ...plain,
  ];
}

function plainAttempts(domain: string): DoorAttempt[] {
  const plain = { host: '127.0.0.1', port: EDGE.plainPort, source: SOURCE.asks };
  const headers = { host: domain, authorization: `Bearer ${PLAIN_TOKEN}` };
  return [
    { id: 'plain-get', kind: 'http', ...plain, path: `/chat?token=${PLAIN_TOKEN}`, headers },
    { id: 'plain-health', kind: 'http', ...plain, path: '/healthz', headers: { host: domain } },
    { id: 'plain-post', kind: 'http', ...plain, method: 'POST', path: '/tools/invoke', body: '{}', headers },
  ];
}

type Named = Pick<DoorAttempt, 'host' | 'port' | 'source' | 'servername'>;

function floodAttempt(named: Named, headers: Record<string, string>): DoorAttempt {
  const count = EDGE_LIMITS.burst * 3;
  return { id: 'flood', kind: 'flood', ...named, source: SOURCE.flood, path: SENT_PATH, headers, count };
}

function holdAttempt(tls: Named, named: Named, headers: Record<string, string>): DoorAttempt {
  const beside = { kind: 'http', ...named, source: SOURCE.besideHold, path: SENT_PATH, headers } as const;
  const count = EDGE_LIMITS.connections + 16;
  return { id: 'hold', kind: 'hold', ...tls, source: SOURCE.holds, count, meanwhile: beside };
}

function forgedHeaders(): Record<string, string> {
  return Object.fromEntries(SENT_HEADERS.map((name) => [name, FORGED]));
}

function webSocketHeaders({ domain, port }: HttpsAccess): Record<string, string> {
  const host = port === 443 ? domain : `${domain}:${port}`;
  return {
    host,
    origin: `https://${host}`,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'Y2xhd3Byb29mLXByb29mIQ==',
  };
}
