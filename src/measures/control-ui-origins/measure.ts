import { failuresOr } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { failedSetting, settingAt, withSettings, type Settings } from '../settings.ts';
import { weakenSetting } from '../weaken.ts';

const path = 'gateway.controlUi.allowedOrigins';
/** scheme://host or scheme://host:port, nothing behind it and no wildcard. */
const originPattern = /^https?:\/\/(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::\d{1,5})?$/i;

export const measure = defineMeasure({
  id: 'control-ui-origins',
  title: 'The dashboard answers exact origins only',
  risk: { precondition: 'agent', impact: 'gateway' },
  rows: ['G6', 'H6'],
  references: {
    owasp: ['ASI03'],
    openclaw: [
      'gateway.control_ui.allowed_origins_required',
      'gateway.control_ui.allowed_origins_wildcard',
      'gateway.control_ui.host_header_origin_fallback',
    ],
  },
  why: 'Any web page that the operator opens could otherwise talk to the gateway through their browser.',
  check: (deployment) => withSettings(deployment, look),
  weaken: (deployment) => weakenSetting(deployment, path, ['*']),
});

function look(config: Settings): Outcome[] {
  const origins = settingAt(config, path);
  if (settingAt(config, 'gateway.controlUi.enabled') === false) return failuresOr([], 'the dashboard is off');
  if (!Array.isArray(origins) || origins.length === 0)
    return [
      failedSetting(path, `${path} is empty: OpenClaw refuses to start when it listens beyond loopback`),
    ];
  return failuresOr(
    origins.flatMap((origin) => {
      if (typeof origin === 'string' && originPattern.test(origin)) return [];
      return [
        failedSetting(path, `${JSON.stringify(origin)} is no exact origin such as http://127.0.0.1:18789`),
      ];
    }),
  );
}
