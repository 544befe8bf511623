import type { Settings } from '../../measures/settings.ts';
import { withHostileModel } from '../rings/hostile-settings.ts';
import { TWIN } from './layout.ts';

/** openclaw.json of a twin in which the agent may run every command: what a skill wants is let happen. */
export function twinConfig(token: string): Settings {
  return withHostileModel({
    gateway: {
      mode: 'local',
      bind: 'loopback',
      port: TWIN.port,
      auth: { mode: 'token', token },
      controlUi: { enabled: false },
    },
    tools: { profile: 'coding', exec: { mode: 'full' }, elevated: { enabled: false } },
    discovery: { mdns: { mode: 'off' } },
    update: { checkOnStart: false },
  });
}
