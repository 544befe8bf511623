import { GATEWAY, PATHS } from '../../render/layout.ts';

/** Names of keys: OpenClaw's grammar for names of secrets, and short enough for its names of providers. */
const NAME = /^[A-Z][A-Z0-9_]{0,63}$/;
/** Names whose provider would be one that clawproof or OpenClaw has for something else. */
const TAKEN = new Set(['GATEWAY', 'GATEWAY_TOKEN', 'DEFAULT']);

export interface SecretRef {
  source: 'file';
  provider: string;
  id: 'value';
}

export interface FileProvider {
  source: 'file';
  mode: 'singleValue';
  path: string;
}

/** True for names that a key can have. */
export function isKeyName(name: string): boolean {
  return NAME.test(name) && !TAKEN.has(name);
}

/** Where the file of a key is, relative to the deployment folder. */
export function keyPath(name: string): string {
  return `${PATHS.keys}/${name}`;
}

/** Name of the provider in openclaw.json that reads a key. */
export function providerName(name: string): string {
  return name.toLowerCase();
}

export function providerOf(name: string): FileProvider {
  return { source: 'file', mode: 'singleValue', path: `${GATEWAY.keysFolder}/${name}` };
}

/** What stands in openclaw.json in the place of the key itself. */
export function secretRef(name: string): SecretRef {
  return { source: 'file', provider: providerName(name), id: 'value' };
}

/** Steps of a path that say nothing about which key it is. */
const STRUCTURE = new Set([
  'models',
  'providers',
  'channels',
  'plugins',
  'entries',
  'config',
  'accounts',
  'agents',
  'skills',
  'request',
  'headers',
  'auth',
]);

/** A name for the key at a setting: "models.providers.openai.apiKey" gives OPENAI_API_KEY. */
export function nameForSetting(steps: readonly (string | number)[]): string {
  const telling = steps.map(String).filter((step) => !STRUCTURE.has(step));
  const words = telling.map((step) =>
    step
      .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
      .toUpperCase()
      .replaceAll(/[^A-Z0-9]+/g, '_'),
  );
  const name = words
    .join('_')
    .replaceAll(/_{2,}/g, '_')
    .replaceAll(/^[^A-Z]+|_+$/g, '')
    .slice(-64)
    .replace(/^[^A-Z]+/, '');
  return isKeyName(name) ? name : `KEY_${name}`.slice(0, 64);
}
