import { Buffer } from 'node:buffer';
import { npmSetting, withoutCredentials } from '../../openclaw/npm-run.ts';
import type { ImagePorts } from './image-engine.ts';

/** What a build needs to use the same npm registry as this host, as the same user. */
export interface NpmAccess {
  /** Address of the registry without user and password: safe in a build argument. */
  registry: string;
  /** Content of the npmrc that the build gets as a secret. */
  npmrc: string;
  /** Values in it that must never be seen anywhere. */
  secrets: string[];
}

/** Settings that mean something inside a build; paths of the host do not. */
const PLAIN_KEYS =
  /^(registry|proxy|https-proxy|noproxy|strict-ssl|ca|always-auth|_auth|_authToken|@[^:]+:registry)$/;
const HOST_KEYS = /^\/\/.+:(_authToken|_auth|username|_password|email|always-auth)$/;
const SECRET_KEYS = /(^|:)(_authToken|_auth|_password)$/;

/** Gathers the host's effective npm registry, proxy and login from its npmrc files and the environment. */
export async function npmAccess(
  ports: Pick<ImagePorts, 'exec' | 'files' | 'system' | 'signal'>,
): Promise<NpmAccess> {
  const { env } = ports.system;
  const [effective, userConfig, globalConfig] = await Promise.all(
    ['registry', 'userconfig', 'globalconfig'].map((key) => npmSetting(ports, key)),
  );
  const settings = new Map<string, string>();
  for (const path of [globalConfig, userConfig]) {
    const text = path ? await ports.files.read(path).catch(() => null) : null;
    for (const [key, value] of readNpmrc(text ?? '', env)) settings.set(key, value);
  }
  for (const [key, value] of environmentSettings(env)) settings.set(key, value);
  const registry = effective ?? '';
  for (const [key, value] of loginFromAddress(registry)) settings.set(key, value);
  settings.delete('registry');
  const kept = [...settings].filter(([key]) => PLAIN_KEYS.test(key) || HOST_KEYS.test(key));
  return {
    registry: withoutCredentials(registry),
    npmrc: kept.map(([key, value]) => `${key}=${value}\n`).join(''),
    secrets: kept
      .filter(([key, value]) => SECRET_KEYS.test(key) && value.length >= 8)
      .map(([, value]) => value),
  };
}

/** Reads an npmrc: `key = value` lines, with ${NAME} taken from the environment as npm does. */
export function readNpmrc(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): [string, string][] {
  return text.split(/\r?\n/).flatMap((line): [string, string][] => {
    const match = /^\s*([^#;=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line);
    if (!match?.[1]) return [];
    const value = (match[2] ?? '').replace(/^"(.*)"$/, '$1');
    return [[match[1], value.replaceAll(/\$\{([^}?]+)\??\}/g, (whole, name: string) => env[name] ?? whole)]];
  });
}

/** npm takes any setting from npm_config_*, with underscores for dashes except in the names of login settings. */
function environmentSettings(env: Readonly<Record<string, string | undefined>>): [string, string][] {
  return Object.entries(env).flatMap(([name, value]): [string, string][] => {
    const match = /^npm_config_(.+)$/i.exec(name);
    if (!match?.[1] || value === undefined || value === '') return [];
    const key =
      match[1].startsWith('//') || match[1].startsWith('_')
        ? match[1]
        : match[1].toLowerCase().replaceAll(/(?!^)_/g, '-');
    return [[key, value]];
  });
}

/** A login that stands in the registry's address, as settings of that registry. */
function loginFromAddress(registry: string): [string, string][] {
  const match = /^https?:\/\/([^/@:]+):([^/@]*)@([^?#]+)$/.exec(registry);
  if (!match) return [];
  const [, user = '', password = '', rest = ''] = match;
  const place = `//${rest.replace(/\/*$/, '/')}`;
  return [
    [`${place}:username`, decodeURIComponent(user)],
    [`${place}:_password`, Buffer.from(decodeURIComponent(password)).toString('base64')],
  ];
}
