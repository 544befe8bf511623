import type { Deployment, Service } from '../../deployment/deployment.ts';
import { parseSecurityOption } from '../../deployment/security-options.ts';
import { fixOf, fixService, remove, type ServiceView } from '../fix-service.ts';
import type { Failure, Fix } from '../fix.ts';
import { eachService, failedPart, field, ownRoles, passed, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { weakenGateway } from '../weaken.ts';
import { allowedByProfile } from './seccomp-profile.ts';

/** Options that switch a confinement of the engine off, by name and value. */
const switches: [name: string, value: string, what: string][] = [
  ['seccomp', 'unconfined', 'every system call of the kernel is open'],
  ['apparmor', 'unconfined', 'the AppArmor profile is off'],
  ['label', 'disable', 'SELinux separation is off'],
  ['systempaths', 'unconfined', 'the masked parts of /proc and /sys are open'],
];

export const measure = defineMeasure({
  id: 'seccomp-default',
  title: "The engine's confinement by seccomp, AppArmor or SELinux and masked paths is on",
  risk: { precondition: 'second-flaw', impact: 'host' },
  rows: ['H2'],
  references: {
    cis: ['5.2', '5.3', '5.22'],
    nist: ['4.4.3'],
    owasp: ['D6'],
    scanners: [
      'compose-lint CL-0009',
      'KICS 404fde2c',
      'docker-bench 5.22',
      'Semgrep seccomp-confinement-disabled',
      'Semgrep selinux-separation-disabled',
      'docker-bench 5.2',
      'docker-bench 5.3',
      'DockSec disabled-security-opt',
      'Polaris linuxHardening',
      'Kubescape C-0055',
    ],
  },
  why: 'The default filter refuses the system calls that most kernel exploits start with.',
  check: (deployment) =>
    eachService(deployment, ownRoles, (service) =>
      field(service, 'securityOptions', (options) => look(deployment, service, options)),
    ),
  fix: (failure, context) => fixService(failure, context, (view) => mend(view, failure)),
  weaken: (deployment) =>
    weakenGateway(deployment, (service) => ({
      securityOptions: [...(service.securityOptions ?? []), 'seccomp=unconfined'],
    })),
});

function look(deployment: Deployment, service: Service, options: readonly string[]): Outcome[] {
  const outcomes = options.flatMap((written, index) => {
    const { name, value = '' } = parseSecurityOption(written);
    const off = switches.find(([option, word]) => option === name && word === value);
    if (off) return [failedPart(service, name, `${name} is ${value}: ${off[2]}`, 'security_opt', index)];
    return name === 'seccomp' && value !== 'builtin' ? [judgeProfile(deployment, service, value, index)] : [];
  });
  return outcomes.length > 0 ? outcomes : [passed()];
}

/** The engine keeps a custom profile as its text, a compose file as its path. */
function judgeProfile(deployment: Deployment, service: Service, profile: string, index: number): Outcome {
  const isText = profile.trimStart().startsWith('{');
  const path = normalPath(profile);
  const text = isText ? profile : deployment.files?.find((file) => normalPath(file.path) === path)?.text;
  if (text === undefined) return skipped(`${service.name}: the seccomp profile ${profile} was not read`);
  const allowed = allowedByProfile(text);
  if (allowed === undefined)
    return { state: 'error', reason: `${service.name}: its seccomp profile is not understood` };
  if (allowed === '') return passed('a custom seccomp profile that refuses by default');
  return failedPart(service, 'seccomp', `its seccomp profile ${allowed}`, 'security_opt', index);
}

function normalPath(path: string): string {
  return path.replace(/^(?:\.\/+)+/, '');
}

function mend(view: ServiceView, failure: Failure): Fix {
  const option = failure.key ?? '';
  return fixOf(
    option === 'seccomp'
      ? `Give ${view.name} the engine's own seccomp filter`
      : `Leave the engine's confinement of ${view.name} on: ${option}`,
    'unsafe',
    [remove(failure.at?.path ?? [])],
    `A program in ${view.name} that needs what ${option} forbids, such as a browser with its own sandbox or a debugger, no longer works.`,
  );
}
