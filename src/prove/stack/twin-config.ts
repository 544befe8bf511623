import { isSettings, type Settings } from '../../measures/settings.ts';

/**
 * openclaw.json of a twin: no channel may answer beside the deployment's own, and nothing may offer the twin to a tailnet.
 * All else is the target's.
 */
export function quietConfig(config: Settings): Settings {
  const { channels, gateway } = config;
  return {
    ...config,
    ...(isSettings(channels) ? { channels: switchedOff(channels) } : {}),
    ...(isSettings(gateway) && isSettings(gateway['tailscale'])
      ? { gateway: { ...gateway, tailscale: { ...gateway['tailscale'], mode: 'off' } } }
      : {}),
  };
}

function switchedOff(channels: Settings): Settings {
  return Object.fromEntries(
    Object.entries(channels).map(([name, channel]) => [
      name,
      // What holds for all channels is no channel.
      isSettings(channel) && name !== 'defaults' ? { ...channel, enabled: false } : channel,
    ]),
  );
}

/** Settings that a running gateway takes up without starting anew; of 2026.9.6. */
const HOT = [
  'agents',
  'discovery.mdns.mode',
  'gateway.auth.rateLimit',
  'gateway.controlUi.allowedOrigins',
  'gateway.controlUi.dangerouslyAllowHostHeaderOriginFallback',
  'gateway.http.endpoints',
  'gateway.tools',
  'gateway.trustedProxies',
  'models',
  'session',
  'tools',
] as const;

/** True for a dotted path of settings that can be changed while the gateway runs. */
export function isHot(path: string): boolean {
  return HOT.some((hot) => path === hot || path.startsWith(`${hot}.`));
}

/** Dotted paths of all settings in which two configurations differ. */
export function changedSettings(one: Settings, other: Settings, prefix = ''): string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((key) => {
    const [before, after] = [one[key], other[key]];
    const path = `${prefix}${key}`;
    if (isSettings(before) && isSettings(after)) return changedSettings(before, after, `${path}.`);
    // A whole branch that is new or gone is judged by what is in it.
    if (isSettings(before) && after === undefined) return changedSettings(before, {}, `${path}.`);
    if (isSettings(after) && before === undefined) return changedSettings({}, after, `${path}.`);
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [path];
  });
}
