import { setSetting, settingOf } from '../fix-setting.ts';
import type { Failure, Fix, FixContext } from '../fix.ts';
import { failuresOr } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { failedSetting, isSettings, scopesOf, settingAt, withSettings, type Settings } from '../settings.ts';
import { weakenSetting } from '../weaken.ts';

const path = 'tools.elevated.enabled';

export const measure = defineMeasure({
  id: 'elevated-tools-off',
  title: 'No sender can switch the agent to elevated execution',
  risk: { precondition: 'agent', impact: 'gateway' },
  rows: ['A3', 'G11'],
  references: {
    owasp: ['ASI03'],
    openclaw: [
      'tools.elevated.allowFrom.<provider>.wildcard',
      'tools.elevated.allowFrom.<provider>.large',
      'security.exposure.open_groups_with_elevated',
    ],
  },
  why: 'Elevated execution leaves the sandbox and the approvals behind, and a chat message is enough to ask for it.',
  check: (deployment) => withSettings(deployment, look),
  fix,
  weaken: (deployment) => weakenSetting(deployment, path, true),
});

function look(config: Settings): Outcome[] {
  // Off for the whole file is off for every agent.
  if (settingAt(config, path) === false) return failuresOr([]);
  const senders = scopesOf(config).flatMap(({ settings }) => sendersOf(settings));
  const detail = senders.some(([, names]) => names.includes('*'))
    ? `${path} is on, and ${senders.find(([, names]) => names.includes('*'))?.[0]} lets everybody use it`
    : senders.length > 0
      ? `${path} is on for ${senders.map(([provider]) => provider).join(', ')}`
      : `${path} is ${settingAt(config, path) === undefined ? 'not set, and its default is on' : 'on'}: one entry in allowFrom opens it`;
  return [failedSetting(path, detail)];
}

function sendersOf(settings: Settings): [provider: string, names: unknown[]][] {
  const allow = settingAt(settings, 'tools.elevated.allowFrom');
  return Object.entries(isSettings(allow) ? allow : {}).flatMap(([provider, names]): [string, unknown[]][] =>
    Array.isArray(names) && names.length > 0 ? [[provider, names]] : [],
  );
}

function fix(failure: Failure, { deployment }: FixContext): Fix {
  const config = deployment.openclawConfig ?? {};
  const title = `Set ${path} to false`;
  const changes = [setSetting(settingOf(failure), false)];
  // Nobody is allowed to use it, so nobody does.
  return scopesOf(config).every(({ settings }) => sendersOf(settings).length === 0)
    ? { title, safety: 'safe', changes }
    : {
        title,
        safety: 'unsafe',
        effect: 'Nobody can run commands outside of the sandbox or past the approvals from a chat.',
        changes,
      };
}
