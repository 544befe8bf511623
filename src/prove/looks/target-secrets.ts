import { createContainerReader } from '../../audit/live/container-files.ts';
import { callEngine } from '../../engine/engine-call.ts';
import { holdsSecret } from '../../measures/placeholder.ts';
import { isSecretName, looksLikeSecret } from '../../measures/secret-patterns.ts';
import { isSettings, settingAt } from '../../measures/settings.ts';
import { isAppError } from '../../errors/app-error.ts';
import type { LabContext } from '../lab/lab-engine.ts';
import type { TwinSpec } from '../proof-target.ts';

/** A text of the target with its place. These stay in this process: no report, attempt or error may have one. */
export interface PlacedText {
  where: string;
  value: string;
}

export interface TargetSecrets {
  /** Its gateway's token or password; undefined when it cannot be read from here. */
  token?: PlacedText;
  /** True when the settings say that nobody is asked for one. */
  asksForNone: boolean;
  /** Everything else that is set to some text: settings and variables. */
  others: PlacedText[];
}

const ENV_NAMES = [
  'OPENCLAW_GATEWAY_TOKEN',
  'OPENCLAW_GATEWAY_PASSWORD',
  'CLAWDBOT_GATEWAY_TOKEN',
  'CLAWDBOT_GATEWAY_PASSWORD',
];

/**
 * Reads the target's own secrets by the engine, to compare and to search for them. What a weakened specification says in its
 * place goes before.
 */
export async function readTargetSecrets(spec: TwinSpec, context: LabContext): Promise<TargetSecrets> {
  const { target } = spec;
  const { value } = await callEngine<{ Config: { Env?: string[] | null } }>(context.engine.connection, {
    action: `look at the container ${target.container.name}`,
    method: 'GET',
    path: `/containers/${target.container.id}/json`,
    accept: [404],
  });
  const env = (value?.Config.Env ?? []).map((entry): PlacedText => {
    const [name = ''] = entry.split('=', 1);
    return { where: `env ${name}`, value: entry.slice(name.length + 1) };
  });
  const weakened = weakenedToken(spec);
  const config = weakened === undefined ? target.config : spec.config;
  const others = [...leaves(config), ...(weakened === undefined ? env : [])];
  const asksForNone = ['none'].includes(String(settingAt(config, 'gateway.auth.mode')));
  const token = weakened ?? (await tokenOf(spec, others, context));
  return {
    asksForNone,
    ...(token === undefined ? {} : { token }),
    others: others.filter(({ where }) => where !== token?.where),
  };
}

/** A token that a weakening wrote into the settings. */
function weakenedToken({ config, target }: TwinSpec): PlacedText | undefined {
  const where = 'gateway.auth.token';
  const [now, before] = [settingAt(config, where), settingAt(target.config, where)];
  if (typeof now !== 'string' || now === '') return undefined;
  // Secrets of the target are replaced by others as long as they.
  return typeof before === 'string' && before.length === now.length ? undefined : { where, value: now };
}

async function tokenOf(
  { target }: TwinSpec,
  texts: readonly PlacedText[],
  { ports, engine }: LabContext,
): Promise<PlacedText | undefined> {
  for (const kind of ['token', 'password']) {
    const where = `gateway.auth.${kind}`;
    const setting = settingAt(target.config, where);
    if (typeof setting === 'string' && setting !== '') return { where, value: setting };
    if (!isSettings(setting)) continue;
    if (setting['source'] === 'env') {
      const found = texts.find((text) => text.where === `env ${String(setting['id'])}`);
      if (found !== undefined) return found;
    }
    const provider = settingAt(target.config, `secrets.providers.${String(setting['provider'])}`);
    if (setting['source'] !== 'file' || !isSettings(provider) || typeof provider['path'] !== 'string')
      continue;
    const path = provider['path'];
    const text = await createContainerReader(ports, engine.program, target.container.id)
      .text(path)
      .catch((error: unknown) => {
        if (isAppError(error)) return null;
        throw error;
      });
    if (text !== null && provider['mode'] === 'singleValue')
      return { where: `file ${path}`, value: text.trim() };
  }
  return texts.find(
    ({ where, value }) => ENV_NAMES.includes(where.slice(4)) && where.startsWith('env ') && value !== '',
  );
}

/** All texts in the settings, by their dotted path. */
function leaves(value: unknown, path = ''): PlacedText[] {
  if (typeof value === 'string') return [{ where: path, value }];
  const entries = Array.isArray(value)
    ? [...value.entries()]
    : isSettings(value)
      ? Object.entries(value)
      : [];
  return entries.flatMap(([key, item]) => leaves(item, path === '' ? String(key) : `${path}.${key}`));
}

/** Those of the texts that are secrets by their name or their shape, long enough to be searched for. */
export function searchable({ token, others }: TargetSecrets): PlacedText[] {
  const found = others.filter(
    ({ where, value }) =>
      value.length >= 12 &&
      (looksLikeSecret(value) || (isSecretName(where.replace(/^env |^.*\./, '')) && holdsSecret(value))),
  );
  return [
    ...(token === undefined || token.value.length < 12 ? [] : [{ ...token, where: 'the gateway’s token' }]),
    ...found,
  ];
}

/** How hard a text is to guess, in bits: what its characters could say, or what they do say where few are used. */
export function guessBits(text: string): number {
  const classes: [RegExp, number][] = [
    [/[a-f]/, 6],
    [/[g-z]/, 20],
    [/[A-Z]/, 26],
    [/\d/, 10],
    [/[^A-Za-z0-9]/, 16],
  ];
  const size = classes.reduce((sum, [pattern, count]) => sum + (pattern.test(text) ? count : 0), 0);
  const used = new Set(text).size;
  const perCharacter = Math.min(
    Math.log2(Math.max(1, size)),
    used < 10 ? Math.log2(Math.max(1, used)) : Infinity,
  );
  return Math.floor(perCharacter * text.length);
}
