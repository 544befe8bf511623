import type { Service } from '../../deployment/deployment.ts';
import { fixOf, fixService, set, type ServiceView } from '../fix-service.ts';
import type { Fix, NoFix } from '../fix.ts';
import { eachService, failedService, ownRoles, passed, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { weakenGateway } from '../weaken.ts';

const digestPattern = /(?:^|@)sha256:[0-9a-f]{64}$/;

export const measure = defineMeasure({
  id: 'pinned-image',
  title: 'Images are pinned by digest or by image id',
  risk: { precondition: 'second-flaw', impact: 'gateway' },
  rows: ['G8'],
  references: {
    cis: ['4.2', '5.28'],
    nist: ['4.1.5', '4.2.2'],
    owasp: ['D13', 'ASI04'],
    scanners: [
      'compose-lint CL-0004',
      'compose-lint CL-0019',
      'dclint service-image-require-explicit-tag',
      'DockSec latest-or-untagged-image',
      'docker-bench 5.28',
      'kube-linter latest-tag',
      'hadolint DL3007',
      'Trivy DS-0001',
    ],
  },
  why: 'A tag can be moved to another image at any time, by its owner or by whoever took over their account.',
  check: (deployment) => eachService(deployment, ownRoles, look),
  fix: (failure, context) => fixService(failure, context, pin),
  weaken: (deployment) =>
    weakenGateway(deployment, () => ({ image: { reference: 'ghcr.io/openclaw/openclaw:latest' } })),
});

function look(service: Service): Outcome {
  const reference = service.image?.reference;
  if (reference !== undefined && digestPattern.test(reference)) return passed();
  if (service.isBuilt === true)
    return skipped(`${service.name}: it is built here, and its Dockerfile was not read`);
  if (reference === undefined) return skipped(`${service.name}: it names no image`);
  if (reference.includes('$')) return skipped(`${service.name}: the image depends on a variable`);
  const tag = /:([^:/@]+)$/.exec(reference)?.[1];
  const what =
    tag === undefined || tag === 'latest'
      ? 'whatever is newest when it is pulled'
      : `the tag ${tag}, which can be moved`;
  return failedService(service, `${reference} is ${what}`, 'image');
}

function pin({ name, service, at, written, context }: ServiceView): Fix | NoFix {
  const reference = service.image?.reference ?? '';
  const digest = context.resolvedDigests?.[reference];
  if (digest === undefined)
    return {
      why: `Only the registry knows which digest ${reference} has now, and it was not asked or did not answer. \`clawproof fix --pin\` asks it and pins the image. By hand: \`docker buildx imagetools inspect ${reference}\` shows it; write it behind the tag: ${reference.split('@')[0]}@sha256:….`,
    };
  const wanted = `${reference.split('@')[0]}@${digest}`;
  // Who sets the variable would no longer have a say.
  if (written('image')?.includes('$') === true)
    return {
      why: `The image is given by a variable. It is ${wanted} now: write that where the variable is set, or in place of its default.`,
    };
  return fixOf(
    `Pin the image of ${name} by its digest`,
    'safe',
    [set(at('image'), wanted)],
    `${name} no longer changes with its tag: an update is a new digest.`,
  );
}
