import type { EngineSettings } from '../../deployment/deployment.ts';
import { engineRestart, failedEngine, removeSetting, runningEngineNoFix, withEngine } from '../dockerfile.ts';
import type { Failure, Fix, FixContext, NoFix } from '../fix.ts';
import { failuresOr, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';

/** What never leaves the host. */
const ownHost = /^(?:localhost|127\.|\[?::1\]?)(?:[:/.\d]|$)/;

export const measure = defineMeasure({
  id: 'registry-over-tls',
  title: 'Images come over connections that are checked',
  risk: { precondition: 'second-flaw', impact: 'gateway' },
  rows: ['G8'],
  references: {
    cis: ['2.5'],
    nist: ['4.2.1'],
    owasp: ['D13'],
    scanners: ['docker-bench 2.5'],
  },
  why: 'Anybody between the engine and such a registry decides which image it gets; a digest alone protects what it pins.',
  check: (deployment) =>
    withEngine(deployment, (engine) =>
      engine.insecureRegistries === undefined
        ? [skipped('nothing here tells which registries the engine trusts')]
        : failuresOr(failures(engine, engine.insecureRegistries)),
    ),
  fix,
  weaken: (deployment) => ({
    ...deployment,
    engine: { source: 'docker info', insecureRegistries: ['registry.example:5000'] },
  }),
});

function failures(engine: EngineSettings, registries: readonly string[]): Outcome[] {
  return registries.flatMap((registry, index) =>
    ownHost.test(registry)
      ? []
      : [
          failedEngine(
            engine,
            `insecure-registries.${index}`,
            `the engine asks ${registry.slice(0, 100)} for no valid certificate, and takes plain HTTP`,
          ),
        ],
  );
}

function fix(_failure: Failure, { deployment: { engine } }: FixContext): Fix | NoFix {
  if (engine?.settings === undefined) return { why: runningEngineNoFix };
  if ((engine.insecureRegistries ?? []).some((registry) => ownHost.test(registry)))
    return {
      why: 'Others of the list are on this host and may stay. Take out the one that is not, and restart the engine.',
    };
  const change = removeSetting(engine, 'insecure-registries');
  if (!change) return { why: runningEngineNoFix };
  return {
    title: 'Ask every registry for a valid certificate',
    safety: 'unsafe',
    effect: `A registry without one cannot be used until its authority is below /etc/docker/certs.d. ${engineRestart}`,
    changes: [change],
  };
}
