import { isSettings, type Settings } from '../../measures/settings.ts';
import { MODEL_NAME } from '../probes/agent/model-settings.ts';

/** Port of the hostile model in the network namespace of a twin's gateway; OpenClaw itself uses others. */
export const MODEL_PORT = 28_761;
const PROVIDER = 'clawproof';
const MODEL = 'hostile';

/**
 * openclaw.json of a twin whose agents ask the hostile model. Nothing else is different: what the agent may do is the
 * target's.
 */
export function withHostileModel(config: Settings): Settings {
  const agents = objectAt(config, 'agents');
  const models = objectAt(config, 'models');
  return {
    ...config,
    models: {
      ...models,
      providers: {
        ...objectAt(models, 'providers'),
        [PROVIDER]: {
          baseUrl: `http://127.0.0.1:${MODEL_PORT}/v1`,
          apiKey: 'none',
          api: 'openai-completions',
          // A large window: a conversation that is shortened loses no call, but time.
          models: [{ id: MODEL, name: MODEL_NAME, contextWindow: 1_000_000, maxTokens: 8192 }],
        },
      },
    },
    agents: {
      ...agents,
      defaults: { ...objectAt(agents, 'defaults'), model: { primary: `${PROVIDER}/${MODEL}` } },
      ...(isSettings(agents['entries']) ? { entries: withoutModels(agents['entries']) } : {}),
      ...(Array.isArray(agents['list']) ? { list: agents['list'].map(withoutModel) } : {}),
    },
  };
}

/** True when the twin's agents ask the hostile model already. */
export function hasHostileModel(config: Settings | undefined): boolean {
  return JSON.stringify(config?.['models'] ?? '').includes(`"${MODEL_NAME}"`);
}

function objectAt(settings: Settings, key: string): Settings {
  const value = settings[key];
  return isSettings(value) ? value : {};
}

function withoutModels(entries: Settings): Settings {
  return Object.fromEntries(Object.entries(entries).map(([name, agent]) => [name, withoutModel(agent)]));
}

/** An agent with a model of its own would ask that one. */
function withoutModel(agent: unknown): unknown {
  if (!isSettings(agent)) return agent;
  const { model: _, ...rest } = agent;
  return rest;
}
