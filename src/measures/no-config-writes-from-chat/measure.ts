import { setSetting, settingOf } from '../fix-setting.ts';
import { failuresOr } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { failedSetting, isSettings, membersOf, settingAt, withSettings, type Settings } from '../settings.ts';
import { weakenSetting } from '../weaken.ts';

const commands: Record<string, string> = {
  config: 'a chat message rewrites openclaw.json',
  debug: 'a chat message overrides settings of the running gateway',
  bash: 'a chat message runs commands on the gateway',
  mcp: 'a chat message adds programs that the agent starts',
  plugins: 'a chat message switches plugins on and off',
};

export const measure = defineMeasure({
  id: 'no-config-writes-from-chat',
  title: 'Nobody changes the configuration from a chat',
  risk: { precondition: 'agent', impact: 'gateway' },
  rows: ['A2', 'G11'],
  references: { owasp: ['ASI03'] },
  why: 'Whoever writes in the name of an owner could switch off every other protection from a chat.',
  check: (deployment) => withSettings(deployment, look),
  fix: (failure) => ({
    title: `Set ${settingOf(failure).join('.')} to false`,
    safety: 'unsafe',
    effect: 'Owners change these settings with the `openclaw` command, no longer from a chat.',
    changes: [setSetting(settingOf(failure), false)],
  }),
  weaken: (deployment) => weakenSetting(deployment, 'commands.config', true),
});

function look(config: Settings): Outcome[] {
  const own = Object.entries(commands)
    .filter(([name]) => settingAt(config, `commands.${name}`) === true)
    .map(([name, what]) => failedSetting(`commands.${name}`, `commands.${name} is on: ${what}`));
  const channels = settingAt(config, 'channels');
  const writing = [...membersOf(isSettings(channels) ? channels : {}, ['channels'])]
    .filter((member) => member.key === 'configWrites' && member.value === true)
    .map(({ steps, path }) =>
      failedSetting(steps, `${path} is on: events of the channel rewrite openclaw.json`),
    );
  return failuresOr([...own, ...writing]);
}
