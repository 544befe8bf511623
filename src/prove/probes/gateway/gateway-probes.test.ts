import { describe, expect, it } from 'vitest';
import { gatewayVariants } from '../../variants/gateway.ts';
import type { Observation } from '../../payload/protocol.ts';
import type { Judgement } from '../../probe.ts';
import type { ProofTarget } from '../../proof-target.ts';
import type { CallAnswer } from './calls.ts';
import type { GatewayFacts } from './gateway-facts.ts';
import { probes } from './index.ts';
import { policyProblems } from './surface.ts';

const target = {} as ProofTarget;
const direct = { host: '172.31.0.4', port: 18_789, authority: '172.31.0.4:18789' };
const facts: GatewayFacts = {
  entrance: { host: '172.31.1.2', port: 8080, authority: '127.0.0.1:18789', via: 'ingress' },
  direct,
  origin: 'http://127.0.0.1:18789',
  token: 'a1'.repeat(32),
  decoy: 'b2'.repeat(32),
  rateLimit: { maxAttempts: 10, windowMs: 60_000, lockoutMs: 3000 },
  targetLockoutMs: 300_000,
  folders: ['/home/node/.openclaw'],
  secretFiles: ['/run/secrets/gateway_token'],
  secrets: { 'the gateway’s token': 'a1'.repeat(32) },
};

const answers = (...list: (Partial<CallAnswer> | number)[]): Observation => ({
  result: list.map((each, index) => ({
    at: index * 10,
    ...(typeof each === 'number' ? { status: each } : { status: 101, ...each }),
  })),
});
const times = (count: number, status: number): number[] => Array.from({ length: count }, () => status);

function judge(
  id: string,
  seen: Record<string, Observation>,
  changes: Partial<GatewayFacts> = {},
): Judgement {
  const probe = probes.find((each) => each.id === id);
  if (probe === undefined) throw new Error(`no probe ${id}`);
  return probe.judge(new Map(Object.entries(seen)), target, { ...facts, ...changes });
}

describe('all probes of the gateway', () => {
  it.each(probes.map((probe) => [probe.id, probe] as const))(
    '%s judges nothing seen an error',
    (_id, probe) => {
      expect(probe.judge(new Map(), target, facts).state).toBe('error');
      const tried = probe.attempts(target, facts);
      if ('skipped' in tried) return;
      const failed = new Map(tried.map(({ id }): [string, Observation] => [id, { error: 'EPIPE' }]));
      expect(probe.judge(failed, target, facts).state).toBe('error');
      const empty = new Map(tried.map(({ id }): [string, Observation] => [id, { result: null }]));
      expect(probe.judge(empty, target, facts).state).toBe('error');
    },
  );

  it.each(probes.map((probe) => [probe.id, probe] as const))('%s tells attempts apart', (_id, probe) => {
    const tried = probe.attempts(target, facts);
    if ('skipped' in tried) throw new Error(tried.skipped);
    expect(tried.length).toBeGreaterThan(0);
    expect(new Set(tried.map(({ id }) => id)).size).toBe(tried.length);
  });

  it('have variants that there are, and each variant has a probe', () => {
    const known = new Set(gatewayVariants.map(({ id }) => id));
    const named = new Set(probes.flatMap(({ weakenedBy }) => weakenedBy));
    expect([...named].filter((id) => !known.has(id))).toEqual([]);
    expect([...known].filter((id) => !named.has(id))).toEqual([]);
  });

  it('have ids of their own', () => {
    expect(new Set(probes.map(({ id }) => id)).size).toBe(probes.length);
  });
});

describe('entry', () => {
  const refused = answers(401, 404, { reply: { ok: false, message: 'device identity required' } });

  it('passes when every call is refused', () => {
    expect(judge('no-token', { outside: refused, beside: answers(401, 403) }).state).toBe('pass');
  });

  it('fails when one is let in, over HTTP or WebSocket', () => {
    expect(judge('no-token', { outside: refused, beside: answers(401, 200) }).state).toBe('fail');
    expect(judge('wrong-token', { outside: answers(401, { reply: { ok: true } }) }).state).toBe('fail');
    expect(judge('token-in-query', { outside: answers(200) }).state).toBe('fail');
  });

  it('is an error when a call was not answered', () => {
    expect(judge('no-token', { outside: answers(401, 0) }).state).toBe('error');
    expect(judge('no-token', { outside: answers(502) }).state).toBe('error');
  });
});

describe('lockout', () => {
  const locked = answers(...times(10, 401), 429, 429, 429);
  const another = answers({ status: 0, waited: 1000 }, 200);

  it('passes when the source is locked out and another is not', () => {
    expect(judge('lockout', { source: locked, another }).state).toBe('pass');
  });

  it('fails without a lockout, with one that the right token ends, and with one for all', () => {
    expect(judge('lockout', { source: answers(...times(12, 401), 200), another }).state).toBe('fail');
    expect(judge('lockout', { source: answers(...times(10, 401), 429, 429, 200), another }).state).toBe(
      'fail',
    );
    expect(judge('lockout', { source: locked, another: answers(429) }).state).toBe('fail');
  });

  it('is an error when no token was looked at, or the other source had no answer', () => {
    expect(judge('lockout', { source: answers(...times(13, 403)), another }).state).toBe('error');
    expect(judge('lockout', { source: locked, another: answers(500) }).state).toBe('error');
    expect(judge('lockout', { source: answers(...times(11, 401), 0, 429), another }).state).toBe('error');
  });

  it('is an error when the lockout was over before the right token came', () => {
    const slow: Observation = {
      result: [...times(10, 401), 429, 429, 200].map((status, index) => ({
        status,
        at: index === 12 ? 9000 : index,
      })),
    };
    expect(judge('lockout', { source: slow, another }).state).toBe('error');
  });

  it('takes calls that nobody looked at for refused where addresses are forged', () => {
    const seen = { 'x-forwarded-for': answers(...times(12, 403)), 'from-the-host': locked };
    expect(judge('lockout-forged-headers', seen).state).toBe('pass');
    expect(judge('lockout-forged-headers', { ...seen, forwarded: answers(...times(12, 401)) }).state).toBe(
      'fail',
    );
  });

  it('counts what was compared in a row, so that a short lockout may end within a long series', () => {
    const twice = answers(...times(10, 401), ...times(40, 429), ...times(10, 401), ...times(40, 429));
    expect(judge('lockout-hundred', { source: twice }).state).toBe('pass');
    expect(judge('lockout-hundred', { source: answers(...times(30, 401), ...times(70, 429)) }).state).toBe(
      'fail',
    );
  });

  it('sees a lockout over WebSocket in words', () => {
    const wrong = { reply: { ok: false, message: 'unauthorized: gateway token mismatch' } };
    const shut = { reply: { ok: false, message: 'unauthorized: too many failed authentication attempts' } };
    expect(
      judge('lockout-websocket', { source: answers(...Array.from({ length: 10 }, () => wrong), shut, shut) })
        .state,
    ).toBe('pass');
    expect(
      judge('lockout-websocket', { source: answers(...Array.from({ length: 12 }, () => wrong)) }).state,
    ).toBe('fail');
  });

  it('has to last, and to end', () => {
    const wait = { status: 0, waited: 1500 };
    const series = [...times(10, 401), 429, 429];
    expect(judge('lockout-ends', { source: answers(...series, wait, 429, wait, 200) }).state).toBe('pass');
    expect(judge('lockout-ends', { source: answers(...series, wait, 200, wait, 200) }).state).toBe('fail');
    expect(judge('lockout-ends', { source: answers(...series, wait, 429, wait, 429) }).state).toBe('fail');
    const short = judge(
      'lockout-ends',
      { source: answers(...series, wait, 429, wait, 200) },
      { targetLockoutMs: 3000 },
    );
    expect(short.state).toBe('fail');
  });

  it('does not wait for one that lasts five minutes', () => {
    const probe = probes.find(({ id }) => id === 'lockout-ends');
    expect(
      probe?.attempts(target, { ...facts, rateLimit: { maxAttempts: 10, windowMs: 1, lockoutMs: 300_000 } }),
    ).toHaveProperty('skipped');
  });
});

describe('origins', () => {
  const refused = { reply: { ok: false, message: 'origin not allowed (open the Control UI …)' } };
  const heard = { reply: { ok: false, message: 'control ui requires device identity' } };

  it('are refused before anything else, or heard', () => {
    expect(
      judge('foreign-origin', { outside: answers(refused, refused), beside: answers(refused, 403) }).state,
    ).toBe('pass');
    expect(
      judge('foreign-origin', { outside: answers(refused, refused), beside: answers(heard, refused) }).state,
    ).toBe('fail');
    expect(judge('dns-rebinding', { outside: answers(421), beside: answers(heard) }).state).toBe('fail');
    expect(judge('dns-rebinding', { outside: answers(421), beside: answers({}) }).state).toBe('error');
  });

  it('of ingress: other names get nothing, its own is served', () => {
    expect(judge('foreign-host', { outside: answers(421, 421, 421, 200) }).state).toBe('pass');
    expect(judge('foreign-host', { outside: answers(421, 200, 421, 200) }).state).toBe('fail');
    expect(judge('foreign-host', { outside: answers(421, 421, 421, 502) }).state).toBe('error');
  });
});

describe('the surface', () => {
  it('may hold no path, setting or secret', () => {
    const quiet = answers(...times(20, 404));
    const telling = (body: string): Observation =>
      answers(...times(19, 404), { status: 200, body, headers: {} });
    expect(judge('unauthenticated-answers', { beside: quiet, 'with-identity': quiet }).state).toBe('pass');
    for (const body of [
      '{"stateDir":"x"}',
      'in /home/node/.openclaw',
      '{"serverVersion":"2026.9.6"}',
      facts.token ?? '',
    ])
      expect(judge('unauthenticated-answers', { beside: quiet, 'with-identity': telling(body) }).state).toBe(
        'fail',
      );
  });

  it('needs a policy for scripts and frames', () => {
    expect(
      policyProblems("default-src 'self'; frame-ancestors 'none'; script-src 'self' 'sha256-x='"),
    ).toEqual([]);
    expect(policyProblems('')).toHaveLength(2);
    expect(policyProblems("script-src 'self' https://cdn.example; frame-ancestors 'self'")).toHaveLength(1);
    expect(policyProblems("script-src 'unsafe-inline'", 'DENY')).toHaveLength(1);
  });

  it('must not give back the address of another gateway', () => {
    const headers = {
      'content-type': 'text/html',
      'content-security-policy': "script-src 'self'; frame-ancestors 'none'",
    };
    const page = { status: 200, headers, body: '<html>' };
    expect(judge('dashboard-page', { page: answers(page, page) }).state).toBe('pass');
    expect(
      judge('dashboard-page', { page: answers(page, { ...page, body: 'wss://attacker.example' }) }).state,
    ).toBe('fail');
    expect(judge('dashboard-page', { page: answers(page, { status: 302, headers }) }).state).toBe('fail');
    expect(judge('dashboard-page', { page: answers(404, 404) }).state).toBe('skipped');
  });
});

describe('tools', () => {
  it('are refused, or used', () => {
    expect(judge('dangerous-tools', { invoke: answers(...times(14, 404), 200) }).state).toBe('pass');
    expect(judge('dangerous-tools', { invoke: answers(...times(13, 404), 200, 200) }).state).toBe('fail');
    expect(judge('dangerous-tools', { invoke: answers(...times(15, 404)) }).state).toBe('error');
  });

  it('that say that they will not are refused', () => {
    const no = { status: 200, body: '{"isError": true, "text": "path is outside of the workspace"}' };
    expect(judge('dangerous-tools', { invoke: answers(...times(13, 404), no, 200) }).state).toBe('pass');
  });

  it('have no endpoint beside', () => {
    expect(judge('http-endpoints', { endpoints: answers(404, 404, 405) }).state).toBe('pass');
    expect(judge('http-endpoints', { endpoints: answers(400, 404, 404) }).state).toBe('fail');
    expect(judge('http-endpoints', { endpoints: answers(401, 404, 404) }).state).toBe('error');
  });

  it('announce nothing', () => {
    const seen = (
      udp: string[],
      groups: string[],
      tcpListening = ['00000000:4965'],
    ): Record<string, Observation> => ({
      sockets: { result: { udp, groups, tcpListening } },
    });
    expect(judge('mdns', seen(['0B00007F:9681'], ['010000E0'])).state).toBe('pass');
    expect(judge('mdns', seen(['00000000:14E9'], [])).state).toBe('fail');
    expect(judge('mdns', seen([], ['FB0000E0'])).state).toBe('fail');
    expect(judge('mdns', seen([], [], [])).state).toBe('error');
  });
});

describe('secrets', () => {
  it('are found by their places', () => {
    const clean = { result: { found: [], searched: 9 } };
    const found = { result: { found: [{ where: 'docker inspect of gateway', what: 'env X' }], searched: 9 } };
    expect(judge('secrets-in-inspect', { inspect: clean }).state).toBe('pass');
    expect(judge('secrets-in-inspect', { inspect: found })).toEqual({
      state: 'fail',
      observed: 'env X in docker inspect of gateway',
    });
    expect(judge('secrets-in-logs', { logs: { result: { found: [], searched: 0 } } }).state).toBe('error');
    expect(judge('secrets-in-processes', { processes: { result: { found: [], processes: 4 } } }).state).toBe(
      'pass',
    );
    expect(judge('secrets-in-files', { files: { result: { found: [], files: 0 } } }).state).toBe('error');
  });
});

describe('the token', () => {
  it('has to be long', () => {
    expect(judge('token-strength', { strength: { result: { kind: 'token', bits: 256 } } }).state).toBe(
      'pass',
    );
    expect(judge('token-strength', { strength: { result: { kind: 'token', bits: 40 } } }).state).toBe('fail');
    expect(judge('token-strength', { strength: { result: { kind: 'none' } } }).state).toBe('fail');
    expect(judge('token-strength', { strength: { result: { kind: 'unknown' } } }).state).toBe('skipped');
  });

  it('is used once', () => {
    expect(judge('token-reuse', { reuse: { result: { same: [], compared: 3 } } }).state).toBe('pass');
    expect(judge('token-reuse', { reuse: { result: { same: ['hooks.token'], compared: 3 } } }).state).toBe(
      'fail',
    );
    expect(judge('token-reuse', { reuse: { result: { same: [] } } }).state).toBe('skipped');
  });

  it('dies when it is changed', () => {
    expect(judge('token-rotation', { rotate: answers(200, 401, 200) }).state).toBe('pass');
    expect(judge('token-rotation', { rotate: answers(200, 200, 200) }).state).toBe('fail');
    expect(judge('token-rotation', { rotate: answers(401, 401, 200) }).state).toBe('error');
    expect(judge('token-rotation', { rotate: answers(200, 401, 401) }).state).toBe('error');
  });
});
