import { PRESETS } from '../policy/presets.ts';
import { parseLocatedJson5 } from '../documents/located-json5.ts';
import { plainOf } from '../documents/located.ts';
import { configUnreadable } from '../errors/operate-errors.ts';
import type { Policy } from '../policy/policy.ts';
import { configText, mergeSettings } from '../render/config/merge-settings.ts';
import { managedSettings, type OpenClawConfig, proxySettings } from '../render/config/openclaw-config.ts';
import { cageAddresses } from '../render/layout.ts';

/**
 * openclaw.json as it should be: the settings that clawproof owns, put into what the user and OpenClaw keep in it.
 * When nothing that clawproof owns differs, the text is given back as it is, comments included.
 * @param current text on disk; null when there is none yet.
 * @throws AppError `config-unreadable` when it is not JSON5 with an object at its root.
 */
export function desiredConfig(policy: Policy, cageSubnet: string, current: string | null): string {
  const managed = managedSettings(policy, cageAddresses(cageSubnet));
  if (current === null) return configText(mergeSettings({}, managed));
  const before = parseConfig(current);
  const merged = withoutStaleProfiles(policy, withoutStaleProxy(policy, mergeSettings(before, managed)));
  return JSON.stringify(merged) === JSON.stringify(before) ? current : configText(merged);
}

/** JSON5 text of openclaw.json as data. */
export function parseConfig(text: string): OpenClawConfig {
  const { root, problems } = parseLocatedJson5(text, 'openclaw.json');
  if (root === null) {
    const { message = 'it cannot be read', position } = problems[0] ?? {};
    throw configUnreadable(
      position ? `line ${position.line}, column ${position.column}: ${message}` : message,
    );
  }
  const value = plainOf(root);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw configUnreadable('it holds no object');
  return value as OpenClawConfig;
}

/** A deployment that leaves the cage must not keep sending everything to a proxy that is gone. */
function withoutStaleProxy(policy: Policy, config: OpenClawConfig): OpenClawConfig {
  const proxy = config['proxy'];
  if (PRESETS[policy.preset].hasEgress || JSON.stringify(proxy) !== JSON.stringify(proxySettings()))
    return config;
  return mergeSettings(config, { proxy: undefined });
}

/** Merging keeps what others wrote into an object; which names count as harmless is for clawproof.yaml alone to say. */
function withoutStaleProfiles({ exec }: Policy, config: OpenClawConfig): OpenClawConfig {
  const tools = config['tools'] as { exec?: { safeBinProfiles?: OpenClawConfig } } | undefined;
  const names = Object.keys(tools?.exec?.safeBinProfiles ?? {}).filter(
    (name) => !exec.scripts.includes(name),
  );
  if (names.length === 0) return config;
  const safeBinProfiles = Object.fromEntries(names.map((name) => [name, undefined]));
  return mergeSettings(config, { tools: { exec: { safeBinProfiles } } });
}
