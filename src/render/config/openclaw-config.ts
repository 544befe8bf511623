import { PRESETS } from '../../policy/presets.ts';
import { atLeast, KEY_CHANGES } from '../../openclaw/config-keys.ts';
import { httpsOrigin } from '../../policy/https-access.ts';
import type { ExecMode, Policy } from '../../policy/policy.ts';
import { type CageAddresses, EGRESS_PORT, GATEWAY } from '../layout.ts';

/** JSON data of openclaw.json. */
export interface OpenClawConfig {
  [key: string]: unknown;
}

/**
 * The settings that clawproof owns in openclaw.json (rows A1–A7, H6, H7). Every other key belongs to the user and to
 * OpenClaw and is kept as it is.
 */
export function managedSettings(policy: Policy, cage: CageAddresses): OpenClawConfig {
  const local = [`http://127.0.0.1:${policy.access.port}`, `http://localhost:${policy.access.port}`];
  const retired = atLeast(policy.openclaw.version, KEY_CHANGES.redactSensitiveRetired);
  return {
    gateway: {
      mode: 'local',
      // All interfaces of the container; what the host publishes is decided in compose.yaml.
      bind: 'lan',
      port: GATEWAY.port,
      auth: {
        mode: 'token',
        token: { source: 'file', provider: 'gateway', id: 'value' },
        rateLimit: { maxAttempts: 10, windowMs: 60_000, lockoutMs: 300_000 },
      },
      controlUi: {
        allowedOrigins: [...new Set([...local, ...httpsOrigins(policy), ...policy.access.allowedOrigins])],
        allowInsecureAuth: retired ? undefined : false,
      },
      trustedProxies: trustedProxies(policy, cage),
    },
    secrets: { providers: { gateway: { source: 'file', mode: 'singleValue', path: GATEWAY.tokenFile } } },
    ...(PRESETS[policy.preset].hasEgress ? { proxy: proxySettings() } : {}),
    session: { dmScope: 'per-channel-peer' },
    tools: toolSettings(policy),
    browser: { ssrfPolicy: { dangerouslyAllowPrivateNetwork: false } },
    discovery: { mdns: { mode: 'off' } },
    skills: { load: { extraDirs: policy.skills.use.length > 0 ? [GATEWAY.skillsFolder] : undefined } },
    ...installPolicy(policy),
    logging: { redactSensitive: retired ? undefined : 'tools' },
  };
}

function httpsOrigins({ access: { https, tailscale } }: Policy): string[] {
  return [
    ...(https === null ? [] : [httpsOrigin(https)]),
    ...(tailscale === null ? [] : [`https://${tailscale.name}`]),
  ];
}

/** Exact addresses: whoever else sends X-Forwarded-For is not believed. */
function trustedProxies({ preset, access }: Policy, cage: CageAddresses): string[] {
  if (!PRESETS[preset].hasEgress) return [];
  return access.https === null ? [cage.ingress] : [cage.ingress, cage.edge];
}

/** Whatever installs a skill asks this program first; without its answer OpenClaw installs nothing. */
function installPolicy({ skills, openclaw }: Policy): OpenClawConfig {
  if (!atLeast(openclaw.version, KEY_CHANGES.installPolicy)) return {};
  if (!skills.judgeInstalls) return { security: { installPolicy: undefined } };
  return {
    security: {
      installPolicy: {
        enabled: true,
        targets: ['skill'],
        exec: {
          source: 'exec',
          command: GATEWAY.installPolicy,
          timeoutMs: 60_000,
          noOutputTimeoutMs: 60_000,
          // Where `env` in its first line finds Node.
          passEnv: ['PATH'],
        },
      },
    },
  };
}

/** All of OpenClaw's own traffic goes through egress; loopback stays direct. */
export function proxySettings(): OpenClawConfig {
  return { proxyUrl: `http://egress:${EGRESS_PORT}` };
}

function toolSettings(policy: Policy): OpenClawConfig {
  return {
    profile: 'coding',
    deny: deniedTools(policy.exec.mode),
    fs: { workspaceOnly: true },
    exec: execSettings(policy),
    elevated: { enabled: false },
    // Not even other conversations of the same agent: these are other people's.
    sessions: { visibility: 'self' },
    agentToAgent: { enabled: false },
  };
}

/** Control plane, other machines and other sessions are never the agent's; running programs only where exec is on. */
function deniedTools(mode: ExecMode): string[] {
  const always = [
    'group:automation',
    'group:nodes',
    'sessions_spawn',
    'sessions_send',
    'conversations_send',
    'conversations_turn',
    'terminal',
    // Opens a port of its own for whatever listens in the container.
    'portal',
    'skill_workshop',
    'secrets',
  ];
  return mode === 'deny' ? ['group:runtime', ...always] : always;
}

function execSettings(policy: Policy): OpenClawConfig {
  const { mode } = policy.exec;
  if (atLeast(policy.openclaw.version, KEY_CHANGES.execMode))
    return { mode, security: undefined, ask: undefined, ...allowedScripts(policy) };
  return { security: mode, ask: 'off', mode: undefined, ...allowedScripts(policy) };
}

/**
 * OpenClaw has two lists of what runs in mode allowlist. Its approvals are in the state volume, which the gateway writes, and let
 * `bash SCRIPT` and `npx SCRIPT` through as well; these settings are in a file that it cannot write, and do not. A list that is
 * empty must be written, too: without it cut, head, tail, tr, uniq and wc run.
 */
function allowedScripts({ exec: { mode, scripts } }: Policy): OpenClawConfig {
  if (mode !== 'allowlist')
    return {
      safeBins: undefined,
      safeBinTrustedDirs: undefined,
      safeBinProfiles: undefined,
      pathPrepend: undefined,
    };
  return {
    safeBins: [...scripts],
    safeBinTrustedDirs: [GATEWAY.scriptsFolder],
    // Without a profile a name is ignored; an empty one takes words, but no options.
    safeBinProfiles: Object.fromEntries(scripts.map((name) => [name, {}])),
    pathPrepend: [GATEWAY.scriptsFolder],
  };
}
