import type { Deployment } from '../../deployment/deployment.ts';
import { setSetting } from '../fix-setting.ts';
import type { Failure, Fix, FixContext } from '../fix.ts';
import { passed } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { failedSetting, settingAt, shown, withSettings, type Settings } from '../settings.ts';
import { weakenSetting } from '../weaken.ts';

const path = 'discovery.mdns.mode';

export const measure = defineMeasure({
  id: 'mdns-off',
  title: 'The gateway does not announce itself on the network',
  risk: { precondition: 'local', impact: 'outage' },
  rows: ['A7'],
  references: { owasp: ['D5'] },
  why: "Announcements tell everybody on the network that there is a gateway, with the host's name and paths.",
  check: (deployment) => withSettings(deployment, (config) => look(deployment, config)),
  fix,
  weaken: (deployment) => weakenSetting(deployment, path, 'full'),
});

function fix(_: Failure, { deployment }: FixContext): Fix {
  const title = `Set ${path} to off`;
  const changes = [setSetting(path, 'off')];
  // Announcements do not leave a network of containers, so nobody can miss them.
  const isOnHost = deployment.services.some(
    (service) => service.role === 'gateway' && service.networkMode === 'host',
  );
  return isOnHost
    ? {
        title,
        safety: 'unsafe',
        effect: 'Apps on the local network no longer find the gateway by themselves; give them its address.',
        changes,
      }
    : { title, safety: 'safe', changes };
}

function look(deployment: Deployment, config: Settings): Outcome {
  const mode = settingAt(config, path);
  if (mode === 'off') return passed();
  const gateway = deployment.services.find((service) => service.role === 'gateway');
  if (mode === undefined && gateway?.environment?.['OPENCLAW_DISABLE_BONJOUR'] === '1')
    return passed('switched off in the environment');
  return failedSetting(
    path,
    mode === undefined
      ? `${path} is not set: whether it announces itself is left to OpenClaw's guess`
      : `${path} is ${shown(mode)}`,
  );
}
