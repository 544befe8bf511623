import { addSetting, localOrigins, removeSetting, setSetting, settingOf } from '../fix-setting.ts';
import type { Failure, Fix, FixContext, NoFix } from '../fix.ts';
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
  fix,
  weaken: (deployment) => weakenSetting(deployment, path, ['*']),
});

function fix(failure: Failure, { deployment }: FixContext): Fix | NoFix {
  const local = localOrigins(deployment);
  const place = settingOf(failure);
  const written = settingAt(deployment.openclawConfig, path);
  const origins: unknown[] = Array.isArray(written) ? written : [];
  const exact = exactOrigin(failure.key ?? '');
  if (exact !== undefined)
    return {
      title: `Write the origin ${failure.key} as ${exact}`,
      safety: 'safe',
      changes: [setSetting(place, exact)],
    };
  const others = origins.filter((origin) => exactOrigin(origin) !== undefined);
  if (local.length === 0)
    return {
      why: 'The port of the dashboard depends on a variable; list the addresses under which it is opened.',
    };
  if (failure.key === undefined)
    return {
      title: `List ${local.join(' and ')} as origins of the dashboard`,
      safety: 'unsafe',
      effect: `Browsers that open the dashboard under another address than ${local.join(' or ')} are refused until it is listed.`,
      changes: [setSetting(path, local)],
    };
  return {
    title: `Replace the origin ${failure.key} by exact ones`,
    safety: 'unsafe',
    effect: 'Browsers that open the dashboard under an address that is not listed are refused until it is.',
    changes: [
      removeSetting(place),
      ...(others.length > 0 ? [] : local.map((origin) => addSetting(path, origin))),
    ],
  };
}

/** The origin that a text means: with a scheme, and without a path. */
function exactOrigin(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  const origin = (text.includes('://') ? text : `http://${text}`).replace(/\/+$/, '');
  return originPattern.test(origin) && text !== 'null' ? origin : undefined;
}

function look(config: Settings): Outcome[] {
  const origins = settingAt(config, path);
  if (settingAt(config, 'gateway.controlUi.enabled') === false) return failuresOr([], 'the dashboard is off');
  if (!Array.isArray(origins) || origins.length === 0)
    return [
      failedSetting(path, `${path} is empty: OpenClaw refuses to start when it listens beyond loopback`),
    ];
  return failuresOr(
    origins.flatMap((origin, index) => {
      if (typeof origin === 'string' && originPattern.test(origin)) return [];
      return [
        failedSetting(
          ['gateway', 'controlUi', 'allowedOrigins', index],
          `${JSON.stringify(origin)} is no exact origin such as http://127.0.0.1:18789`,
          String(origin),
        ),
      ];
    }),
  );
}
