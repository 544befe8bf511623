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
