import { setSetting } from '../fix-setting.ts';
import type { Failure, Fix, FixContext, NoFix } from '../fix.ts';
import { failuresOr, passed } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { failedSetting, isSettings, settingAt, withSettings, type Settings } from '../settings.ts';
import { weakenSetting } from '../weaken.ts';

const path = 'plugins.allow';

export const measure = defineMeasure({
  id: 'plugins-allowlist',
  title: 'Only plugins that are listed are loaded',
  risk: { precondition: 'agent', impact: 'gateway' },
  rows: ['R5', 'G12'],
  references: {
    owasp: ['ASI04'],
    openclaw: ['plugins.extensions_no_allowlist', 'plugins.tools_reachable_permissive_policy'],
  },
  why: 'A plugin runs inside the gateway with all its credentials, and one that is put into a folder loads by itself.',
  check: (deployment) => withSettings(deployment, look),
  fix,
  weaken: (deployment) => weakenSetting(deployment, 'plugins.load.paths', ['/home/node/plugins']),
});

function look(config: Settings): Outcome[] {
  if (settingAt(config, 'plugins.enabled') === false) return [passed('plugins are off')];
  const loaded = [...enabledPlugins(config), ...listAt(config, 'plugins.load.paths')];
  if (loaded.length === 0) return [passed('no plugin is configured')];
  const allowed = settingAt(config, path);
  if (!Array.isArray(allowed) || allowed.length === 0)
    return [failedSetting(path, `${path} is not set, and plugins are loaded: ${loaded.join(', ')}`)];
  return failuresOr(
    allowed.includes('*') ? [failedSetting(path, `${path} holds "*", which lists nothing`)] : [],
  );
}

/** Plugins with settings of their own that are not switched off. */
function enabledPlugins(config: unknown): string[] {
  const entries = settingAt(config, 'plugins.entries');
  return Object.entries(isSettings(entries) ? entries : {})
    .filter(([, entry]) => settingAt(entry, 'enabled') !== false)
    .map(([id]) => id);
}

function listAt(config: unknown, at: string): string[] {
  const list = settingAt(config, at);
  return Array.isArray(list) ? list.map(String) : [];
}

function fix(_: Failure, { deployment }: FixContext): Fix | NoFix {
  const config = deployment.openclawConfig;
  const paths = listAt(config, 'plugins.load.paths');
  if (paths.length > 0)
    return {
      why: `Nothing here tells the names of the plugins in ${paths.join(', ')}; list them in ${path}.`,
    };
  const ids = [...new Set([...enabledPlugins(config), ...listAt(config, path)])].filter((id) => id !== '*');
  return ids.length === 0
    ? { why: `Nothing here tells which plugins are meant; list them in ${path}.` }
    : {
        title: `Load ${ids.join(', ')} and no other plugin`,
        safety: 'unsafe',
        effect:
          'Plugins that load by default, and those that are installed later, stay off until they are listed.',
        changes: [setSetting(path, ids)],
      };
}
