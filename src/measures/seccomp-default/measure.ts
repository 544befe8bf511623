import type { Service } from '../../deployment/deployment.ts';
import { securityOptionValues } from '../../deployment/security-options.ts';
import { eachService, failedService, field, ownRoles, passed, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { weakenGateway } from '../weaken.ts';

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
    ],
  },
  why: 'The default filter refuses the system calls that most kernel exploits start with.',
  check: (deployment) =>
    eachService(deployment, ownRoles, (service) =>
      field(service, 'securityOptions', (options) => look(service, options)),
    ),
  weaken: (deployment) =>
    weakenGateway(deployment, (service) => ({
      securityOptions: [...(service.securityOptions ?? []), 'seccomp=unconfined'],
    })),
});

function look(service: Service, options: readonly string[]): Outcome[] {
  const off = switches.filter(([name, value]) => securityOptionValues(options, name).includes(value));
  if (off.length > 0)
    return off.map(([name, value, what]) =>
      failedService(service, `${name} is ${value}: ${what}`, 'security_opt'),
    );
  return securityOptionValues(options, 'seccomp')
    .filter((value) => value !== 'builtin')
    .map((profile) => judgeProfile(service, profile))
    .concat(passed())
    .slice(0, 1);
}

/** The engine keeps a custom profile as its text, a compose file as its path. */
function judgeProfile(service: Service, profile: string): Outcome {
  if (!profile.trimStart().startsWith('{'))
    return skipped(`${service.name}: the seccomp profile ${profile} was not read`);
  const { defaultAction } = JSON.parse(profile) as { defaultAction?: unknown };
  if (defaultAction === 'SCMP_ACT_ALLOW' || defaultAction === 'SCMP_ACT_LOG')
    return failedService(
      service,
      'its seccomp profile allows every system call that it does not name',
      'security_opt',
    );
  return passed('a custom seccomp profile that refuses by default');
}
