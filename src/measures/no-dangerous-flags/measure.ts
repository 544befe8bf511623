import type { Deployment, Service } from '../../deployment/deployment.ts';
import { failedService, failuresOr, openclawRoles } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { failedSetting, membersOf, withSettings, type Settings } from '../settings.ts';
import { weakenSetting } from '../weaken.ts';

/** Has a measure of its own. */
const elsewhere = new Set(['browser.ssrfPolicy.dangerouslyAllowPrivateNetwork']);
const unsafeVariables: [name: string, isUnsafe: (value: string) => boolean, what: string][] = [
  ['NODE_TLS_REJECT_UNAUTHORIZED', (value) => value === '0', 'certificates are not checked'],
  [
    'NODE_OPTIONS',
    (value) => /--inspect(?:-brk|-wait)?(?:[= ]|$)/.test(value),
    "Node's debugger runs any code that it is sent",
  ],
  [
    'OPENCLAW_ALLOW_INSECURE_PRIVATE_WS',
    (value) => value !== '' && value !== '0',
    'connections without encryption are accepted',
  ],
];

export const measure = defineMeasure({
  id: 'no-dangerous-flags',
  title: 'Nothing that OpenClaw itself calls dangerous or unsafe is switched on',
  risk: { precondition: 'agent', impact: 'gateway' },
  rows: ['A2', 'G11'],
  references: {
    openclaw: ['config.insecure_or_dangerous_flags', 'gateway.control_ui.host_header_origin_fallback'],
  },
  why: 'Each of these switches takes away a check that the rest of the set-up relies on.',
  check: (deployment) =>
    withSettings(deployment, (config) =>
      failuresOr([...settingFailures(config), ...serviceFailures(deployment)]),
    ),
  weaken: (deployment) =>
    weakenSetting(deployment, 'gateway.controlUi.dangerouslyAllowHostHeaderOriginFallback', true),
});

function settingFailures(config: Settings): Outcome[] {
  return [...membersOf(config)].flatMap(({ path, key, value }) => {
    const isDangerous =
      (key.startsWith('dangerously') || key === 'allowUnsafeExternalContent') &&
      value !== false &&
      value !== null;
    const approvesAll = path === 'plugins.entries.acpx.config.permissionMode' && value === 'approve-all';
    return (isDangerous || approvesAll) && !elsewhere.has(path) ? [failedSetting(path, `${path} is on`)] : [];
  });
}

function serviceFailures(deployment: Deployment): Outcome[] {
  return deployment.services.flatMap((service) =>
    openclawRoles.includes(service.role) ? [...variableFailures(service), ...argumentFailures(service)] : [],
  );
}

function variableFailures(service: Service): Outcome[] {
  return unsafeVariables
    .filter(
      ([name, isUnsafe]) =>
        isUnsafe(service.environment?.[name] ?? '0') && service.environment?.[name] !== undefined,
    )
    .map(([name, , what]) => failedService(service, `${name}: ${what}`, 'environment', name));
}

function argumentFailures(service: Service): Outcome[] {
  const flags = [...(service.entrypoint ?? []), ...(service.command ?? [])].filter((word) =>
    /^--(?:dangerously-|no-sandbox$|allow-unconfigured$|inspect)/.test(word),
  );
  return flags.map((flag) => failedService(service, `it is started with ${flag}`, 'command'));
}
