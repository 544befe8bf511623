import type { Deployment, DockerfileFacts, Service } from '../../deployment/deployment.ts';
import { readFlags } from '../../deployment/dockerfile/words.ts';
import { isRemoteContext } from '../../deployment/file-facts.ts';
import { hasUnknownVariable } from '../../documents/unknown-variable.ts';
import { failedDockerfile } from '../dockerfile.ts';
import { fixService, remove, type ServiceView } from '../fix-service.ts';
import type { Change, Failure, Fix, FixContext, NoFix } from '../fix.ts';
import { failedPart, failuresOr, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { weakenGateway } from '../weaken.ts';

const commitPattern = /#[0-9a-f]{40}(?:[0-9a-f]{24})?(?::|$)/;
const noSsh =
  'Which steps of the build need the keys is not known. Fetch private sources before the build, or give it one deploy key that can only read, as a build secret.';
const noCommit = 'Which commit is meant is not known here. Put `#` and its full hash behind the address.';
const noFlag =
  'Whether the step works without it is not known. Take the flag out of the Dockerfile and build.';

export const measure = defineMeasure({
  id: 'isolated-build',
  title: 'Builds are as isolated as the containers that they make',
  risk: { precondition: 'second-flaw', impact: 'host' },
  rows: ['G2', 'G8'],
  references: {
    cis: ['5.5', '5.10'],
    nist: ['4.1.5', '4.2.1'],
    owasp: ['D3'],
  },
  why: "A build runs code of strangers (base images, packages, install scripts); with privileges, the host's network or its keys that code has the host.",
  check: (deployment) => {
    const built = deployment.services.filter(({ build }) => build !== undefined);
    const files = deployment.dockerfiles ?? [];
    if (built.length === 0 && !files.some((facts) => flagFailures(facts).length > 0))
      return [skipped('no service is built by Compose here')];
    return failuresOr([...built.flatMap(serviceFailures), ...files.flatMap(flagFailures)]);
  },
  fix,
  weaken: (deployment: Deployment) =>
    weakenGateway(deployment, () => ({ build: { context: 'build/gateway', privileged: true } })),
});

function serviceFailures(service: Service): Outcome[] {
  const { build } = service;
  if (!build) return [];
  const outcomes: Outcome[] = [];
  const fail = (key: string, detail: string, ...path: (string | number)[]): void =>
    void outcomes.push(failedPart(service, key, detail, 'build', ...path));
  if (build.privileged === true)
    fail('privileged', 'it is built with all privileges of the host', 'privileged');
  if (build.network === 'host') fail('network', 'its build is in the network of the host', 'network');
  (build.entitlements ?? []).forEach((name, index) => {
    if (/^(?:security\.insecure|network\.host|device)(?:=|$)/.test(name))
      fail(name, `its build is allowed ${name}`, 'entitlements', index);
  });
  if ((build.ssh ?? []).length > 0) fail('ssh', 'its build can use the SSH keys of whoever starts it', 'ssh');
  if (
    isRemoteContext(build.context) &&
    !hasUnknownVariable(build.context) &&
    !commitPattern.test(build.context)
  )
    fail(
      'context',
      'it is built from an address on the network without a commit: from whatever is there then',
      'context',
    );
  return outcomes;
}

function flagFailures(facts: DockerfileFacts): Outcome[] {
  return facts.instructions
    .filter(({ keyword }) => keyword === 'RUN')
    .flatMap((instruction) =>
      readFlags(instruction.text)
        .flags.filter(
          ({ name, value }) =>
            (value === 'host' && name === 'network') || (value === 'insecure' && name === 'security'),
        )
        .map(({ name, value }) =>
          failedDockerfile(facts, `RUN --${name}`, `a step runs with --${name}=${value}`, instruction.range),
        ),
    );
}

function fix(failure: Failure, context: FixContext): Fix | NoFix {
  if (failure.key?.startsWith('RUN ') === true) return { why: noFlag };
  return fixService(failure, context, (view) => fixBuild(failure.key ?? '', view));
}

function fixBuild(key: string, view: ServiceView): Fix | NoFix {
  if (key === 'ssh') return { why: noSsh };
  if (key === 'context') return { why: noCommit };
  const index = (view.service.build?.entitlements ?? []).indexOf(key);
  const changes: Change[] = [
    remove(index < 0 ? view.at('build', key) : view.at('build', 'entitlements', index)),
  ];
  return {
    title: `Build ${view.name} without ${index < 0 ? `${key} of the host` : key}`,
    safety: 'unsafe',
    effect: 'A build step that needs it fails; the running container does not notice.',
    changes,
  };
}
