import { removeSetting, setSetting, settingOf } from '../fix-setting.ts';
import type { Failure, Fix, NoFix } from '../fix.ts';
import type { Deployment } from '../../deployment/deployment.ts';
import { failuresOr, passed } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { isPlaceholder } from '../placeholder.ts';
import { failedSetting, settingAt, withSettings, type Settings } from '../settings.ts';
import { weakenSetting } from '../weaken.ts';

/** OpenClaw's own audit asks for this many characters. */
const leastLength = 24;
const gatewaySecrets = ['gateway.auth.token', 'gateway.auth.password'];
const gatewayVariables = ['OPENCLAW_GATEWAY_TOKEN', 'OPENCLAW_GATEWAY_PASSWORD'];

export const measure = defineMeasure({
  id: 'hooks-token',
  title: 'Webhooks have a token of their own and bounds of what they may start',
  risk: { precondition: 'reach', impact: 'gateway' },
  rows: ['H6', 'G12'],
  references: {
    owasp: ['ASI03'],
    openclaw: [
      'hooks.token_reuse_gateway_token',
      'hooks.token_too_short',
      'hooks.path_root',
      'hooks.request_session_key_enabled',
      'hooks.request_session_key_prefixes_missing',
      'hooks.allowed_agent_ids_unrestricted',
    ],
  },
  why: 'Whoever holds the token of the webhooks starts the agent; other services hold it, and must not hold the gateway with it.',
  check: (deployment) => withSettings(deployment, (config) => look(deployment, config)),
  fix,
  weaken: (deployment) =>
    weakenSetting(deployment, 'hooks', {
      enabled: true,
      path: '/',
      token: '${WEBHOOK_TOKEN}',
      allowedAgentIds: ['main'],
    }),
});

function look(deployment: Deployment, config: Settings): Outcome[] {
  if (settingAt(config, 'hooks.enabled') !== true) return [passed('webhooks are off')];
  const at = (name: string): unknown => settingAt(config, `hooks.${name}`);
  const found = tokenFailures(deployment, config);
  if (at('path') === '/')
    found.push(
      failedSetting('hooks.path', 'hooks.path is /: every request to the gateway may be taken for a webhook'),
    );
  if (at('allowRequestSessionKey') === true && !isList(at('allowedSessionKeyPrefixes')))
    found.push(
      failedSetting(
        'hooks.allowRequestSessionKey',
        'hooks.allowRequestSessionKey is on without allowedSessionKeyPrefixes: a webhook writes into any session',
      ),
    );
  if (!isList(at('allowedAgentIds')) || (at('allowedAgentIds') as unknown[]).includes('*'))
    found.push(
      failedSetting(
        'hooks.allowedAgentIds',
        'hooks.allowedAgentIds names no agents: a webhook starts any of them',
      ),
    );
  return failuresOr(found);
}

function tokenFailures(deployment: Deployment, config: Settings): Outcome[] {
  const path = 'hooks.token';
  const token = settingAt(config, path);
  if (token === undefined || token === '')
    return [failedSetting(path, `${path} is missing: OpenClaw does not start with webhooks on`)];
  if (typeof token !== 'string') return [];
  const isSame = gatewaySecrets.some((other) => settingAt(config, other) === token);
  const names = namesIn(deployment, token);
  if (isSame || names.some((name) => gatewayVariables.includes(name)))
    return [
      failedSetting(
        path,
        `${path} is the gateway's own token: every sender of webhooks holds the whole gateway`,
      ),
    ];
  if (names.length > 0) return [];
  return token.length < leastLength || isPlaceholder(token)
    ? [
        failedSetting(
          path,
          `${path} has ${token.length} characters or is a placeholder; ${leastLength} random ones are needed`,
        ),
      ]
    : [];
}

/** Variables that the token comes from. */
function namesIn(deployment: Deployment, token: string): string[] {
  const raw = /^\$\{([A-Z_][A-Z0-9_]*)\}$/.exec(token)?.[1];
  return deployment.openclawConfigVariables?.['hooks.token'] ?? (raw === undefined ? [] : [raw]);
}

function isList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function fix(failure: Failure): Fix | NoFix {
  const place = settingOf(failure);
  switch (place.join('.')) {
    case 'hooks.path':
      return {
        title: 'Move webhooks to /hooks',
        safety: 'unsafe',
        effect: 'Services that send webhooks must send them to /hooks.',
        changes: [setSetting(place, '/hooks')],
      };
    case 'hooks.allowRequestSessionKey':
      return {
        title: 'Let no webhook choose its session',
        safety: 'unsafe',
        effect: 'Webhooks that name a session are answered in the default one.',
        changes: [removeSetting(place)],
      };
    case 'hooks.allowedAgentIds':
      return {
        why: 'Nothing here tells which agents webhooks are meant for; list their ids in `hooks.allowedAgentIds`.',
      };
    default:
      return {
        why: 'A new token must be made and given to the senders of webhooks; put it into a variable and write that one as `hooks.token`.',
      };
  }
}
