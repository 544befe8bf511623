import type { Service } from '../../deployment/deployment.ts';
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
    owasp: ['D13'],
    scanners: [
      'compose-lint CL-0004',
      'compose-lint CL-0019',
      'dclint service-image-require-explicit-tag',
      'DockSec latest-or-untagged-image',
    ],
  },
  why: 'A tag can be moved to another image at any time, by its owner or by whoever took over their account.',
  check: (deployment) => eachService(deployment, ownRoles, look),
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
