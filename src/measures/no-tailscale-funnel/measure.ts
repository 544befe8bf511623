import { setSetting, settingOf } from '../fix-setting.ts';
import { failuresOr } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { failedSetting, settingAt, withSettings, type Settings } from '../settings.ts';
import { weakenSetting } from '../weaken.ts';

const paths = ['gateway.tailscale.mode', 'hooks.gmail.tailscale.mode'];

export const measure = defineMeasure({
  id: 'no-tailscale-funnel',
  title: 'Tailscale does not publish the gateway to the Internet',
  risk: { precondition: 'reach', impact: 'gateway' },
  rows: ['G6', 'R4'],
  references: { nist: ['4.3.2'], openclaw: ['gateway.tailscale_funnel', 'gateway.tailscale_serve'] },
  why: 'Funnel gives the gateway a public name, and everybody on the Internet may try tokens and exploits on it.',
  check: (deployment) => withSettings(deployment, look),
  fix: (failure) => ({
    title: `Set ${settingOf(failure).join('.')} to serve`,
    safety: 'unsafe',
    effect: 'The gateway is reachable from the own tailnet only; webhooks from outside no longer arrive.',
    changes: [setSetting(settingOf(failure), 'serve')],
  }),
  weaken: (deployment) => weakenSetting(deployment, 'gateway.tailscale.mode', 'funnel'),
});

function look(config: Settings): Outcome[] {
  return failuresOr(
    paths
      .filter((path) => settingAt(config, path) === 'funnel')
      .map((path) => failedSetting(path, `${path} is funnel: it is published to the Internet`)),
  );
}
