import { type Settings, settingAt } from '../../measures/settings.ts';
import type { Random } from '../../ports/system.ts';
import { type GatewayFacts, SHORT_LOCKOUT_MS } from '../probes/gateway/gateway-facts.ts';
import type { TwinSpec } from '../proof-target.ts';
import type { RunningStack } from '../stack/running-stack.ts';

/** A lockout of the twin that a proof can wait for. */
const TWIN_LOCKOUT_MS = 3000;
/** What a twin that does not run is called by attempts that nobody makes. */
const NOWHERE = { host: '127.0.0.1', port: 1, authority: '127.0.0.1:1' };

/** Settings in which a lockout is short enough to be waited for; all else, and settings that name none, stay as they are. */
export function shortLockout(config: Settings): Settings {
  const lockoutMs = settingAt(config, 'gateway.auth.rateLimit.lockoutMs');
  if (typeof lockoutMs !== 'number' || lockoutMs <= SHORT_LOCKOUT_MS) return config;
  const copy = structuredClone(config);
  const limit = settingAt(copy, 'gateway.auth.rateLimit') as Settings;
  limit['lockoutMs'] = TWIN_LOCKOUT_MS;
  return copy;
}

export function isShort(limit: GatewayFacts['rateLimit']): boolean {
  return limit !== undefined && limit.lockoutMs <= SHORT_LOCKOUT_MS;
}

/** What the ring knows before it begins. */
export function gatewayFacts(spec: TwinSpec, stack: RunningStack | undefined, random: Random): GatewayFacts {
  const config = stack?.config ?? spec.config;
  const rateLimit = rateLimitOf(config);
  const targetLockoutMs = settingAt(spec.config, 'gateway.auth.rateLimit.lockoutMs');
  const origins = settingAt(config, 'gateway.controlUi.allowedOrigins');
  const origin = Array.isArray(origins)
    ? origins.find((each) => typeof each === 'string' && each !== '*')
    : undefined;
  const common = {
    decoy: random.hex(32),
    folders: foldersOf(spec),
    secretFiles: (stack?.planted ?? []).flatMap(({ where }) =>
      where.startsWith('file ') ? [where.slice(5)] : [],
    ),
    secrets: secretsOf(stack),
    ...(rateLimit === undefined ? {} : { rateLimit }),
    ...(typeof targetLockoutMs === 'number' ? { targetLockoutMs } : {}),
    ...(typeof origin === 'string' ? { origin } : {}),
  };
  if (stack === undefined) return { ...common, direct: NOWHERE };
  const { direct, entrance, token } = stack;
  return {
    ...common,
    direct: { ...direct, authority: `${direct.host}:${direct.port}` },
    ...(entrance === undefined ? {} : { entrance }),
    ...tokenOf(token?.value, config, random),
  };
}

/** Where callers are let in without a token, any text is as good as one. */
function tokenOf(
  token: string | undefined,
  config: Settings | undefined,
  random: Random,
): { token?: string } {
  const mode = settingAt(config, 'gateway.auth.mode');
  if (token !== undefined) return { token };
  return mode === 'none' || mode === 'trusted-proxy' ? { token: random.hex(32) } : {};
}

function rateLimitOf(config: Settings | undefined): GatewayFacts['rateLimit'] {
  const limit = settingAt(config, 'gateway.auth.rateLimit');
  const number = (key: string, otherwise: number): number => {
    const value = settingAt(limit, key);
    return typeof value === 'number' ? value : otherwise;
  };
  return typeof settingAt(limit, 'lockoutMs') === 'number'
    ? {
        maxAttempts: number('maxAttempts', 10),
        windowMs: number('windowMs', 60_000),
        lockoutMs: number('lockoutMs', 300_000),
      }
    : undefined;
}

function secretsOf(stack: RunningStack | undefined): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { where, value } of stack?.planted ?? [])
    if (value !== stack?.token?.value) found[`the secret of ${where}`] = value;
  if (stack?.token !== undefined) found['the gateway’s token'] = stack.token.value;
  return found;
}

/** Where the gateway writes, and where its settings are. */
function foldersOf({ gateway, target }: TwinSpec): string[] {
  const value = (name: string): string | undefined =>
    gateway.Env.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
  const home = value('HOME') ?? '/home/node';
  const config = target.configPath?.replace(/\/[^/]*$/, '');
  const folders = [value('OPENCLAW_STATE_DIR') ?? `${home}/.openclaw`, '/tmp', ...(config ? [config] : [])];
  return [...new Set(folders)].filter(
    (folder, _, all) => !all.some((other) => other !== folder && folder.startsWith(`${other}/`)),
  );
}
