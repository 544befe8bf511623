import { isSecretName as isSecretKey } from '../../documents/mask-secrets.ts';
import { holdsSecret } from '../../measures/placeholder.ts';
import { isSecretName, looksLikeSecret } from '../../measures/secret-patterns.ts';
import { isSettings, type Settings, settingAt } from '../../measures/settings.ts';

/** A secret of the twin that stands where the target has one of its own. */
export interface PlantedSecret {
  /** "config channels.telegram.botToken", "env OPENAI_API_KEY", "file /run/secrets/gateway_token". */
  where: string;
  value: string;
}

/** How the gateway of the twin lets callers in. */
export interface TwinToken {
  kind: 'token' | 'password';
  value: string;
  /** Where the target has its own, and so the twin. */
  place: 'config' | 'env' | 'file';
  /** Name of the variable, or path of the file. */
  name?: string;
}

export interface SecretPlan {
  config?: Settings;
  env: string[];
  /** Path in the container → what its file holds in the twin. */
  files: Map<string, string>;
  token?: TwinToken;
  planted: PlantedSecret[];
}

export interface SecretInput {
  config?: Settings;
  /** Settings that are written with variables, by dotted path, with their names. */
  variables?: Readonly<Record<string, string[]>>;
  env: readonly string[];
}

/** Makes secrets; `token` for the one that lets callers in. `where` as in `PlantedSecret`. */
export type NewSecret = (kind: 'token' | 'planted', where: string) => string;

const ENV_NAMES = {
  token: ['OPENCLAW_GATEWAY_TOKEN', 'CLAWDBOT_GATEWAY_TOKEN'],
  password: ['OPENCLAW_GATEWAY_PASSWORD', 'CLAWDBOT_GATEWAY_PASSWORD'],
} as const;

/**
 * Puts secrets of the twin's own in the place of all that the target has: where two places share one, they do so in the twin.
 * Pure; nothing of the target's secrets is in what it returns.
 */
export function replaceSecrets(input: SecretInput, newSecret: NewSecret): SecretPlan {
  const plan: SecretPlan = { env: [], files: new Map(), planted: [] };
  const known = new Map<string, string>();
  const environment = environmentOf(input.env);
  const token = tokenPlace(input, environment);
  const plant = (where: string, original: string, kind: 'token' | 'planted' = 'planted'): string => {
    const value = known.get(original) ?? newSecret(kind, where);
    if (original !== '') known.set(original, value);
    plan.planted.push({ where, value });
    return value;
  };
  if (token !== undefined) {
    const value = plant(describe(token), token.original, 'token');
    plan.token = {
      kind: token.kind,
      value,
      place: token.place,
      ...(token.name === undefined ? {} : { name: token.name }),
    };
  }
  const refs = input.config === undefined ? [] : secretRefs(input.config, input.config);
  const referenced = new Set(refs.flatMap((ref) => (ref.variable === undefined ? [] : [ref.variable])));
  const replacedEnv = new Map<string, string>();
  for (const [name, value] of environment)
    if (isEnvSecret(name, value, referenced)) replacedEnv.set(name, plant(`env ${name}`, value));
  plan.env = input.env.map((entry) => {
    const name = entry.split('=', 1)[0] ?? '';
    const value = replacedEnv.get(name);
    return value === undefined ? entry : `${name}=${value}`;
  });
  plantFiles(plan, refs, plant);
  if (input.config !== undefined)
    plan.config = replaceInConfig(input.config, [], (path, value) => {
      const names = input.variables?.[path.join('.')];
      if (names !== undefined) return withVariables(value, names, environment);
      return isConfigSecret(path, value) ? plant(`config ${path.join('.')}`, value) : value;
    }) as Settings;
  return plan;
}

function environmentOf(env: readonly string[]): Map<string, string> {
  return new Map(
    env.flatMap((entry): [string, string][] => {
      const equals = entry.indexOf('=');
      return equals < 1 ? [] : [[entry.slice(0, equals), entry.slice(equals + 1)]];
    }),
  );
}

interface TokenPlace extends Omit<TwinToken, 'value'> {
  original: string;
}

/** Where the target's gateway has its token or password; undefined when it asks for none, or nobody knows. */
function tokenPlace(
  { config = {}, variables = {} }: SecretInput,
  env: ReadonlyMap<string, string>,
): TokenPlace | undefined {
  const mode = settingAt(config, 'gateway.auth.mode');
  if (mode === 'none' || mode === 'trusted-proxy') return undefined;
  const kinds = mode === 'password' ? (['password'] as const) : (['token', 'password'] as const);
  for (const kind of kinds) {
    const found =
      placeInConfig(kind, settingAt(config, `gateway.auth.${kind}`), { config, variables }, env) ??
      placeInEnv(kind, env);
    if (found !== undefined) return found;
  }
  return undefined;
}

function placeInConfig(
  kind: TwinToken['kind'],
  setting: unknown,
  { config = {}, variables = {} }: Pick<SecretInput, 'config' | 'variables'>,
  env: ReadonlyMap<string, string>,
): TokenPlace | undefined {
  if (typeof setting === 'string') {
    if (setting === '') return undefined;
    const variable =
      variables[`gateway.auth.${kind}`]?.[0] ?? ENV_NAMES[kind].find((name) => env.get(name) === setting);
    return variable === undefined
      ? { kind, original: setting, place: 'config' }
      : { kind, original: env.get(variable) ?? setting, place: 'env', name: variable };
  }
  const ref = isSettings(setting) ? refOf(setting, config) : undefined;
  return ref === undefined ? undefined : placeOfRef(kind, ref, env);
}

function placeOfRef(
  kind: TwinToken['kind'],
  { variable, file }: Omit<SecretRef, 'setting'>,
  env: ReadonlyMap<string, string>,
): TokenPlace | undefined {
  if (variable !== undefined)
    return { kind, original: env.get(variable) ?? '', place: 'env', name: variable };
  return file === undefined ? undefined : { kind, original: '', place: 'file', name: file };
}

function placeInEnv(kind: TwinToken['kind'], env: ReadonlyMap<string, string>): TokenPlace | undefined {
  const name = ENV_NAMES[kind].find((each) => (env.get(each) ?? '') !== '');
  return name === undefined ? undefined : { kind, original: env.get(name) ?? '', place: 'env', name };
}

function describe({ place, kind, name }: TokenPlace): string {
  return place === 'config' ? `config gateway.auth.${kind}` : `${place} ${name ?? ''}`;
}

function isEnvSecret(name: string, value: string, referenced: ReadonlySet<string>): boolean {
  return referenced.has(name) || looksLikeSecret(value) || (isSecretName(name) && holdsSecret(value));
}

function isConfigSecret(path: readonly string[], value: string): boolean {
  return looksLikeSecret(value) || (isSecretKey(path.at(-1) ?? '') && holdsSecret(value));
}

/** A reference to a secret that stands in a file or a variable. */
interface SecretRef {
  /** Dotted path of the setting. */
  setting: string;
  variable?: string;
  file?: string;
  /** JSON pointer within the file; undefined = the whole file is the secret. */
  pointer?: string;
}

function secretRefs(value: unknown, config: Settings, path: readonly string[] = []): SecretRef[] {
  if (Array.isArray(value))
    return value.flatMap((item: unknown, index) => secretRefs(item, config, [...path, String(index)]));
  if (!isSettings(value)) return [];
  const ref = refOf(value, config);
  if (ref !== undefined) return [{ ...ref, setting: path.join('.') }];
  return Object.entries(value).flatMap(([key, item]) => secretRefs(item, config, [...path, key]));
}

function refOf(value: Settings, config: Settings): Omit<SecretRef, 'setting'> | undefined {
  const { source, provider, id } = value;
  if (typeof id !== 'string' || typeof source !== 'string') return undefined;
  if (source === 'env') return { variable: id };
  const settings =
    typeof provider === 'string' ? settingAt(config, `secrets.providers.${provider}`) : undefined;
  if (source !== 'file' || !isSettings(settings) || typeof settings['path'] !== 'string')
    return source === 'exec' || source === 'file' ? {} : undefined;
  return settings['mode'] === 'singleValue'
    ? { file: settings['path'] }
    : { file: settings['path'], pointer: id };
}

function plantFiles(
  plan: SecretPlan,
  refs: readonly SecretRef[],
  plant: (where: string, original: string) => string,
): void {
  const objects = new Map<string, Settings>();
  for (const { setting, file, pointer } of refs) {
    if (file === undefined) continue;
    const isToken = /^gateway\.auth\.(?:token|password)$/.test(setting);
    const value =
      isToken && plan.token?.name === file
        ? plan.token.value
        : plant(`file ${file}`, `${file}#${pointer ?? ''}`);
    if (pointer === undefined) plan.files.set(file, value);
    else {
      const object = objects.get(file) ?? {};
      setPointer(object, pointer, value);
      objects.set(file, object);
    }
  }
  for (const [file, object] of objects) plan.files.set(file, `${JSON.stringify(object)}\n`);
}

function setPointer(object: Settings, pointer: string, value: string): void {
  const keys = pointer
    .split('/')
    .filter(Boolean)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  let current = object;
  for (const key of keys.slice(0, -1)) {
    const next = isSettings(current[key]) ? current[key] : {};
    current[key] = next;
    current = next;
  }
  current[keys.at(-1) ?? ''] = value;
}

function replaceInConfig(
  value: unknown,
  path: readonly string[],
  change: (path: readonly string[], value: string) => string,
): unknown {
  if (typeof value === 'string') return change(path, value);
  if (Array.isArray(value))
    return value.map((item: unknown, index) => replaceInConfig(item, [...path, String(index)], change));
  if (!isSettings(value)) return value;
  if (typeof value['source'] === 'string' && typeof value['id'] === 'string') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, replaceInConfig(item, [...path, key], change)]),
  );
}

/**
 * The text as it was written: with the variables whose values it holds. A value that is not found in it was replaced already,
 * as secrets are; the text is then taken for the variable alone.
 */
function withVariables(text: string, names: readonly string[], env: ReadonlyMap<string, string>): string {
  const [only = ''] = names;
  if (names.length === 1 && !text.includes(env.get(only) ?? '')) return `\${${only}}`;
  return names.reduce((result, name) => {
    const value = env.get(name) ?? '';
    return value === '' ? result : result.replaceAll(value, `\${${name}}`);
  }, text);
}
