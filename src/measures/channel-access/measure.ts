import { removeSetting, setSetting, settingOf } from '../fix-setting.ts';
import type { Change, Failure, Fix, FixContext } from '../fix.ts';
import { failuresOr, passed } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import {
  failedSetting,
  isSettings,
  membersOf,
  settingAt,
  settingIn,
  withSettings,
  type Member,
  type Settings,
} from '../settings.ts';
import { weakenSetting } from '../weaken.ts';

const senderLists = new Set(['allowFrom', 'groupAllowFrom']);

export const measure = defineMeasure({
  id: 'channel-access',
  title: 'Only people who were let in can talk to the agent',
  risk: { precondition: 'reach', impact: 'gateway' },
  rows: ['G12', 'A1'],
  references: {
    owasp: ['ASI01'],
    openclaw: [
      'channels.<provider>.dm.open',
      'channels.<provider>.dm.open_invalid',
      'security.exposure.open_channels_with_exec',
      'security.exposure.open_groups_with_runtime_or_fs',
      'security.trust_model.multi_user_heuristic',
    ],
  },
  why: 'Everybody who finds the bot could otherwise give the agent orders, and its tools do the rest.',
  check: (deployment) => withSettings(deployment, look),
  fix,
  weaken: (deployment) =>
    weakenSetting(deployment, 'channels.telegram', { dmPolicy: 'open', allowFrom: ['someone'] }),
});

function look(config: Settings): Outcome[] {
  const channels = settingAt(config, 'channels');
  if (!isSettings(channels) || Object.keys(channels).length === 0)
    return [passed('no channel is configured')];
  return failuresOr([...membersOf(channels, ['channels'])].flatMap((member) => failuresOf(config, member)));
}

function failuresOf(config: Settings, member: Member): Outcome[] {
  const { key, steps, path } = member;
  const isDirect = key === 'dmPolicy' || (key === 'policy' && steps.at(-2) === 'dm');
  if (isDirect && member.value === 'open')
    return [failedSetting(steps, `${path} is open: anybody can write to the agent`)];
  if (key === 'groupPolicy' && member.value === 'open') return mentionFailure(config, member);
  if (!senderLists.has(key)) return [];
  const names = member.value;
  return Array.isArray(names)
    ? names.flatMap((name, index) =>
        name === '*'
          ? [failedSetting([...steps, index], `${path} holds "*": everybody counts as let in`)]
          : [],
      )
    : [];
}

function mentionFailure(config: Settings, { steps, path }: Member): Outcome[] {
  const groups = settingIn(config, [...steps.slice(0, -1), 'groups']);
  const isEager =
    isSettings(groups) && Object.values(groups).some((group) => settingAt(group, 'requireMention') === false);
  return [
    failedSetting(
      steps,
      `${path} is open: every member of every group that the bot is in gives it orders${isEager ? ', without even mentioning it' : ''}`,
    ),
  ];
}

function fix(failure: Failure, { deployment }: FixContext): Fix {
  const place = settingOf(failure);
  const last = place.at(-1);
  if (typeof last === 'number')
    return {
      title: `Take "*" out of ${place.slice(0, -1).join('.')}`,
      safety: 'unsafe',
      effect: 'Only senders that are listed or were paired can use the agent.',
      changes: [...stricterPolicy(deployment.openclawConfig, place), removeSetting(place)],
    };
  const value = last === 'groupPolicy' ? 'allowlist' : 'pairing';
  return {
    title: `Set ${place.join('.')} to ${value}`,
    safety: 'unsafe',
    effect:
      value === 'pairing'
        ? 'Who writes for the first time gets a code, and is let in with `openclaw pairing approve`.'
        : 'Only groups and members that are listed can use the agent.',
    changes: [setSetting(place, value)],
  };
}

/** An open policy asks for "*" in the list: without it all messages are dropped. */
function stricterPolicy(config: unknown, place: readonly (string | number)[]): Change[] {
  const policy = [...place.slice(0, -2), 'dmPolicy'];
  const isOpen = place.at(-2) === 'allowFrom' && settingIn(config, policy) === 'open';
  return isOpen ? [setSetting(policy, 'pairing')] : [];
}
