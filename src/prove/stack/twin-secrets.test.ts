import { describe, expect, it } from 'vitest';
import { replaceSecrets, type SecretInput } from './twin-secrets.ts';

function plan(input: SecretInput): ReturnType<typeof replaceSecrets> {
  let next = 0;
  return replaceSecrets(input, (kind) => `${kind}-${(next += 1)}`);
}

const TOKEN = '4f'.repeat(32);

describe('replaceSecrets', () => {
  it('keeps references, and plants what they refer to', () => {
    const config = {
      gateway: { auth: { mode: 'token', token: { source: 'file', provider: 'gateway', id: 'value' } } },
      models: { providers: { a: { apiKey: { source: 'file', provider: 'json', id: '/keys/a' } } } },
      secrets: {
        providers: {
          gateway: { source: 'file', mode: 'singleValue', path: '/run/secrets/gateway_token' },
          json: { source: 'file', mode: 'json', path: '/run/secrets/all.json' },
        },
      },
    };
    const found = plan({ config, env: ['PATH=/bin'] });
    expect(found.config).toEqual(config);
    expect(found.token).toEqual({
      kind: 'token',
      value: 'token-1',
      place: 'file',
      name: '/run/secrets/gateway_token',
    });
    expect(found.files.get('/run/secrets/gateway_token')).toBe('token-1');
    expect(JSON.parse(found.files.get('/run/secrets/all.json') ?? '')).toEqual({ keys: { a: 'planted-2' } });
    expect(found.env).toEqual(['PATH=/bin']);
  });

  it('replaces a token that is written into the settings, wherever it stands', () => {
    const found = plan({
      config: { gateway: { auth: { token: TOKEN } }, hooks: { token: TOKEN }, agents: { name: 'x' } },
      env: [`MY_TOKEN=${TOKEN}`, 'OPENAI_API_KEY=sk-abcdefghijklmnopqrstuvwxyz', 'TZ=UTC'],
    });
    expect(found.config).toEqual({
      gateway: { auth: { token: 'token-1' } },
      hooks: { token: 'token-1' },
      agents: { name: 'x' },
    });
    expect(found.env).toEqual(['MY_TOKEN=token-1', 'OPENAI_API_KEY=planted-2', 'TZ=UTC']);
    expect(JSON.stringify(found)).not.toContain(TOKEN);
  });

  it('writes a variable where the settings have one', () => {
    const found = plan({
      config: { gateway: { auth: { token: TOKEN } }, channels: { x: { botToken: `Bot ${TOKEN}` } } },
      variables: {
        'gateway.auth.token': ['OPENCLAW_GATEWAY_TOKEN'],
        'channels.x.botToken': ['OPENCLAW_GATEWAY_TOKEN'],
      },
      env: [`OPENCLAW_GATEWAY_TOKEN=${TOKEN}`],
    });
    expect(found.token).toEqual({
      kind: 'token',
      value: 'token-1',
      place: 'env',
      name: 'OPENCLAW_GATEWAY_TOKEN',
    });
    expect(found.config).toEqual({
      gateway: { auth: { token: '${OPENCLAW_GATEWAY_TOKEN}' } },
      channels: { x: { botToken: 'Bot ${OPENCLAW_GATEWAY_TOKEN}' } },
    });
    expect(found.env).toEqual(['OPENCLAW_GATEWAY_TOKEN=token-1']);
  });

  it('finds a password, a token that only the environment has, and none', () => {
    const password = plan({
      config: { gateway: { auth: { mode: 'password', password: 'correct horse' } } },
      env: [],
    });
    expect(password.token).toMatchObject({ kind: 'password', place: 'config' });
    const env = plan({ env: [`OPENCLAW_GATEWAY_TOKEN=${TOKEN}`] });
    expect(env.token).toMatchObject({ place: 'env', name: 'OPENCLAW_GATEWAY_TOKEN' });
    expect(plan({ config: { gateway: { auth: { mode: 'none' } } }, env: [] }).token).toBeUndefined();
  });
});
