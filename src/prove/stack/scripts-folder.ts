import { settingAt, type Settings } from '../../measures/settings.ts';
import type { TwinSpec } from '../proof-target.ts';
import { OWN_SCRIPT } from './own-script.ts';
import { sourceMounts } from './twin-mounts.ts';

/** The folder, by its path in the container, from which the target lets its agent run scripts, and nothing else. */
export function scriptsFolderOf({ config, gateway }: TwinSpec): string | undefined {
  const mode = settingAt(config, 'tools.exec.mode') ?? settingAt(config, 'tools.exec.security');
  if (mode !== 'allowlist') return undefined;
  const folders = listOf(config, 'safeBinTrustedDirs');
  // One that is writable is no protection, and gets no script of ours that would look as if it were.
  return sourceMounts(gateway).find(
    ({ kind, target, readOnly }) => kind === 'bind' && readOnly && folders.includes(target),
  )?.target;
}

/** Names of the scripts in it that the agent may run. */
export function scriptNames(config: Settings | undefined): string[] {
  return listOf(config, 'safeBins').filter((name) => !name.includes('/'));
}

/** The target's settings, with our script among those that run. */
export function withOwnScript(config: Settings): Settings {
  const tools = config['tools'] as Settings;
  const exec = tools['exec'] as Settings;
  const profiles = settingAt(exec, 'safeBinProfiles') as Settings | undefined;
  return {
    ...config,
    tools: {
      ...tools,
      exec: {
        ...exec,
        safeBins: [...scriptNames(config).filter((name) => name !== OWN_SCRIPT), OWN_SCRIPT],
        safeBinProfiles: { ...profiles, [OWN_SCRIPT]: {} },
      },
    },
  };
}

function listOf(config: Settings | undefined, name: string): string[] {
  const value = settingAt(config, `tools.exec.${name}`);
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
