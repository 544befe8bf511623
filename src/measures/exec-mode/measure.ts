import type { Deployment } from '../../deployment/deployment.ts';
import { removeSetting, setSetting, settingOf } from '../fix-setting.ts';
import type { Change, Failure, Fix, FixContext } from '../fix.ts';
import { failuresOr, skipped } from '../look.ts';
import { atLeast, KEY_CHANGES } from '../../openclaw/config-keys.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import {
  failedSetting,
  isSettings,
  scopesOf,
  settingAt,
  settingIn,
  shown,
  withSettings,
  type Scope,
  type Settings,
} from '../settings.ts';
import { toolsNamed } from '../tool-policy/tool-groups.ts';
import { weakenSetting } from '../weaken.ts';

const strictModes = new Set<unknown>(['deny', 'allowlist', 'ask']);
/** Programs that run whatever they are given; as "safe" ones they are a shell. */
const interpreters = new Set([
  'sh',
  'bash',
  'dash',
  'zsh',
  'fish',
  'ash',
  'busybox',
  'python',
  'python3',
  'node',
  'deno',
  'bun',
  'perl',
  'ruby',
  'php',
  'lua',
  'awk',
  'gawk',
  'sed',
  'env',
  'xargs',
  'find',
  'ssh',
  'git',
  'tar',
  'make',
]);

export const measure = defineMeasure({
  id: 'exec-mode',
  title: 'The agent runs no command that the operator has not allowed',
  risk: { precondition: 'agent', impact: 'gateway' },
  rows: ['A3', 'E1'],
  references: {
    owasp: ['ASI05'],
    openclaw: [
      'tools.exec.security_full_configured',
      'tools.exec.safe_bins_interpreter_unprofiled',
      'tools.exec.safe_bin_trusted_dirs_risky',
      'security.exposure.open_channels_with_exec',
    ],
  },
  why: 'With free execution every message that the agent reads can be a command, with all that the container holds.',
  check: (deployment) => withSettings(deployment, (config) => look(deployment, config)),
  fix,
  weaken: (deployment) => weakenSetting(deployment, 'tools.exec', { mode: 'full' }),
});

function fix(failure: Failure, { deployment }: FixContext): Fix {
  const place = settingOf(failure);
  if (failure.key !== undefined)
    return {
      title: `Take ${failure.key} out of ${place.slice(0, -1).join('.')}`,
      safety: 'unsafe',
      effect: `The agent no longer runs ${failure.key} without approval.`,
      changes: [removeSetting(place)],
    };
  const exec = place.at(-1) === 'exec' ? place : place.slice(0, -1);
  const older = [removeSetting([...exec, 'security']), removeSetting([...exec, 'ask'])];
  const settings = settingIn(deployment.openclawConfig, exec);
  const { mode, security, ask }: Settings = isSettings(settings) ? settings : {};
  const present = older.filter((_, index) => [security, ask][index] !== undefined);
  if (strictModes.has(mode))
    return { title: `Keep the mode of ${exec.join('.')} only`, safety: 'safe', changes: present };
  return {
    title: `Let the agent ask before it runs a command`,
    safety: 'unsafe',
    effect: 'The agent asks for an approval before each command that was not approved before.',
    changes: [...askFirst(deployment, exec, mode), ...(usesMode(deployment, mode) ? present : [])],
  };
}

/** Versions before `mode` reject it, newer ones still know the older words. */
function askFirst(deployment: Deployment, exec: readonly (string | number)[], mode: unknown): Change[] {
  return usesMode(deployment, mode)
    ? [setSetting([...exec, 'mode'], 'ask')]
    : [setSetting([...exec, 'security'], 'allowlist'), setSetting([...exec, 'ask'], 'on-miss')];
}

function usesMode({ openclawVersion }: Deployment, mode: unknown): boolean {
  return (
    mode !== undefined || (openclawVersion !== undefined && atLeast(openclawVersion, KEY_CHANGES.execMode))
  );
}

function look(deployment: Deployment, config: Settings): Outcome[] {
  const found = scopesOf(config).flatMap((scope) => [
    ...modeFailures(scope, config),
    ...safeBinFailures(scope),
  ]);
  // The owner chose it: said in every report as a remaining risk, and never as a pass.
  if (found.length > 0 && deployment.execMode === 'full')
    return [
      skipped('clawproof.yaml sets exec.mode to full: the agent runs any command, inside the container'),
    ];
  return failuresOr(found);
}

function modeFailures(scope: Scope, config: Settings): Outcome[] {
  const path = `${scope.prefix}tools.exec`;
  const steps = [...scope.steps, 'tools', 'exec'];
  const exec = settingAt(scope.settings, 'tools.exec');
  const { mode, security, ask }: Settings = isSettings(exec) ? exec : {};
  if (mode === undefined) return legacyFailures(scope, config, security);
  if (security !== undefined || ask !== undefined)
    return [
      failedSetting(steps, `${path} has mode beside the older security or ask: OpenClaw rejects the file`),
    ];
  return strictModes.has(mode)
    ? []
    : [failedSetting([...steps, 'mode'], `${path}.mode is ${shown(mode)}: the agent runs what it likes`)];
}

/** Without `mode` the older `security` decides, and without both the default, which is to run everything. */
function legacyFailures({ prefix, steps }: Scope, config: Settings, security: unknown): Outcome[] {
  const path = `${prefix}tools.exec`;
  if (security === 'deny' || security === 'allowlist') return [];
  if (security !== undefined)
    return [
      failedSetting(
        [...steps, 'tools', 'exec', 'security'],
        `${path}.security is ${shown(security)}: the agent runs what it likes`,
      ),
    ];
  return prefix !== '' || isExecDenied(config)
    ? []
    : [failedSetting(`${path}.mode`, `${path}.mode is not set, and its default is to run everything`)];
}

function isExecDenied(config: Settings): boolean {
  const denied = toolsNamed(settingAt(config, 'tools.deny'));
  return denied.includes('exec') || denied.includes('*');
}

function safeBinFailures({ prefix, steps, settings }: Scope): Outcome[] {
  const path = `${prefix}tools.exec.safeBins`;
  const bins = settingAt(settings, 'tools.exec.safeBins');
  const names = Array.isArray(bins) ? bins.map(String) : [];
  return names.flatMap((name, index) =>
    interpreters.has(name.split('/').at(-1) ?? '')
      ? [
          failedSetting(
            [...steps, 'tools', 'exec', 'safeBins', index],
            `${path} has ${name}, which runs whatever it is given`,
            name,
          ),
        ]
      : [],
  );
}
