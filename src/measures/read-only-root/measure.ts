import type { Mount, Service } from '../../deployment/deployment.ts';
import { eachService, failedService, failuresOr, field, ownRoles } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { weakenGateway } from '../weaken.ts';

/** Where programs and their settings are; a writable mount there undoes the read-only root. */
const programTrees = ['/app', '/bin', '/sbin', '/usr', '/lib', '/lib64', '/opt', '/etc', '/boot'];
const openclawHome = '/home/node';

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
    ],
  },
  why: 'On a writable root an intruder replaces OpenClaw itself and is still there after the next restart.',
  check: (deployment) => eachService(deployment, ownRoles, look),
  weaken: (deployment) => weakenGateway(deployment, () => ({ readOnlyRoot: false })),
});

function look(service: Service): Outcome[] {
  return field(service, 'readOnlyRoot', (readOnly) => {
    if (!readOnly) return [failedService(service, 'the root filesystem is writable', 'read_only')];
    return field(service, 'mounts', (mounts) =>
      failuresOr([...writableFailures(service, mounts), ...missingFailures(service, mounts)]),
    );
  });
}

function writableFailures(service: Service, mounts: readonly Mount[]): Outcome[] {
  return mounts.flatMap((mount) => {
    const missing = ['noexec', 'nosuid', 'nodev'].filter(
      (option) => mount.options?.includes(option) !== true,
    );
    if (mount.kind === 'tmpfs' && missing.length > 0)
      return [failedService(service, `the tmpfs ${mount.target} lacks ${missing.join(', ')}`, 'tmpfs')];
    // The configuration has a measure of its own.
    const isProgram =
      !mount.target.startsWith('/etc/openclaw') &&
      programTrees.some((tree) => mount.target === tree || mount.target.startsWith(`${tree}/`));
    return isProgram && !mount.readOnly
      ? [failedService(service, `${mount.target} is mounted writable over a folder of programs`, 'volumes')]
      : [];
  });
}

/** A read-only root that nobody can start with gets switched off again. */
function missingFailures(service: Service, mounts: readonly Mount[]): Outcome[] {
  const isWritable = (path: string): boolean =>
    mounts.some((mount) => !mount.readOnly && (path === mount.target || path.startsWith(`${mount.target}/`)));
  const found: Outcome[] = [];
  if (!isWritable('/tmp'))
    found.push(
      failedService(service, 'nothing is writable at /tmp, which OpenClaw and its tools need', 'tmpfs'),
    );
  const cache = service.environment?.['XDG_CACHE_HOME'] ?? `${openclawHome}/.cache`;
  if (service.role === 'gateway' && service.environment !== undefined && !isWritable(cache)) {
    found.push(
      failedService(
        service,
        `nothing is writable at ${cache}: OpenClaw ends with exit code 78; set XDG_CACHE_HOME to a folder in the state volume`,
        'environment',
      ),
    );
  }
  return found;
}
