import { setSetting, settingOf } from '../fix-setting.ts';
import { failuresOr } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { failedSetting, scopesOf, settingAt, withSettings, type Settings } from '../settings.ts';
import { weakenSetting } from '../weaken.ts';

const path = 'tools.fs.workspaceOnly';
const patchPath = 'tools.exec.applyPatch.workspaceOnly';

export const measure = defineMeasure({
  id: 'workspace-only-files',
  title: "The agent's file tools stay inside its workspace",
  risk: { precondition: 'agent', impact: 'gateway' },
  rows: ['A4'],
  references: {
    owasp: ['ASI02'],
    openclaw: [
      'tools.exec.fs_tools_disabled_but_exec_enabled',
      'security.exposure.open_groups_with_runtime_or_fs',
    ],
  },
  why: 'Otherwise a message is enough to read stored credentials, or to rewrite the instructions that the agent obeys.',
  check: (deployment) => withSettings(deployment, look),
  fix: (failure) => ({
    title: `Set ${settingOf(failure).join('.')} to true`,
    safety: 'unsafe',
    effect: 'The agent no longer reads or writes files outside of its workspace; put what it needs there.',
    changes: [setSetting(settingOf(failure), true)],
  }),
  weaken: (deployment) => weakenSetting(deployment, path, false),
});

function look(config: Settings): Outcome[] {
  const found: Outcome[] = [];
  if (settingAt(config, path) === undefined)
    found.push(
      failedSetting(path, `${path} is not set, and its default is every file that the process can read`),
    );
  for (const { prefix, steps, settings } of scopesOf(config)) {
    for (const key of [path, patchPath]) {
      if (settingAt(settings, key) === false)
        found.push(failedSetting([...steps, ...key.split('.')], `${prefix}${key} is false`));
    }
  }
  return failuresOr(found);
}
