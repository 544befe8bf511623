import { describe, expect, it } from 'vitest';
import { runningContainer } from '../../engine/fake/fake-docker.ts';
import type { FakeRequest } from '../../ports/fake/fake-host.ts';
import { desiredConfig } from '../openclaw-config.ts';
import { engineReport, type FakeUpContext, fakeUpContext } from '../testing/fake-up-context.ts';
import { runChecks } from './checks.ts';
import { ownerContext } from '../container-owner.ts';
import type { Check } from './types.ts';

const TOKEN = '0123456789abcdef'.repeat(4);
const IMAGE = `sha256:${'a'.repeat(64)}`;
const CONFIG = '/srv/openclaw/config/openclaw/openclaw.json';
const URL = 'http://127.0.0.1:18789/tools/invoke';

/** A deployment in which everything is as it should be. */
function healthy(): FakeUpContext {
  const context = fakeUpContext();
  const { files, http } = context.ports;
  files.put('/srv/openclaw/secrets/gateway_token', `${TOKEN}\n`, { mode: 0o400 });
  files.put(CONFIG, desiredConfig(context.policy, '172.30.224.0/28', null));
  files.put('/srv/openclaw/compose.yaml', 'services: {}\n');
  files.put('/srv/openclaw/.env', 'COMPOSE_PROJECT_NAME=openclaw\n');
  files.put('/srv/openclaw/.clawproof/journal.jsonl', '{}\n');
  http.on(URL, (request) => ({ status: rightToken(request) ? 200 : 401 }));
  return context;
}

const rightToken = ({ headers }: FakeRequest): boolean => headers['authorization'] === `Bearer ${TOKEN}`;

async function check(context: FakeUpContext): Promise<Record<string, Check>> {
  const checks = await runChecks(context, IMAGE);
  expect(JSON.stringify(checks)).not.toContain(TOKEN);
  return Object.fromEntries(checks.map((one) => [one.id, one]));
}

async function states(context: FakeUpContext): Promise<Record<string, string>> {
  return Object.fromEntries(Object.values(await check(context)).map(({ id, state }) => [id, state]));
}

const PASSED = {
  'auth-none': 'pass',
  'auth-wrong': 'pass',
  'auth-right': 'pass',
  'token-reference': 'pass',
  'token-leak': 'pass',
};

describe('runChecks', () => {
  it('passes when all is well, and has really asked', async () => {
    const context = healthy();
    expect(await states(context)).toEqual(PASSED);
    const { requests } = context.ports.http;
    expect(requests.map(({ method }) => method)).toEqual(['POST', 'POST', 'POST']);
    const [none, wrong, right] = requests.map(({ headers }) => headers['authorization']);
    expect(none).toBeUndefined();
    expect(wrong).toMatch(/^Bearer [0-9a-f]{64}$/);
    expect(right).toBe(`Bearer ${TOKEN}`);
  });

  it('fails a gateway that answers without a token, or with a wrong one', async () => {
    const context = healthy();
    context.ports.http.on(URL, (request) => ({ status: request.headers['authorization'] ? 401 : 200 }));
    expect(await states(context)).toEqual({ ...PASSED, 'auth-none': 'fail', 'auth-right': 'fail' });
    context.ports.http.on(URL, (request) => ({ status: request.headers['authorization'] ? 200 : 401 }));
    expect((await check(context))['auth-wrong']).toMatchObject({
      state: 'fail',
      detail: 'expected HTTP 401, got 200',
    });
  });

  it('fails when nobody answers or the wrong status comes back', async () => {
    const context = healthy();
    context.ports.http.on(URL, null);
    const silent = await check(context);
    for (const id of ['auth-none', 'auth-wrong', 'auth-right']) expect(silent[id]?.state).toBe('fail');
    context.ports.http.on(URL, { status: 502 });
    expect((await check(context))['auth-none']?.detail).toBe('expected HTTP 401, got 502');
  });

  it.each([
    ['in the environment of a container', 'docker inspect openclaw-gateway-1'],
    ['in the log of a sidecar', 'the log of ingress'],
    ['in compose.yaml', 'compose.yaml'],
    ['in .env', '.env'],
    ['in the journal', '.clawproof/journal.jsonl'],
  ])('finds a token that stands %s', async (where, named) => {
    const context = healthy();
    if (where.includes('environment'))
      context.docker.containers.set('openclaw-gateway-1', runningContainer({ env: [`TOKEN=${TOKEN}`] }));
    else if (where.includes('log'))
      context.docker.logTexts.set('openclaw-ingress-1', `GET /?token=${TOKEN}\n`);
    else context.ports.files.put(`/srv/openclaw/${named}`, `x: ${TOKEN}\n`);
    const found = await check(context);
    expect(found['token-leak']).toMatchObject({ state: 'fail', detail: `found in ${named}` });
    expect(found['token-reference']?.state).toBe('pass');
  });

  it.each([
    [
      'in place of the reference',
      (text: string) => text.replace(/"token": \{[^}]*\}/, `"token": "${TOKEN}"`),
      'plain text',
    ],
    [
      'in place of the reference, and another one',
      (text: string) => text.replace(/"token": \{[^}]*\}/, '"token": "old"'),
      'is plain text',
    ],
    ['anywhere else', (text: string) => text.replace('{', `{ "notes": "${TOKEN}",`), 'plain text'],
    [
      'behind JSON5 escapes',
      (text: string) => text.replace('{', `{ "notes": '\\x30${TOKEN.slice(1)}',`),
      'plain text',
    ],
    ['in a comment', (text: string) => `// ${TOKEN}\n${text}`, 'plain text'],
    ['nowhere, as nothing is set', (text: string) => text.replace(/"token": \{[^}]*\},/, ''), 'not set'],
  ])('fails an openclaw.json with the token %s', async (_name, change, detail) => {
    const context = healthy();
    const before = (await context.ports.files.read(CONFIG)) ?? '';
    const after = change(before);
    expect(after).not.toBe(before);
    context.ports.files.put(CONFIG, after);
    expect((await check(context))['token-reference']).toMatchObject({
      state: 'fail',
      detail: expect.stringContaining(detail),
    });
  });

  it.each(['', 'gone'])('calls it an error when it cannot know the token (%j)', async (text) => {
    const context = healthy();
    if (text === 'gone') await context.ports.files.remove('/srv/openclaw/secrets/gateway_token');
    else context.ports.files.put('/srv/openclaw/secrets/gateway_token', text);
    const error = { 'auth-right': 'error', 'token-reference': 'error', 'token-leak': 'error' };
    expect(await states(context)).toEqual({ ...PASSED, ...error });
  });

  it.each([
    [
      'a container',
      'token-leak',
      (context: FakeUpContext) => void context.docker.containers.delete('openclaw-egress-1'),
    ],
    [
      'compose.yaml',
      'token-leak',
      (context: FakeUpContext) => context.ports.files.remove('/srv/openclaw/compose.yaml'),
    ],
    ['openclaw.json', 'token-reference', (context: FakeUpContext) => context.ports.files.remove(CONFIG)],
    [
      'the sense of openclaw.json',
      'token-reference',
      (context: FakeUpContext) => void context.ports.files.put(CONFIG, '{'),
    ],
  ])('calls it an error when %s is not there to be looked at', async (_name, id, damage) => {
    const context = healthy();
    await damage(context);
    expect(await states(context)).toEqual({ ...PASSED, [id]: 'error' });
  });
});

describe('ownerContext', () => {
  it.each([
    [engineReport(), false],
    [engineReport({ userNamespaces: true }), true],
    [engineReport({}, { kind: 'rootless' }), true],
    [engineReport({}, { kind: 'desktop' }), true],
  ])('knows whether ids in containers are ids of the host (%#)', (engine, mapsUsers) => {
    expect(ownerContext(fakeUpContext({}, engine), IMAGE).mapsUsers).toBe(mapsUsers);
  });
});
