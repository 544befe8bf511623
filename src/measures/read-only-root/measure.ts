import type { Deployment, Mount, Service } from '../../deployment/deployment.ts';
import { fixService, isUnknown } from '../fix-service.ts';
import { layoutOf, mountWritableBy, writableMount } from '../layout.ts';
import {
  eachService,
  failedMount,
  failedPart,
  failedService,
  failuresOr,
  field,
  ownRoles,
  skipped,
} from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { imageOf } from '../service-image.ts';
import { weakenGateway } from '../weaken.ts';
import { mend } from './fix.ts';
import { isMissingOptions, isProgramMount, missingOptions } from './writable.ts';

export const measure = defineMeasure({
  id: 'read-only-root',
  title: 'The root filesystem is read-only, and what is writable cannot be executed from',
  risk: { precondition: 'second-flaw', impact: 'gateway' },
  rows: ['G7', 'H1'],
  references: {
    cis: ['5.13'],
    nist: ['4.4.4'],
    owasp: ['D8'],
    scanners: [
      'compose-lint CL-0007',
      'compose-lint CL-0022',
      'docker-bench 5.13',
      'Semgrep writable-filesystem-service',
      'DockSec writable-root-fs',
      'kube-linter read-only-root-fs',
      'Polaris notReadOnlyRootFilesystem',
      'Kubescape C-0017',
    ],
  },
  why: 'On a writable root an intruder replaces OpenClaw itself and is still there after the next restart.',
  check: (deployment) => eachService(deployment, ownRoles, (service) => look(deployment, service)),
  fix: (failure, context) => fixService(failure, context, (view) => mend(view, failure)),
  weaken: (deployment) => weakenGateway(deployment, () => ({ readOnlyRoot: false })),
});

function look(deployment: Deployment, service: Service): Outcome[] {
  return field(service, 'readOnlyRoot', (readOnly) => {
    if (!readOnly) return [failedService(service, 'the root filesystem is writable', 'read_only')];
    const lookAt = (mounts: readonly Mount[]): Outcome[] =>
      failuresOr([...writableFailures(service, mounts), ...missingFailures(deployment, service, mounts)]);
    // What is writable is told by where something is mounted, whatever it is.
    return service.areMountTargetsKnown === true && service.mounts !== undefined
      ? lookAt(service.mounts)
      : field(service, 'mounts', lookAt);
  });
}

function writableFailures(service: Service, mounts: readonly Mount[]): Outcome[] {
  return mounts.flatMap((mount) => {
    if (isMissingOptions(mount)) {
      const detail = `the tmpfs ${mount.target} lacks ${missingOptions(mount).join(', ')}`;
      return [failedMount(service, mount, `options ${mount.target}`, detail)];
    }
    const detail = `${mount.target} is mounted writable over a folder of programs`;
    return isProgramMount(mount) ? [failedMount(service, mount, `program ${mount.target}`, detail)] : [];
  });
}

/** A read-only root that nobody can start with gets switched off again. */
function missingFailures(deployment: Deployment, service: Service, mounts: readonly Mount[]): Outcome[] {
  const found: Outcome[] = [];
  if (!writableMount(mounts, '/tmp')) {
    const detail = 'nothing is writable at /tmp, which OpenClaw and its tools need';
    found.push(failedPart(service, 'writable /tmp', detail, 'tmpfs'));
  }
  if (service.role !== 'gateway' || service.environment === undefined) return found;
  const image = imageOf(service, deployment);
  const layout = layoutOf(service, image);
  const cache = service.environment['XDG_CACHE_HOME'] ?? (layout && `${layout.home}/.cache`);
  if (cache === undefined || isUnknown(cache))
    found.push(skipped(`${service.name}: where its cache is depends on a variable that is set nowhere`));
  else if (!mountWritableBy(image, mounts, cache))
    found.push(
      failedPart(
        service,
        'writable cache',
        `nothing is writable at ${cache}: OpenClaw ends with exit code 78; set XDG_CACHE_HOME to a folder in the state volume`,
        'environment',
        ...(service.environment['XDG_CACHE_HOME'] === undefined ? [] : ['XDG_CACHE_HOME']),
      ),
    );
  return found;
}
