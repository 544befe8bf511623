import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../policy/defaults.ts';
import { cageAddresses } from '../layout.ts';
import { managedSettings } from './openclaw-config.ts';
import { configText, mergeSettings } from './merge-settings.ts';

const settings = (
  version: string,
  preset: 'caged' | 'baseline' = 'caged',
  mode: 'deny' | 'allowlist' | 'full' = 'deny',
  scripts: string[] = [],
) =>
  JSON.parse(
    configText(
      mergeSettings(
        {},
        managedSettings(
          defaultPolicy({ preset, exec: { mode, scripts }, openclaw: { version } }),
          cageAddresses('172.30.224.0/28'),
        ),
      ),
    ),
  ) as Record<string, Record<string, unknown>>;

describe('managedSettings', () => {
  it('uses the keys of the version', () => {
    expect(settings('2026.9.6')['tools']?.['exec']).toEqual({ mode: 'deny' });
    expect(settings('2026.5.20')['tools']?.['exec']).toEqual({ security: 'deny', ask: 'off' });
    expect(settings('2026.9.6')['logging']).toEqual({});
    expect(settings('2026.7.1')['logging']).toEqual({ redactSensitive: 'tools' });
    expect(settings('2026.9.6')['gateway']?.['controlUi']).not.toHaveProperty('allowInsecureAuth');
    expect(settings('2026.7.1')['gateway']?.['controlUi']).toHaveProperty('allowInsecureAuth', false);
  });

  it('trusts the one address of ingress, and nothing in baseline', () => {
    expect(settings('2026.9.6')['gateway']?.['trustedProxies']).toEqual(['172.30.224.3']);
    expect(settings('2026.9.6', 'baseline')['gateway']?.['trustedProxies']).toEqual([]);
    expect(settings('2026.9.6', 'baseline')).not.toHaveProperty('proxy');
  });

  it('denies running programs unless exec is on', () => {
    expect(settings('2026.9.6')['tools']?.['deny']).toContain('group:runtime');
    for (const mode of ['allowlist', 'full'] as const) {
      const { deny, exec } = settings('2026.9.6', 'caged', mode)['tools'] ?? {};
      expect(deny).not.toContain('group:runtime');
      expect(deny).toContain('group:automation');
      expect(exec).toMatchObject({ mode });
    }
  });

  it('lets run the listed scripts of one folder, and none of the filters that OpenClaw allows by itself', () => {
    const exec = (mode: 'deny' | 'allowlist' | 'full', scripts: string[]) =>
      settings('2026.9.6', 'caged', mode, scripts)['tools']?.['exec'];
    expect(exec('allowlist', ['a.sh'])).toEqual({
      mode: 'allowlist',
      safeBins: ['a.sh'],
      safeBinTrustedDirs: ['/opt/clawproof/scripts'],
      safeBinProfiles: { 'a.sh': {} },
      pathPrepend: ['/opt/clawproof/scripts'],
    });
    expect(exec('allowlist', [])).toMatchObject({ safeBins: [] });
    expect(exec('deny', ['a.sh'])).toEqual({ mode: 'deny' });
    expect(exec('full', ['a.sh'])).toEqual({ mode: 'full' });
  });
});
