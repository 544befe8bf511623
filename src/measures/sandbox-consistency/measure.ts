import type { Deployment } from '../../deployment/deployment.ts';
import { removeSetting, settingOf } from '../fix-setting.ts';
import type { Failure, Fix, NoFix } from '../fix.ts';
import { failuresOr } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { failedSetting, isSettings, settingAt, shown, withSettings, type Settings } from '../settings.ts';
import { weakenSetting } from '../weaken.ts';

/** Places of the host that a sandbox must not see. */
const dangerousBind =
  /^(?:\/|\/(?:etc|root|home|proc|sys|dev|var|run|boot|var\/run|var\/lib\/docker)\/?|[^:]*\.sock|[^:]*\/\.(?:ssh|aws|kube|gnupg|docker|openclaw)\/?):/;

export const measure = defineMeasure({
  id: 'sandbox-consistency',
  title: "The agent's sandbox is what its settings say",
  risk: { precondition: 'agent', impact: 'host' },
  rows: ['A3', 'G2'],
  references: {
    cis: ['5.10', '5.22'],
    owasp: ['ASI05'],
    openclaw: [
      'sandbox.docker_config_mode_off',
      'sandbox.dangerous_bind_mount',
      'sandbox.dangerous_network_mode',
      'sandbox.dangerous_seccomp_profile',
      'sandbox.dangerous_apparmor_profile',
      'tools.exec.host_sandbox_no_sandbox_defaults',
      'tools.exec.host_sandbox_no_sandbox_agents',
    ],
  },
  why: "A sandbox container is started on the host's own engine: what it is given there is given to the agent.",
  check: (deployment) => withSettings(deployment, (config) => look(deployment, config)),
  fix,
  weaken: (deployment) => weakenSetting(deployment, 'agents.defaults.sandbox.docker.network', 'host'),
});

interface Sandbox {
  steps: string[];
  settings: Settings;
  mode: unknown;
}

function look(deployment: Deployment, config: Settings): Outcome[] {
  const boxes = sandboxesOf(config);
  const found = boxes.flatMap((box) => [...dockerFailures(box), ...engineFailure(deployment, box)]);
  const isOff = boxes.every(({ mode }) => mode === undefined || mode === 'off');
  if (isOff && settingAt(config, 'tools.exec.host') === 'sandbox')
    found.push(
      failedSetting(
        'tools.exec.host',
        'tools.exec.host is sandbox, and no sandbox is on: every command fails',
      ),
    );
  return failuresOr(found, isOff ? 'no sandbox is on; the container of the gateway is the wall' : undefined);
}

/** That of all agents, and those of single ones, whose mode is the common one unless they have their own. */
function sandboxesOf(config: Settings): Sandbox[] {
  const common = settingAt(config, 'agents.defaults.sandbox.mode');
  const entries = settingAt(config, 'agents.entries');
  const places: [steps: string[], owner: unknown][] = [
    [['agents', 'defaults', 'sandbox'], settingAt(config, 'agents.defaults')],
    ...Object.entries(isSettings(entries) ? entries : {}).map(([id, agent]): [string[], unknown] => [
      ['agents', 'entries', id, 'sandbox'],
      agent,
    ]),
  ];
  return places.flatMap(([steps, owner]) => {
    const settings = settingAt(owner, 'sandbox');
    return isSettings(settings) ? [{ steps, settings, mode: settings['mode'] ?? common }] : [];
  });
}

function dockerFailures({ steps, settings }: Sandbox): Outcome[] {
  const at = (path: string): unknown => settingAt(settings, path);
  const name = steps.join('.');
  const found: Outcome[] = [];
  for (const [path, test, gives] of risks) {
    const value = at(path);
    if (typeof value === 'string' && test.test(value))
      found.push(failedSetting([...steps, ...path.split('.')], `${name}.${path} is ${value}: ${gives}`));
  }
  for (const path of ['docker.binds', 'browser.binds']) {
    const binds = at(path);
    for (const [index, bind] of Array.isArray(binds) ? binds.map(shown).entries() : [])
      if (dangerousBind.test(bind))
        found.push(
          failedSetting(
            [...steps, ...path.split('.'), index],
            `${name}.${path} gives the sandbox ${bind.split(':')[0]}`,
            bind,
          ),
        );
  }
  return found;
}

const risks: [path: string, test: RegExp, gives: string][] = [
  [
    'docker.network',
    /^(?:host$|container:)/,
    'the sandbox stands in the network of the host or of another container',
  ],
  [
    'browser.network',
    /^(?:host$|container:)/,
    'the browser stands in the network of the host or of another container',
  ],
  ['docker.seccompProfile', /^unconfined$/, 'every system call is allowed'],
  ['docker.apparmorProfile', /^unconfined$/, 'no AppArmor profile holds'],
  ['docker.user', /^(?:root|0)(?::|$)/, 'commands run as root'],
];

/** Containers can only be started through an engine; without one every sandboxed command fails. */
function engineFailure(deployment: Deployment, { steps, settings, mode }: Sandbox): Outcome[] {
  const backend = settings['backend'] ?? 'docker';
  const gateway = deployment.services.find((service) => service.role === 'gateway');
  if ((mode !== 'all' && mode !== 'non-main') || backend !== 'docker' || gateway?.mounts === undefined)
    return [];
  const hasEngine =
    gateway.mounts.some((mount) => /(?:docker|podman)\.sock$/.test(mount.target)) ||
    Object.keys(gateway.environment ?? {}).some((variable) => /^(?:DOCKER|CONTAINER)_HOST$/.test(variable));
  return hasEngine
    ? []
    : [
        failedSetting(
          [...steps, 'mode'],
          `${steps.join('.')}.mode is ${shown(mode)}, and the gateway reaches no engine: every sandboxed command fails`,
        ),
      ];
}

function fix(failure: Failure): Fix | NoFix {
  const place = settingOf(failure);
  const last = place.at(-1);
  if (last === 'mode' || last === 'host')
    return {
      why: 'It is a choice: without a sandbox commands run in the gateway, so deny them with `tools.exec.mode`; with one, the gateway must reach an engine, best one on another machine with `sandbox.backend: "ssh"`.',
    };
  return {
    title: `Remove ${place.join('.')}${failure.key === undefined ? '' : ` ${failure.key}`}`,
    safety: 'unsafe',
    effect: 'Commands in the sandbox no longer have this access to the host.',
    changes: [removeSetting(place)],
  };
}
