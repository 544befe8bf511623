import type { EngineSettings } from '../../deployment/deployment.ts';
import { engineRestart, failedEngine, removeSetting, runningEngineNoFix, withEngine } from '../dockerfile.ts';
import type { Failure, Fix, FixContext, NoFix } from '../fix.ts';
import { failuresOr, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';

export const measure = defineMeasure({
  id: 'engine-not-on-tcp',
  title: 'The engine takes orders over TCP from nobody without a certificate',
  risk: { precondition: 'reach', impact: 'host' },
  rows: ['G2', 'R4'],
  references: {
    cis: ['2.7'],
    nist: ['4.3.1', '4.5.1'],
    owasp: ['D1'],
    scanners: ['docker-bench 2.7', 'CDK docker-api-2375'],
  },
  why: 'Whoever reaches the port starts a privileged container with the disk of the host in it; containers reach it, too.',
  check: (deployment) =>
    withEngine(deployment, (engine) =>
      engine.settings === undefined
        ? [skipped('a running engine does not tell where it listens')]
        : failuresOr(
            failures(engine, engine.settings),
            'as far as daemon.json says; dockerd may have -H on its command line',
          ),
    ),
  fix,
  weaken: (deployment) => ({
    ...deployment,
    engine: { source: '/etc/docker/daemon.json', settings: { hosts: ['tcp://0.0.0.0:2375'] } },
  }),
});

function failures(engine: EngineSettings, settings: Record<string, unknown>): Outcome[] {
  if (settings['tlsverify'] === true) return [];
  const hosts = Array.isArray(settings['hosts']) ? settings['hosts'] : [];
  return hosts.flatMap((host: unknown, index) => {
    if (typeof host !== 'string' || !/^(?:tcp|http):\/\//i.test(host)) return [];
    const how =
      settings['tls'] === true ? 'and asks clients for no certificate' : 'without encryption and password';
    return [failedEngine(engine, `hosts.${index}`, `the engine listens on ${host.slice(0, 100)} ${how}`)];
  });
}

function fix(failure: Failure, { deployment: { engine } }: FixContext): Fix | NoFix {
  const key = failure.key ?? '';
  if (engine?.settings === undefined) return { why: runningEngineNoFix };
  const hosts = engine.settings['hosts'];
  const change = removeSetting(engine, Array.isArray(hosts) && hosts.length > 1 ? key : 'hosts');
  if (!change || failureCount(hosts) > 1)
    return {
      why: 'Several addresses are open. Leave only the local socket in `hosts`, and restart the engine.',
    };
  return {
    title: 'Let the engine listen on its local socket only',
    safety: 'unsafe',
    effect: `Clients on other hosts cannot connect any more: use \`DOCKER_HOST=ssh://…\`. ${engineRestart}`,
    changes: [change],
  };
}

function failureCount(hosts: unknown): number {
  return Array.isArray(hosts)
    ? hosts.filter((host) => typeof host === 'string' && /^(?:tcp|http):/i.test(host)).length
    : 0;
}
