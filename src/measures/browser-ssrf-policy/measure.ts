import { removeSetting, setSetting } from '../fix-setting.ts';
import { failuresOr, passed } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { failedSetting, settingAt, withSettings, type Settings } from '../settings.ts';
import { weakenSetting } from '../weaken.ts';

const path = 'browser.ssrfPolicy.dangerouslyAllowPrivateNetwork';
/** The same switch under its former name. */
const formerPath = 'browser.ssrfPolicy.allowPrivateNetwork';

export const measure = defineMeasure({
  id: 'browser-ssrf-policy',
  title: "The agent's browser opens no private address",
  risk: { precondition: 'agent', impact: 'exposure' },
  rows: ['A5'],
  references: { owasp: ['ASI02'], openclaw: ['config.insecure_or_dangerous_flags'] },
  why: 'A page can otherwise send the browser to routers, panels and cloud metadata that nobody outside reaches.',
  check: (deployment) => withSettings(deployment, look),
  fix: ({ subject }) => ({
    title: 'Keep the browser off private addresses',
    safety: 'unsafe',
    effect:
      'The browser no longer opens pages on private addresses; list the hosts that it needs in `browser.ssrfPolicy.allowedHostnames`.',
    changes: [subject === formerPath ? removeSetting(formerPath) : setSetting(path, false)],
  }),
  weaken: (deployment) => weakenSetting(deployment, path, true),
});

function look(config: Settings): Outcome[] {
  if (settingAt(config, 'browser.enabled') === false) return [passed('the browser is off')];
  const open = [path, formerPath].filter(
    (key) => settingAt(config, key) !== undefined && settingAt(config, key) !== false,
  );
  return failuresOr(
    open.map((key) =>
      failedSetting(key, `${key} is on: the browser opens private addresses and cloud metadata`),
    ),
  );
}
