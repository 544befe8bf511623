import type { DockerfileFacts, DockerfileStage } from '../../deployment/deployment.ts';
import { hasUnknownVariable, unknownVariables } from '../../documents/unknown-variable.ts';
import {
  dockerfileOf,
  eachDockerfile,
  editDockerfile,
  failedDockerfile,
  inlineNoFix,
} from '../dockerfile.ts';
import type { Failure, Fix, FixContext, NoFix } from '../fix.ts';
import { failuresOr, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';

const digestPattern = /(?:^|@)sha256:[0-9a-f]{64}$/;

export const measure = defineMeasure({
  id: 'pinned-base-image',
  title: 'Base images of Dockerfiles are pinned by digest',
  risk: { precondition: 'second-flaw', impact: 'gateway' },
  rows: ['G8'],
  references: {
    cis: ['4.2'],
    nist: ['4.1.5', '4.2.2'],
    owasp: ['D13'],
    scanners: [
      'Trivy DS-0001',
      'hadolint DL3006',
      'hadolint DL3007',
      'Checkov CKV_DOCKER_7',
      'dockle DKL-DI-0006',
    ],
  },
  why: 'Every rebuild takes whatever the tag of the base points to by then, and all that it runs has the secrets of the build.',
  check: (deployment) => eachDockerfile(deployment, look, true),
  fix,
  weaken: (deployment) => ({
    ...deployment,
    dockerfiles: (deployment.dockerfiles ?? []).map((facts) => ({
      ...facts,
      stages: facts.stages.map((stage) => (stage.isStage ? stage : { ...stage, image: 'debian:13' })),
    })),
  }),
});

/** One finding for each base, however many stages start from it: its repair is in all of them. */
function look(facts: DockerfileFacts): Outcome[] {
  const byBase = new Map(facts.stages.toReversed().map((stage) => [stage.image, stage]));
  return failuresOr([...byBase.values()].toReversed().flatMap((stage) => judge(facts, stage)));
}

function judge(facts: DockerfileFacts, stage: DockerfileStage): Outcome[] {
  const { image, isStage, imageRange } = stage;
  if (isStage || image === 'scratch' || digestPattern.test(image)) return [];
  if (hasUnknownVariable(image)) {
    const names = unknownVariables(image).join(', ');
    return [
      skipped(`${facts.path}: the base depends on the build argument ${names}, which is not known here`),
    ];
  }
  if (image === '') return [skipped(`${facts.path}: a stage names no base`)];
  const tag = /:([^:/@]+)$/.exec(image)?.[1];
  const what =
    tag === undefined || tag === 'latest'
      ? 'whatever is newest when it is built'
      : `the tag ${tag}, which can be moved`;
  return [failedDockerfile(facts, repositoryOf(image), `the base ${image} is ${what}`, imageRange)];
}

/** The name without its tag: another tag is no new finding. */
function repositoryOf(image: string): string {
  return image.replace(/:[^:/@]*$/, '');
}

function fix(failure: Failure, { deployment, resolvedDigests }: FixContext): Fix | NoFix {
  const facts = dockerfileOf(failure, deployment);
  const start = failure.at?.range?.start;
  const image = facts?.stages.find(({ imageRange }) => imageRange.start === start)?.image;
  if (!facts || image === undefined || facts.inlineOf !== undefined) return { why: inlineNoFix };
  const digest = resolvedDigests?.[image];
  if (digest === undefined)
    return {
      why: `The digest of ${image} is known to its registry only, and it was not asked or did not answer. \`clawproof fix --pin\` asks it and pins the base. By hand: \`docker buildx imagetools inspect ${image}\` prints it.`,
    };
  const changes = facts.stages.flatMap((stage) => {
    const { end } = stage.imageRange;
    const change =
      stage.image === image && !stage.isStage
        ? editDockerfile(facts, { start: end, end }, `@${digest}`)
        : undefined;
    return change ? [change] : [];
  });
  return { title: `Pin the base ${image} to the image that it is today`, safety: 'safe', changes };
}
