import type { Deployment } from '../../deployment/deployment.ts';
import { passed, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { fileAtMount } from '../mounted-files.ts';
import { failedSetting, isSettings, settingAt, shown, withSettings, type Settings } from '../settings.ts';
import { weakenSetting } from '../weaken.ts';

/** 256 bits in hexadecimal. */
const leastTokenLength = 64;
const path = 'gateway.auth.token';

export const measure = defineMeasure({
  id: 'gateway-token',
  title: 'The gateway asks for a 256-bit token, which it reads from a file',
  risk: { precondition: 'reach', impact: 'gateway' },
  rows: ['H6', 'G12'],
  references: {
    nist: ['4.1.4'],
    owasp: ['D12'],
    openclaw: [
      'gateway.bind_no_auth',
      'gateway.loopback_no_auth',
      'gateway.http.no_auth',
      'gateway.token_too_short',
      'gateway.token_placeholder_value',
    ],
  },
  why: 'The token is the only thing between whoever reaches the port and everything that the agent can do.',
  check: (deployment) => withSettings(deployment, (config) => look(deployment, config)),
  noFix:
    'A new token must be made and handed to everybody who uses it, and no edit of these files can do that. `clawproof token rotate` writes one where OpenClaw alone reads it; by hand: 32 random bytes as hexadecimal in a file of mode 0400, mounted read-only, and referred to as the README shows.',
  weaken: (deployment) => weakenSetting(deployment, path, '0'.repeat(leastTokenLength)),
});

function look(deployment: Deployment, config: Settings): Outcome {
  const mode = settingAt(config, 'gateway.auth.mode') ?? 'token';
  if (mode === 'none')
    return failedSetting('gateway.auth.mode', 'gateway.auth.mode is none: whoever reaches the port is in');
  if (mode === 'trusted-proxy')
    return skipped('a proxy says who the user is; whether it can be trusted was not looked at');
  if (mode !== 'token')
    return failedSetting(
      'gateway.auth.mode',
      `gateway.auth.mode is ${shown(mode)}: a token from the random source is stronger than what a person chooses`,
    );
  const token = settingAt(config, path);
  if (token === undefined)
    return failedSetting(
      path,
      `${path} is missing: OpenClaw takes it from the environment, where everybody sees it, or makes one up`,
    );
  if (typeof token === 'string') {
    const isReference =
      deployment.openclawConfigVariables?.[path] !== undefined || /^\$\{[^}]+\}$/.test(token);
    const what = isReference
      ? 'refers to the environment, which shows in docker inspect'
      : 'is plain text in openclaw.json, in its backups and in every copy of it';
    return failedSetting(path, `${path} ${what}`);
  }
  return judgeReference(deployment, config, isSettings(token) ? token : {});
}

function judgeReference(deployment: Deployment, config: Settings, reference: Settings): Outcome {
  const { source, provider } = reference;
  if (source === 'env')
    return failedSetting(path, `${path} refers to the environment, which shows in docker inspect`);
  if (source !== 'file') return skipped(`${path} comes from ${shown(source)}, which was not looked at`);
  const definition = settingAt(config, `secrets.providers.${shown(provider)}`);
  const file = settingAt(definition, 'path');
  if (typeof file !== 'string')
    return failedSetting(
      path,
      `${path} refers to the provider ${shown(provider)}, which secrets.providers does not define`,
    );
  const mount = deployment.services
    .find((service) => service.role === 'gateway')
    ?.mounts?.find((candidate) => candidate.target === file);
  const size = mount === undefined ? undefined : fileAtMount(deployment, mount)?.size;
  if (size === undefined || settingAt(definition, 'mode') !== 'singleValue')
    return skipped(`the reference is in order; the length of the token in ${file} was not seen`);
  return size < leastTokenLength
    ? failedSetting(path, `the token in ${file} has ${size} characters; 256 bits take ${leastTokenLength}`)
    : passed();
}
