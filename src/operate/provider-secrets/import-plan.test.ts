import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { planImport } from './import-plan.ts';
import { isKeyName, nameForSetting } from './names.ts';
import { placesOf, settingsOf } from './references.ts';

const KEY = 'sk-proj-0123456789abcdefghijklmn';
const OTHER = 'sk-proj-zyxwvutsrqponm9876543210';
const COMPOSE = `services:
  gateway:
    image: x
    environment:
      # where the settings are
      OPENCLAW_CONFIG_PATH: /etc/openclaw/openclaw.json
      OPENAI_API_KEY: ${KEY}
`;

interface Input {
  config?: unknown;
  dotenv?: string | null;
  compose?: string;
  existing?: [string, string][];
}

const plan = ({ config = {}, dotenv = null, compose = 'services: {}\n', existing = [] }: Input) =>
  planImport({
    config: typeof config === 'string' ? config : JSON.stringify(config, null, 2),
    dotenv,
    compose,
    existing: new Map(existing),
  });

const ref = (provider: string) => ({ source: 'file', provider, id: 'value' });

describe('planImport', () => {
  it('moves a setting and keeps comments', () => {
    const config = `{\n  // mine\n  models: { providers: { openai: { apiKey: '${KEY}' } } },\n}\n`;
    const { plan: made, texts } = plan({ config });
    expect(made.moves).toEqual([
      {
        file: 'config/openclaw/openclaw.json',
        place: 'models.providers.openai.apiKey',
        name: 'OPENAI_API_KEY',
        setting: 'models.providers.openai.apiKey',
        isShared: false,
      },
    ]);
    const text = texts.files.get('config/openclaw/openclaw.json') ?? '';
    expect(text).toContain('// mine');
    expect(text).not.toContain(KEY);
    expect(settingsOf(text)).toMatchObject({
      models: { providers: { openai: { apiKey: ref('openai_api_key') } } },
      secrets: {
        providers: {
          openai_api_key: { source: 'file', mode: 'singleValue', path: '/run/secrets/keys/OPENAI_API_KEY' },
        },
      },
    });
    expect([...texts.keys]).toEqual([['OPENAI_API_KEY', KEY]]);
  });

  it('leaves references, variables and placeholders alone', () => {
    const config = {
      models: {
        providers: { a: { apiKey: ref('a') }, b: { apiKey: '${B_KEY}' }, c: { apiKey: 'your-key-here' } },
      },
    };
    expect(plan({ config }).plan.moves).toEqual([]);
    expect(plan({ config }).texts.files.size).toBe(0);
  });

  it('says what stays, and why', () => {
    const config = {
      hooks: { token: 'h0okt0kenh0okt0ken99' },
      gateway: { auth: { token: 'abcdefabcdef012345' } },
    };
    expect(plan({ config }).plan.stays.map(({ place, why }) => `${place}: ${why}`)).toEqual([
      'hooks.token: OpenClaw takes no reference there',
      'gateway.auth.token: clawproof up puts the reference back',
    ]);
  });

  it('gives one value one key, and two values two', () => {
    const two = (a: string, b: string) =>
      plan({
        config: { channels: { telegram: { accounts: { main: { botToken: a }, 'main!': { botToken: b } } } } },
      });
    const [token, second] = [
      '123456789:abcdefghijklmnopqrstuvwxyz012345678',
      '987654321:abcdefghijklmnopqrstuvwxyz012345678',
    ];
    expect(two(token, token).plan.moves.map(({ name }) => name)).toEqual([
      'TELEGRAM_MAIN_BOT_TOKEN',
      'TELEGRAM_MAIN_BOT_TOKEN',
    ]);
    expect(two(token, second).plan.moves.map(({ name }) => name)).toEqual([
      'TELEGRAM_MAIN_BOT_TOKEN',
      'TELEGRAM_MAIN_BOT_TOKEN_2',
    ]);
  });

  it('never takes the name of a key that is there with another value', () => {
    const config = { models: { providers: { openai: { apiKey: KEY } } } };
    expect(plan({ config, existing: [['OPENAI_API_KEY', OTHER]] }).plan.moves[0]?.name).toBe(
      'OPENAI_API_KEY_2',
    );
    const { plan: same, texts } = plan({ config, existing: [['OPENAI_API_KEY', KEY]] });
    expect(same.moves[0]).toMatchObject({ name: 'OPENAI_API_KEY', isShared: true });
    expect(texts.keys.size).toBe(0);
  });

  it("moves a container's variable to the setting of the same meaning, and makes the container anew", () => {
    const { plan: made, texts } = plan({ compose: COMPOSE });
    expect(made).toMatchObject({
      recreate: true,
      moves: [{ name: 'OPENAI_API_KEY', setting: 'models.providers.openai.apiKey' }],
    });
    expect(texts.files.get('compose.yaml')).toBe(COMPOSE.replace(`      OPENAI_API_KEY: ${KEY}\n`, ''));
    expect(
      placesOf(settingsOf(texts.files.get('config/openclaw/openclaw.json') ?? ''), 'OPENAI_API_KEY'),
    ).toEqual(['models.providers.openai.apiKey']);
  });

  it('does not touch a variable whose setting has another value', () => {
    const config = { models: { providers: { openai: { apiKey: ref('mine') } } } };
    const { plan: made, texts } = plan({ config, compose: COMPOSE });
    expect(made.moves).toEqual([]);
    expect(made.stays[0]?.why).toContain('another value');
    expect(texts.files.size).toBe(0);
  });

  it('takes lines out of .env and leaves the others as they are', () => {
    const dotenv = `# mine\nCOMPOSE_PROJECT_NAME=x\nOPENAI_API_KEY="${KEY}"\nOWN_TOKEN=abcdefgh12345678\nLAST=1\n`;
    const { plan: made, texts } = plan({ dotenv });
    expect(made.moves.map(({ place, setting }) => `${place} ${setting}`)).toEqual([
      'OPENAI_API_KEY models.providers.openai.apiKey',
      'OWN_TOKEN ',
    ]);
    expect(texts.files.get('.env')).toBe('# mine\nCOMPOSE_PROJECT_NAME=x\nLAST=1\n');
    expect(made.recreate).toBe(false);
  });

  const value = fc
    .stringMatching(/^[A-Za-z0-9]{20,40}$/)
    .filter((text) => !/^(?:my|your|set|dummy|example)/i.test(text));

  test.prop([fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), value, { minKeys: 1, maxKeys: 5 })])(
    'after it, no value is left in the settings, each is in a key, and a second plan is empty',
    (keys) => {
      const providers = Object.fromEntries(Object.entries(keys).map(([name, apiKey]) => [name, { apiKey }]));
      const { plan: made, texts } = plan({ config: { models: { providers } } });
      const text = texts.files.get('config/openclaw/openclaw.json') ?? '{}';
      for (const { place, name } of made.moves) {
        const original = keys[place.split('.')[2] ?? ''] ?? '';
        expect(text).not.toContain(original);
        expect(texts.keys.get(name)).toBe(original);
        expect(placesOf(settingsOf(text), name)).toContain(place);
      }
      expect(plan({ config: text }).plan.moves).toEqual([]);
    },
  );

  test.prop([fc.array(fc.oneof(fc.string(), fc.nat()), { minLength: 1, maxLength: 6 })])(
    'makes names that keys can have',
    (steps) => {
      expect(isKeyName(nameForSetting(steps))).toBe(true);
    },
  );
});
