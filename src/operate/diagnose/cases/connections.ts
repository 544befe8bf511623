import type { Case, Evidence } from '../case.ts';
import { fieldOf, lineEvidence } from '../log-lines.ts';
import { type LogLine, type Observations, valueOf } from '../observations.ts';
import { command, gatewayLines, gatewayOf, isOurs, mend, setting } from './help.ts';

/** A browser or a device that nobody has approved. */
export const pairingRequired: Case = {
  id: 'pairing-required',
  title: 'A browser or device waits to be approved',
  symptom: '"pairing required" (1008) in the dashboard or an app.',
  looksAt: ['gatewayLog'],
  recognise(seen) {
    const lines = gatewayLines(seen).filter(({ text }) =>
      /cause=pairing-required|pairing required/.test(text),
    );
    if (lines.length === 0) return [];
    const requests = [...new Set(lines.flatMap(({ text }) => requestIdOf(text)))];
    const last = requests.at(-1);
    return [
      {
        cause: `${requests.length > 1 ? `${requests.length} devices` : 'A device'} connected with the right token, but nobody has approved ${requests.length > 1 ? 'them' : 'it'} yet. The right token alone is not enough, and is not meant to be.`,
        evidence: lineEvidence(lines, /reason=pairing required|cause=pairing-required|pairing required/),
        fix: mend(
          seen,
          [
            'See who asks, and approve what is yours:',
            command(seen, 'openclaw -- devices list'),
            command(seen, `openclaw -- devices approve ${last ?? 'REQUEST'}`),
            'Or open the dashboard with a link that pairs this one browser:',
            command(seen, 'dashboard'),
          ],
          [
            'See who asks, and approve what is yours:',
            `  docker exec -it ${nameOf(seen)} openclaw devices list`,
            `  docker exec -it ${nameOf(seen)} openclaw devices approve ${last ?? 'REQUEST'}`,
          ],
        ),
      },
    ];
  },
};

/** Somebody uses another token than the gateway's, or the gateway runs with another one than the file holds. */
export const tokenMismatch: Case = {
  id: 'token-mismatch',
  title: 'A token is not the one of the gateway',
  symptom: '401, or "gateway token mismatch" (1008).',
  looksAt: ['gatewayLog', 'answers'],
  recognise(seen) {
    const answers = valueOf(seen.answers);
    const found = [];
    if (answers?.tokenFile)
      found.push({
        cause: 'The file with the gateway token cannot be used.',
        evidence: [{ from: 'secrets/gateway_token', text: answers.tokenFile }],
        fix: ['Make the gateway and the file agree on a new token:', command(seen, 'token rotate')],
      });
    if (answers?.token === 401)
      found.push({
        cause:
          'The gateway runs with another token than secrets/gateway_token holds: the file was changed after it started.',
        evidence: [{ from: 'a call with the token in secrets/gateway_token', text: 'HTTP 401' }],
        fix: ['Make the gateway and the file agree on a new token:', command(seen, 'token rotate')],
      });
    const lines = gatewayLines(seen).filter(({ text }) =>
      /reason=(?:device_)?token_mismatch|authReason=(?:device_)?token_mismatch/.test(text),
    );
    if (lines.length > 0)
      found.push({
        cause: `${callersOf(lines)} used a token that is not the gateway's: one from before a rotation, or a mistyped one. When you know of no such caller, somebody is guessing.`,
        evidence: lineEvidence(lines, /\breason=(?:device_)?token_mismatch|authReason=/),
        fix: mend(
          seen,
          ['Give the caller the token of today:', command(seen, 'token show'), command(seen, 'dashboard')],
          [
            'Give the caller the token of today; see where the gateway takes it from:',
            `  docker exec ${nameOf(seen)} openclaw config get gateway.auth`,
          ],
        ),
      });
    return found;
  },
};

/** Too many wrong tokens. */
export const lockedOut: Case = {
  id: 'locked-out',
  title: 'A caller is locked out after too many wrong tokens',
  symptom: '429, or "too many failed authentication attempts", also with the right token.',
  looksAt: ['gatewayLog', 'answers'],
  recognise(seen) {
    const lines = gatewayLines(seen).filter(({ text }) =>
      /reason=rate_limited|authReason=rate_limited|too many failed authentication/.test(text),
    );
    const evidence: Evidence[] = lineEvidence(
      lines,
      /reason=rate_limited|authReason=rate_limited|too many failed/,
    );
    if (valueOf(seen.answers)?.token === 429)
      evidence.unshift({ from: 'a call with the right token', text: 'HTTP 429' });
    if (evidence.length === 0) return [];
    return [
      {
        cause:
          'Wrong tokens came from one address again and again. Everybody who comes from it, from this host all, is locked out for a time.',
        evidence,
        fix: [
          'Stop what sends the wrong token, then wait five minutes (gateway.auth.rateLimit.lockoutMs).',
          ...mend(
            seen,
            [
              'Or end the lockout at once, with a restart of the gateway:',
              `  docker restart --time 90 ${nameOf(seen)}`,
            ],
            [],
          ),
        ],
      },
    ];
  },
};

/** Forwarding headers from somebody who is no trusted proxy. */
export const proxyAttribution: Case = {
  id: 'proxy-attribution',
  title: 'A reverse proxy is not trusted by the gateway',
  symptom: '403 with proxy_attribution_required.',
  looksAt: ['gatewayLog'],
  recognise(seen) {
    const pattern = /proxy_attribution_required|unattributable proxy-shaped traffic from (\S+?);/;
    const lines = gatewayLines(seen).filter(({ text }) => pattern.test(text));
    if (lines.length === 0) return [];
    const from = pattern.exec(lines.at(-1)?.text ?? '')?.[1];
    const trusted = setting(valueOf(seen.deployment)?.config, 'gateway.trustedProxies');
    return [
      {
        cause: `Requests with forwarding headers (X-Forwarded-For and the like) come from ${from ?? 'an address'}${neighbourAt(seen, from)}, which gateway.trustedProxies does not name. OpenClaw refuses them, because anybody could forge such a header.`,
        evidence: [
          ...lineEvidence(lines, pattern),
          ...(trusted === undefined
            ? []
            : [{ from: 'openclaw.json', text: `gateway.trustedProxies: ${JSON.stringify(trusted)}` }]),
        ],
        fix: mend(
          seen,
          [
            'In preset caged the ingress is the only trusted proxy, and sets these headers anew. Let your proxy ask 127.0.0.1 on the published port; that is what is meant for it. When openclaw.json was changed:',
            command(seen, 'up'),
          ],
          [
            'Name exactly this one address, never a whole network, and let the proxy overwrite the headers:',
            `  docker exec ${nameOf(seen)} openclaw config set gateway.trustedProxies '["${from ?? 'ADDRESS'}"]'`,
          ],
        ),
      },
    ];
  },
};

/** A page of another origin. */
export const originRefused: Case = {
  id: 'allowed-origins',
  title: 'The dashboard is opened under an address that is not allowed',
  symptom: '"origin not allowed" (1008); the dashboard loads and does not connect.',
  looksAt: ['gatewayLog'],
  recognise(seen) {
    const lines = gatewayLines(seen).filter(({ text }) =>
      /cause=origin-mismatch|origin not allowed/.test(text),
    );
    if (lines.length === 0) return [];
    const origins = [...new Set(lines.flatMap(({ text }) => fieldOf(text, 'origin') ?? []))].filter(
      (origin) => origin !== 'n/a',
    );
    const allowed = setting(valueOf(seen.deployment)?.config, 'gateway.controlUi.allowedOrigins');
    const origin = origins.at(-1) ?? 'https://claw.example.org';
    return [
      {
        cause: `A page under ${origins.join(', ') || 'another address'} asked for the gateway, and gateway.controlUi.allowedOrigins does not name it.`,
        evidence: [
          ...lineEvidence(lines, /origin=http|cause=origin-mismatch|origin not allowed/),
          ...(allowed === undefined
            ? []
            : [
                {
                  from: 'openclaw.json',
                  text: `gateway.controlUi.allowedOrigins: ${JSON.stringify(allowed)}`,
                },
              ]),
        ],
        fix: mend(
          seen,
          [
            `When that is your own address, add it to access.allowedOrigins in clawproof.yaml: [${JSON.stringify(origin)}]`,
            command(seen, 'up'),
            'When you do not know it, a page of a stranger tried: leave it refused.',
          ],
          [
            'When that is your own address, add it, exactly as it stands here:',
            `  docker exec ${nameOf(seen)} openclaw config set gateway.controlUi.allowedOrigins '${JSON.stringify([...listOf(allowed), origin])}'`,
            'When you do not know it, a page of a stranger tried: leave it refused.',
          ],
        ),
      },
    ];
  },
};

function requestIdOf(text: string): string[] {
  const id = /requestId[:=]\s?([0-9a-f-]{36})/.exec(text)?.[1];
  return id === undefined ? [] : [id];
}

function callersOf(lines: readonly LogLine[]): string {
  const closed = lines.filter(({ text }) => text.includes('closed before connect'));
  const callers = (closed.length > 0 ? closed : lines).map(
    ({ text }) =>
      `${fieldOf(text, 'client') ?? 'a caller'} at ${forwardedOf(text) ?? fieldOf(text, 'remote') ?? 'an unknown address'}`,
  );
  const names = [...new Set(callers)].filter((name) => !name.startsWith('a caller'));
  return names.length === 0 ? 'Somebody' : names.slice(0, 3).join(', ');
}

function forwardedOf(text: string): string | null {
  const address = fieldOf(text, 'fwd');
  return address === 'n/a' ? null : address;
}

/** Which container has the address from which a request came. */
function neighbourAt(seen: Observations, address: string | undefined): string {
  if (address === undefined) return '';
  const found = (valueOf(seen.containers) ?? []).find(({ inspect }) =>
    Object.values(inspect?.NetworkSettings?.Networks ?? {}).some(({ IPAddress }) => IPAddress === address),
  );
  return found === undefined ? '' : ` (${found.name})`;
}

function nameOf(seen: Observations): string {
  return gatewayOf(seen)?.name ?? (isOurs(seen) ? `${seen.target.name}-gateway-1` : seen.target.name);
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
