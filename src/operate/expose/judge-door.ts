import type { HttpsAccess } from '../../policy/https-access.ts';
import { EDGE_LIMITS } from '../../render/config/edge-nginx.ts';
import type { Check } from '../up/types.ts';
import { FORGED, PLAIN_TOKEN } from './door-attempts.ts';

/** What came of one attempt; which fields are there depends on its kind. */
export interface DoorAnswer {
  error?: string;
  status?: number;
  headers?: Record<string, string | string[] | undefined>;
  body?: string;
  protocol?: string;
  authorized?: boolean;
  why?: string;
  names?: string;
  from?: string;
  to?: string;
  statuses?: Record<string, number>;
  /** How long all of them took. */
  ms?: number;
  open?: number;
  meanwhile?: DoorAnswer;
}

/** Answers by the id of the attempt. */
export type DoorSeen = Readonly<Record<string, DoorAnswer>>;

type Verdict = readonly [state: Check['state'], detail: string];

const pass = (detail: string): Verdict => ['pass', detail];
const fail = (detail: string): Verdict => ['fail', detail];

/** Id of the check that needs the door to be open. */
export const PUBLISHED_CHECK = 'https-published';

/** What the attempts at the door show, one check a protection. Nothing that was not seen counts as held. */
export function judgeDoor(seen: DoorSeen, https: HttpsAccess, now: Date): Check[] {
  const of = (id: string): DoorAnswer => seen[id] ?? { error: 'not tried' };
  const check = (id: string, title: string, [state, detail]: Verdict): Check => ({
    id,
    title,
    state,
    detail,
  });
  return [
    check('https-answers', 'The gateway answers over HTTPS, and wants its token', answers(of)),
    check('https-certificate', 'The certificate is for the name, and valid now', certificate(of('certificate'), https, now)), // prettier-ignore
    check('https-tls', 'TLS 1.2 and 1.3 are spoken, and nothing older', versions(of)),
    check('https-name', 'Other names get no certificate and no answer', otherName(of('other-name'))),
    check('https-hsts', 'Browsers are told to come by HTTPS only (HSTS)', hsts(of('health'))),
    check('https-plain', 'Plain HTTP is sent on or refused, without what it carried', plain(of, https)),
    check('https-allow', 'Who is not on the allowlist is refused before TLS', allowlist(of, https)),
    check('https-login', 'Without the second lock’s key nobody comes to the gateway', login(of('ordinary'), https)), // prettier-ignore
    check('https-forged', 'Forged headers do not reach the gateway', forged(of('sent'))),
    check('https-websocket', 'A WebSocket is opened through it', webSocket(of('websocket'))),
    check('https-rate', 'One address has only so many requests a second', rate(of('flood'), of('beside-flood'))), // prettier-ignore
    check('https-connections', 'One address has only so many connections', connections(of('hold'))),
    check(PUBLISHED_CHECK, 'The published ports speak TLS or lead to it', published(of, https)),
  ];
}

type Of = (id: string) => DoorAnswer;

function answers(of: Of): Verdict {
  const health = of('health');
  const token = of('no-token');
  if (health.status !== 200) return fail(`/healthz gave ${said(health)}`);
  return token.status === 401
    ? pass('200, and 401 without the token')
    : fail(`a tool call without token gave ${said(token)}`);
}

function certificate(
  answer: DoorAnswer,
  { domain, certificate: source, acmeCa }: HttpsAccess,
  now: Date,
): Verdict {
  if (answer.error !== undefined) return fail(`no TLS: ${answer.error}`);
  if (!isFor(answer, domain)) return fail(`it is for ${answer.names || 'no name'}`);
  const [from, to] = [Date.parse(answer.from ?? ''), Date.parse(answer.to ?? '')];
  if (!(from <= now.getTime() && now.getTime() < to)) return fail(`it is valid until ${answer.to} only`);
  if (answer.authorized === true) return pass(`until ${new Date(to).toISOString().slice(0, 16)}Z`);
  // Whose authority signed own files, only the user's devices know.
  return source === 'files' || acmeCa
    ? pass(`until ${new Date(to).toISOString().slice(0, 10)}; not of an authority known here (${answer.why})`)
    : fail(`it is not trusted: ${answer.why}`);
}

function isFor({ names = '' }: DoorAnswer, domain: string): boolean {
  const all = names.split(', ').map((name) => name.replace(/^DNS:/, '').toLowerCase());
  return all.includes(domain) || all.includes(`*.${domain.split('.').slice(1).join('.')}`);
}

function versions(of: Of): Verdict {
  const spoken = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'].filter((id) => of(id).protocol === id);
  const wanted = 'TLSv1.2, TLSv1.3';
  return spoken.join(', ') === wanted ? pass(wanted) : fail(spoken.join(', ') || 'none');
}

function otherName(answer: DoorAnswer): Verdict {
  if (answer.protocol !== undefined) return fail('another name got a certificate');
  return answer.error === 'not tried' || answer.error === 'timeout'
    ? fail(answer.error)
    : pass(answer.error ?? 'refused');
}

function hsts({ headers, status }: DoorAnswer): Verdict {
  const header = String(headers?.['strict-transport-security'] ?? '');
  const age = Number(/max-age=(\d+)/.exec(header)?.[1] ?? 0);
  return status === 200 && age >= 15_768_000 ? pass(header) : fail(header === '' ? 'no such header' : header);
}

function plain(of: Of, { domain }: HttpsAccess): Verdict {
  const get = of('plain-get');
  for (const [id, answer] of [
    ['GET', get],
    ['GET /healthz', of('plain-health')],
    ['POST', of('plain-post')],
  ] as const) {
    // prettier-ignore
    if (JSON.stringify(answer).includes(PLAIN_TOKEN)) return fail(`the answer to ${id} repeats the token`);
    if (answer.status === undefined) return fail(`${id} gave ${said(answer)}`);
    if (answer.status !== 403 && (answer.status < 300 || answer.status > 399))
      return fail(`${id} was answered with ${answer.status}`);
  }
  const target = String(get.headers?.['location'] ?? '');
  if (!target.startsWith(`https://${domain}`)) return fail(`it is sent on to ${target || 'nowhere'}`);
  return of('plain-post').status === 403 ? pass(`to ${target}; POST gets 403`) : fail('POST is sent on');
}

function allowlist(of: Of, { allow }: HttpsAccess): Verdict {
  const listed = of('listed');
  const unlisted = of('unlisted');
  if (listed.protocol === undefined) return fail(`a listed address got ${said(listed)}`);
  if (unlisted.error === 'not tried')
    return ['skipped', 'the allowlist has every address that could be tried from here'];
  if (allow.length === 0)
    return unlisted.protocol === undefined
      ? fail(`everybody is to be let in, but another address got ${said(unlisted)}`)
      : ['skipped', 'there is no allowlist: everybody who reaches the port may ask'];
  if (unlisted.protocol !== undefined) return fail('an address that is not listed was let in');
  const isRefused = unlisted.error !== undefined && !/^(?:not tried|timeout)$/.test(unlisted.error);
  return isRefused ? pass(`refused (${unlisted.error}), while a listed one is let in`) : fail(said(unlisted));
}

function login({ status, error }: DoorAnswer, { clientCa, basicAuth }: HttpsAccess): Verdict {
  if (!clientCa && !basicAuth)
    return status === 200
      ? ['skipped', 'there is no second lock; the gateway’s token is the only one']
      : fail(`an ordinary caller got ${status ?? error}`);
  const wanted = clientCa ? 403 : 401;
  return status === wanted ? pass(`HTTP ${status}`) : fail(`an ordinary caller got ${status ?? error}`);
}

function forged({ status, body = '' }: DoorAnswer): Verdict {
  if (status !== 200) return fail(`what the gateway would get could not be seen: ${status ?? 'no answer'}`);
  const lines = body.trim().split('\n');
  const got = lines.filter((line) => line.includes(FORGED)).map((line) => line.split(':')[0]);
  if (got.length > 0) return fail(`the gateway would get ${got.join(', ')}`);
  const address = lines.find((line) => line.startsWith('X-Forwarded-For:'));
  return address === 'X-Forwarded-For: 127.0.0.2'
    ? pass(`${lines.length} forged, none got through; the address is the caller’s own`)
    : fail(`the gateway would get ${address ?? 'no address'}`);
}

function webSocket({ status, body = '', error }: DoorAnswer): Verdict {
  if (status !== 101) return fail(`HTTP ${status ?? error}`);
  return body.includes('connect.challenge')
    ? pass('opened, and the gateway spoke first')
    : fail('opened, but silent');
}

function rate({ statuses = {}, ms = 0 }: DoorAnswer, beside: DoorAnswer): Verdict {
  const refused = statuses['429'] ?? 0;
  if (refused === 0 && isBelowLimit(ms))
    return [
      'error',
      `this host is too busy to ask as often as is refused: ${EDGE_LIMITS.burst * 3} requests took ${Math.round(ms / 1000)} s`,
    ];
  if (refused === 0) return fail(`none of ${EDGE_LIMITS.burst * 3} requests was refused`);
  return beside.status === 200
    ? pass(`${refused} of ${EDGE_LIMITS.burst * 3} refused, while another address is served`)
    : fail(`another address got ${said(beside)} meanwhile`);
}

/** True when so many requests in that time need not meet the limit. */
function isBelowLimit(ms: number): boolean {
  const { burst, requestsPerSecond } = EDGE_LIMITS;
  return burst * 3 <= burst + (requestsPerSecond * ms) / 1000;
}

function connections({ open, meanwhile, error }: DoorAnswer): Verdict {
  if (open === undefined) return fail(error ?? 'not tried');
  if (open > EDGE_LIMITS.connections) return fail(`${open} connections of one address were open at once`);
  return meanwhile?.status === 200
    ? pass(`${open} of ${EDGE_LIMITS.connections + 16} stayed open, while another address is served`)
    : fail(`another address got ${said(meanwhile ?? {})} meanwhile`);
}

function published(of: Of, https: HttpsAccess): Verdict {
  const bare = of('published-no-tls');
  if (bare.status === 200) return fail(`port ${https.port} answers without TLS`);
  const plainPort = of('published-plain');
  if (
    https.redirectPort !== null &&
    (plainPort.status === 200 || JSON.stringify(plainPort).includes(PLAIN_TOKEN))
  )
    return fail(`port ${https.redirectPort} answered over plain HTTP`);
  const tls = of('published-tls');
  if (tls.error === 'ECONNREFUSED' || tls.error === 'not tried' || tls.error === 'timeout')
    return fail(`port ${https.port} of this host: ${tls.error}`);
  if (tls.protocol !== undefined) return pass(`this host gets ${tls.protocol}`);
  return https.allow.length > 0 ? pass('this host is not on the allowlist, and is refused') : fail(said(tls));
}

function said({ status, error, protocol }: DoorAnswer): string {
  return status !== undefined ? `HTTP ${status}` : (protocol ?? error ?? 'no answer');
}
