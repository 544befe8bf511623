import { managedSettings, type OpenClawConfig } from '../render/config/openclaw-config.ts';
import type { Policy } from '../policy/policy.ts';
import { cageAddresses, PATHS } from '../render/layout.ts';
import { type OwnerContext, readOwned } from './container-owner.ts';
import { writeGatewayConfig } from './gateway-config-file.ts';
import { desiredConfig, parseConfig } from './openclaw-config.ts';

/**
 * Puts the settings that clawproof owns back, after a command that may write openclaw.json: OpenClaw's wizards change
 * some of them, and a plugin that the agent planted in its state runs in the command's container, too.
 * @returns dotted paths of the settings that had been changed.
 */
export async function restoreSettings(
  context: OwnerContext,
  folder: string,
  policy: Policy,
  cageSubnet: string,
): Promise<string[]> {
  const current = await readOwned(context, folder, PATHS.openclawConfig);
  if (current === null) return [];
  const text = desiredConfig(policy, cageSubnet, current);
  if (text === current) return [];
  const changed = differences(managedSettings(policy, cageAddresses(cageSubnet)), parseConfig(current));
  await writeGatewayConfig(context, folder, text);
  return changed;
}

/** Dotted paths at which `current` does not hold what is wanted. */
export function differences(wanted: OpenClawConfig, current: unknown, prefix = ''): string[] {
  const there = isObject(current) ? current : {};
  return Object.entries(wanted).flatMap(([key, value]) => {
    const path = `${prefix}${key}`;
    const found = Object.hasOwn(there, key) ? there[key] : undefined;
    if (isObject(value)) return differences(value, found, `${path}.`);
    return JSON.stringify(value) === JSON.stringify(found) ? [] : [path];
  });
}

function isObject(value: unknown): value is OpenClawConfig {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
