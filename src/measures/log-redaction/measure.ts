import { atLeast, KEY_CHANGES } from '../../openclaw/config-keys.ts';
import { setSetting } from '../fix-setting.ts';
import { passed } from '../look.ts';
import { defineMeasure } from '../measure.ts';
import { failedSetting, settingAt, withSettings } from '../settings.ts';

const path = 'logging.redactSensitive';

export const measure = defineMeasure({
  id: 'log-redaction',
  title: 'Secrets are redacted in logs',
  risk: { precondition: 'local', impact: 'exposure' },
  rows: ['A6'],
  references: { nist: ['4.1.4'], openclaw: ['fs.log_file.perms_readable'] },
  why: 'Logs are read, kept and sent around by people and programs that must not have the keys in them.',
  check: (deployment) =>
    withSettings(deployment, (config) => {
      const since = KEY_CHANGES.redactSensitiveRetired;
      // Newer versions have no such key; one that is still written is a finding of no-retired-keys.
      if (atLeast(deployment.openclawVersion ?? '', since)) return passed(`always on since ${since}`);
      return settingAt(config, path) === 'tools'
        ? passed()
        : failedSetting(
            path,
            `${path} is not "tools", and versions before ${since} then log secrets as they are`,
          );
    }),
  // Only versions that have the key can fail.
  fix: () => ({
    title: `Set ${path} to tools`,
    safety: 'safe',
    changes: [setSetting(path, 'tools')],
  }),
});
