import type { Deployment, Service } from '../../deployment/deployment.ts';
import { fixOf, fixService, remove, set, type ServiceView } from '../fix-service.ts';
import { setSetting, settingOf } from '../fix-setting.ts';
import type { Change, Failure, Fix, FixContext, NoFix } from '../fix.ts';
import { failedPart, failuresOr, openclawRoles } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { startWords } from '../start-arguments.ts';
import { failedSetting, membersOf, withSettings, type Settings } from '../settings.ts';
import { weakenSetting } from '../weaken.ts';

/** Has a measure of its own. */
const elsewhere = new Set(['browser.ssrfPolicy.dangerouslyAllowPrivateNetwork']);
const permissionMode = 'plugins.entries.acpx.config.permissionMode';
const dangerousWord = /^--(?:dangerously-|no-sandbox$|inspect)/;
const unsafeVariables: [name: string, isUnsafe: (value: string) => boolean, what: string][] = [
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
  check: (deployment) => [
    ...withSettings(deployment, (config) => failuresOr(settingFailures(config))),
    ...failuresOr(serviceFailures(deployment)),
  ],
  fix: repair,
  weaken: (deployment) =>
    weakenSetting(deployment, 'gateway.controlUi.dangerouslyAllowHostHeaderOriginFallback', true),
});

function settingFailures(config: Settings): Outcome[] {
  return [...membersOf(config)].flatMap((member) => {
    const { path, key, steps } = member;
    const isSwitch = key.startsWith('dangerously') || key === 'allowUnsafeExternalContent';
    if (elsewhere.has(path)) return [];
    const isOn = isSwitch && member.value !== false && member.value !== null;
    const approvesAll = path === permissionMode && member.value === 'approve-all';
    return isOn || approvesAll ? [failedSetting(steps, `${path} is on`)] : [];
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
    .map(([name, , what]) => failedPart(service, name, `${name}: ${what}`, 'environment', name));
}

function argumentFailures(service: Service): Outcome[] {
  return startWords(service)
    .filter((word) => dangerousWord.test(word))
    .map((word) => failedPart(service, word, `it is started with ${word}`, 'command'));
}

function repair(failure: Failure, context: FixContext): Fix | NoFix {
  if (failure.at?.document !== 'config')
    return fixService(failure, context, (view) => repairService(failure, view));
  const place = settingOf(failure);
  const value = place.join('.') === permissionMode ? 'approve-reads' : false;
  return {
    title: `Set ${place.join('.')} to ${String(value)}`,
    safety: 'unsafe',
    effect: 'What needed the switch no longer works; its README says what takes its place.',
    changes: [setSetting(place, value)],
  };
}

function repairService(failure: Failure, view: ServiceView): Fix | NoFix {
  const key = failure.key ?? '';
  if (key.startsWith('--')) return withoutWord(view, key);
  const [, , what = ''] = unsafeVariables.find(([name]) => name === key) ?? [];
  const rest = key === 'NODE_OPTIONS' ? withoutInspector(view.service.environment?.[key] ?? '') : '';
  // The text as written: it may hold variables, which must stay.
  const written = view.written('environment', key);
  if (rest !== '' && written !== undefined)
    return fixOf('Start Node without its debugger', 'safe', [
      set(view.at('environment', key), withoutInspector(written)),
    ]);
  if (key === 'NODE_OPTIONS')
    return fixOf('Start Node without its debugger', 'safe', [remove(view.at('environment', key))]);
  return fixOf(
    `Remove ${key}`,
    'unsafe',
    [remove(view.at('environment', key))],
    `Servers for which it was set are refused (${what}); add their certificate authority with NODE_EXTRA_CA_CERTS.`,
  );
}

function withoutInspector(options: string): string {
  return options
    .split(/\s+/)
    .filter((word) => !word.startsWith('--inspect'))
    .join(' ');
}

function withoutWord(view: ServiceView, word: string): Fix | NoFix {
  const changes = ['command', 'entrypoint'].flatMap((field): Change[] => {
    const words = view.data[field];
    if (typeof words === 'string' && words.split(/\s+/).includes(word))
      return [
        set(
          view.at(field),
          words
            .split(/\s+/)
            .filter((other) => other !== word)
            .join(' '),
        ),
      ];
    const index = Array.isArray(words) ? words.indexOf(word) : -1;
    return index === -1 ? [] : [remove(view.at(field, index))];
  });
  return changes.length === 0
    ? { why: `Nothing here tells where ${word} is written; give the service a command without it.` }
    : fixOf(`Start ${view.name} without ${word}`, 'unsafe', changes, `What needed ${word} no longer works.`);
}
