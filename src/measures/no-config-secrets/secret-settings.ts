import { isSecretName, looksLikeSecret } from '../secret-patterns.ts';
import { holdsSecret } from '../placeholder.ts';

/** Keys of settings that hold a secret wherever they stand; OpenClaw takes a SecretRef or a variable for each of them. */
const secretKeys = new Set([
  'accessToken',
  'apiKey',
  'apiPassword',
  'appPassword',
  'appSecret',
  'appToken',
  'authTag',
  'authToken',
  'botSecret',
  'botToken',
  'clientSecret',
  'encryptKey',
  'passphrase',
  'password',
  'privateKey',
  'pushToken',
  'secret',
  'serviceAccount',
  'signingSecret',
  'token',
  'userToken',
  'verificationToken',
  'webhookSecret',
  'webhookToken',
]);
/** Maps whose keys are names of headers or variables. */
const namedMaps = new Set(['headers', 'env', 'vars', 'edgeAuth']);
const secretHeader = /(?:^|-)(?:authorization|cookie|api-?key|token|secret)$/i;
/** The name of a variable, which OpenClaw looks up. */
const variableName = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;

/** True when a text in openclaw.json is a secret that stands there itself. */
export function isWrittenSecret(steps: readonly (string | number)[], value: string): boolean {
  const key = String(steps.at(-1));
  const parent = String(steps.at(-2));
  if (/\$\{[A-Z_][A-Z0-9_]*\}/.test(value) || variableName.test(value)) return false;
  if (looksLikeSecret(value)) return true;
  return isSecretPlace(key, parent, value) && holdsSecret(value);
}

function isSecretPlace(key: string, parent: string, value: string): boolean {
  if (secretKeys.has(key) || (parent === 'auth' && key === 'value')) return true;
  if (parent === 'tls') return key === 'key' && value.includes('-----BEGIN');
  return namedMaps.has(parent) && (isSecretName(key) || secretHeader.test(key));
}
