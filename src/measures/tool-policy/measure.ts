import { atLeast } from '../../openclaw/config-keys.ts';
import { addSetting, removeSetting, settingOf } from '../fix-setting.ts';
import type { Failure, Fix, FixContext } from '../fix.ts';
import { failuresOr } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { failedSetting, settingAt, withSettings, type Settings } from '../settings.ts';
import { weakenSetting } from '../weaken.ts';
import { toolsNamed } from './tool-groups.ts';

/** Tools with which an agent leaves its own conversation or changes the gateway, and the version since which it is looked for. */
const forbidden: [name: string, gives: string, since?: string][] = [
  ['sessions_spawn', 'starts other agents, which other limits hold for'],
  ['sessions_send', 'writes into the sessions of others'],
  ['cron', 'plants tasks that outlive the conversation'],
  ['gateway', 'reads the configuration and starts updates'],
  ['conversations_send', 'writes to other people in your name', '2026.8.1'],
  ['conversations_turn', 'writes to other people in your name and takes their answer', '2026.8.1'],
  ['portal', 'opens a way in to whatever listens in the container', '2026.8.1'],
  ['skill_workshop', 'writes skills that outlive the conversation', '2026.8.1'],
];

export const measure = defineMeasure({
  id: 'tool-policy',
  title: 'The agent is denied the control plane and the sessions of others',
  risk: { precondition: 'agent', impact: 'gateway' },
  rows: ['A2'],
  references: {
    owasp: ['ASI02', 'ASI03'],
    openclaw: [
      'security.exposure.open_groups_with_control_plane_tools',
      'gateway.tools_invoke_http.dangerous_allow',
    ],
  },
  why: 'One injected message becomes permanent when the agent may schedule tasks, start agents or reach the sessions of others.',
  check: (deployment) => withSettings(deployment, (config) => look(config, deployment.openclawVersion ?? '')),
  fix,
  weaken: (deployment) =>
    weakenSetting(
      deployment,
      'tools.deny',
      toolsNamed(settingAt(deployment.openclawConfig, 'tools.deny')).filter(
        (name) => name !== 'sessions_send',
      ),
    ),
});

/** What is added to `tools.deny`: a group where it holds nothing else that matters. */
const denials: Record<string, string> = { cron: 'group:automation', gateway: 'group:automation' };

function fix(failure: Failure, { deployment }: FixContext): Fix {
  const name = failure.key ?? '';
  if (settingOf(failure)[0] === 'tools')
    return {
      title: `Deny the agent ${denials[name] ?? name}`,
      safety: 'unsafe',
      effect: `The agent no longer has the tool ${name}: it ${what(name)}.`,
      changes: [addSetting('tools.deny', denials[name] ?? name)],
    };
  const allowed = settingAt(deployment.openclawConfig, 'gateway.tools.allow');
  const items = Array.isArray(allowed) ? allowed : [];
  const indices = items.flatMap((item, index) =>
    item === '*' || toolsNamed([item]).includes(name) ? [index] : [],
  );
  return {
    title: `Take ${name} out of gateway.tools.allow`,
    safety: 'unsafe',
    effect: `Programs no longer call ${indices.map((index) => String(items[index])).join(', ')} over HTTP.`,
    changes: indices.map((index) => removeSetting(['gateway', 'tools', 'allow', index])),
  };
}

function what(name: string): string {
  return forbidden.find(([tool]) => tool === name)?.[1] ?? '';
}

function look(config: Settings, version: string): Outcome[] {
  const denied = new Set(toolsNamed(settingAt(config, 'tools.deny')));
  const allow = settingAt(config, 'tools.allow');
  const allowed = Array.isArray(allow)
    ? new Set([...toolsNamed(allow), ...toolsNamed(settingAt(config, 'tools.alsoAllow'))])
    : undefined;
  const overHttp = new Set(toolsNamed(settingAt(config, 'gateway.tools.allow')));
  const known = forbidden.filter(([, , since]) => since === undefined || atLeast(version, since));
  const found = known.flatMap(([name, gives]): Outcome[] => {
    const isOpen =
      !denied.has(name) &&
      !denied.has('*') &&
      (allowed === undefined || allowed.has(name) || allowed.has('*'));
    const isOpenOverHttp = overHttp.has(name) || overHttp.has('*');
    return [
      ...(isOpen ? [failedSetting('tools.deny', `${name} is not denied: it ${gives}`, name)] : []),
      ...(isOpenOverHttp
        ? [failedSetting('gateway.tools.allow', `${name} is allowed over HTTP: it ${gives}`, name)]
        : []),
    ];
  });
  return failuresOr(found);
}
