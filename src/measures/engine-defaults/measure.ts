import type { EngineSettings } from '../../deployment/deployment.ts';
import { engineRestart, failedEngine, removeSetting, runningEngineNoFix, withEngine } from '../dockerfile.ts';
import type { Failure, Fix, FixContext, NoFix } from '../fix.ts';
import { failuresOr } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';

/** Settings that take a protection away from every container. */
const harmful: readonly { key: string; isSo: (value: unknown) => boolean; text: string }[] = [
  {
    key: 'seccomp-profile',
    isSo: (value) => value === 'unconfined',
    text: 'system calls of containers are not filtered (seccomp-profile unconfined)',
  },
  {
    key: 'iptables',
    isSo: (value) => value === false,
    text: 'the engine sets no rules of the firewall (iptables false): networks of containers are not kept apart, and published ports follow no address',
  },
  {
    key: 'ip6tables',
    isSo: (value) => value === false,
    text: 'the engine sets no rules of the firewall for IPv6 (ip6tables false): networks of containers are not kept apart there',
  },
  {
    key: 'allow-direct-routing',
    isSo: (value) => value === true,
    text: 'other hosts may reach ports of containers that are not published to them (allow-direct-routing)',
  },
  {
    key: 'default-cgroupns-mode',
    isSo: (value) => value === 'host',
    text: 'containers see the control groups of the host (default-cgroupns-mode host)',
  },
  {
    key: 'default-ipc-mode',
    isSo: (value) => value === 'shareable' || value === 'host',
    text: 'other containers may join the shared memory of each container (default-ipc-mode)',
  },
];

export const measure = defineMeasure({
  id: 'engine-defaults',
  title: 'The protections that the engine gives every container are on',
  risk: { precondition: 'second-flaw', impact: 'host' },
  rows: ['G2', 'H2'],
  references: {
    cis: ['2.4', '2.16', '5.22'],
    nist: ['4.4.3', '4.5.5'],
    owasp: ['D6'],
    scanners: ['docker-bench 2.3', 'docker-bench 2.15'],
  },
  why: 'What is off in the engine is off in every container, whatever its compose file leaves to the default.',
  check: (deployment) => withEngine(deployment, (engine) => failuresOr(failures(engine))),
  fix,
  weaken: (deployment) => ({
    ...deployment,
    engine: { source: '/etc/docker/daemon.json', settings: { 'seccomp-profile': 'unconfined' } },
  }),
});

function failures(engine: EngineSettings): Outcome[] {
  const { settings, seccomp } = engine;
  if (settings === undefined)
    return seccomp === '' || seccomp === 'unconfined'
      ? [
          failedEngine(
            engine,
            'seccomp-profile',
            'the engine does not filter system calls of containers (seccomp)',
          ),
        ]
      : [];
  return harmful
    .filter(({ key, isSo }) => Object.hasOwn(settings, key) && isSo(settings[key]))
    .map(({ key, text }) => failedEngine(engine, key, text));
}

function fix(failure: Failure, { deployment: { engine } }: FixContext): Fix | NoFix {
  const key = failure.key ?? '';
  const settings = engine?.settings;
  if (!engine || settings === undefined) return { why: runningEngineNoFix };
  const change = removeSetting(engine, key);
  if (!change || failures(engine).length > 1)
    return {
      why: `Several protections are off. Take the settings out of ${engine.source} one by one, and look what depends on them.`,
    };
  return {
    title: `Take ${key} out of ${engine.source}`,
    safety: 'unsafe',
    effect: `Whatever relied on it works differently, in all containers of this host. ${engineRestart}`,
    changes: [change],
  };
}
