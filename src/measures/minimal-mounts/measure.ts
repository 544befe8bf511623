import type { Mount, Service } from '../../deployment/deployment.ts';
import { eachService, failedService, failuresOr, field, ownRoles } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { weakenGateway } from '../weaken.ts';

/** Parts of the host that no agent has business with; exactly these and, where marked, everything below. */
const hostFolders = [
  '/',
  '/home',
  '/Users',
  '/mnt',
  '/media',
  '/srv',
  '/var',
  '/var/lib',
  '/var/log',
  '/usr',
  '/opt',
  '/tmp',
];
const hostTrees = [
  '/etc',
  '/root',
  '/proc',
  '/sys',
  '/dev',
  '/boot',
  '/bin',
  '/sbin',
  '/lib',
  '/lib64',
  '/var/lib/docker',
  '/var/spool/cron',
];
/** Harmless files below those, as images commonly get them. */
const harmless = new Set(['/etc/localtime', '/etc/timezone', '/dev/null']);
const wholeHomePattern =
  /^(?:\/home\/[^/]+|\/Users\/[^/]+|~|\$HOME|\$\{HOME\}|\$PWD|\$\{PWD\}|\.\.?|\.\.(?:\/\.\.)+|[A-Za-z]:)$/;
const credentialPattern =
  /(?:^|\/)\.(?:ssh|aws|azure|kube|gnupg|docker|netrc|npmrc|git-credentials|password-store|mozilla|config\/(?:gcloud|gh|google-chrome|chromium))(?:\/|$)/;
const configPattern = /^\/etc\/openclaw(?:\/|$)|\/openclaw\.json5?$/;
const sharedPropagation = ['shared', 'rshared', 'slave', 'rslave'];

export const measure = defineMeasure({
  id: 'minimal-mounts',
  title: 'Only what OpenClaw needs is mounted, and its configuration read-only',
  risk: { precondition: 'agent', impact: 'gateway' },
  rows: ['G3'],
  references: {
    cis: ['5.6', '5.20'],
    nist: ['4.4.4', '4.5.5'],
    owasp: ['D8'],
    openclaw: ['fs.synced_dir'],
    scanners: [
      'compose-lint CL-0013',
      'compose-lint CL-0017',
      'compose-lint CL-0025',
      'KICS 1c1325ff',
      'docker-bench 5.6',
      'DockSec sensitive-host-mount',
    ],
  },
  why: 'The agent reads and writes every file that is mounted, so a broad mount hands over keys, start-up scripts or whole projects.',
  check: (deployment) =>
    eachService(deployment, ownRoles, (service) =>
      field(service, 'mounts', (mounts) => failuresOr(mounts.flatMap((mount) => failures(service, mount)))),
    ),
  weaken: (deployment) =>
    weakenGateway(deployment, (service) => {
      const home: Mount = { kind: 'bind', source: '/home', target: '/host/home', readOnly: true };
      return { mounts: [...(service.mounts ?? []), home] };
    }),
});

function failures(service: Service, mount: Mount): Outcome[] {
  if (mount.kind !== 'bind') return [];
  const found: Outcome[] = [];
  const what = mount.source === undefined ? undefined : exposedBy(mount.source);
  if (what !== undefined)
    found.push(failedService(service, `${mount.source} is mounted at ${mount.target}: ${what}`, 'volumes'));
  // The one-off command line is there to change the configuration; the running gateway is not.
  if (service.role === 'gateway' && configPattern.test(mount.target) && !mount.readOnly) {
    found.push(
      failedService(
        service,
        `the configuration at ${mount.target} is writable: the agent could lift its own restrictions`,
        'volumes',
      ),
    );
  }
  const propagation = mount.options?.find((option) => sharedPropagation.includes(option));
  if (propagation !== undefined)
    found.push(
      failedService(
        service,
        `${mount.target} has the propagation ${propagation}: mounts travel between host and container`,
        'volumes',
      ),
    );
  return found;
}

function exposedBy(written: string): string | undefined {
  const source = written === '/' ? written : written.replace(/\/+$/, '');
  if (source === '' || source === '/') return 'the whole host';
  if (harmless.has(source)) return undefined;
  if (credentialPattern.test(source)) return 'it holds credentials';
  if (wholeHomePattern.test(source)) return 'a whole home or project folder, with everything that lies in it';
  if (
    hostFolders.includes(source) ||
    hostTrees.some((tree) => source === tree || source.startsWith(`${tree}/`))
  )
    return 'a part of the host system';
  return undefined;
}
