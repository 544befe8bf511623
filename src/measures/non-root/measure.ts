import type { Deployment, Service } from '../../deployment/deployment.ts';
import { fixOf, fixService, remove, set, type ServiceView } from '../fix-service.ts';
import type { Failure, Fix, NoFix } from '../fix.ts';
import { eachService, failedPart, field, ownRoles, passed, skipped, unknownIn } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { runAsUser, stepsDown } from '../run-as-user.ts';
import { imageOf } from '../service-image.ts';
import { weakenGateway } from '../weaken.ts';

export const measure = defineMeasure({
  id: 'non-root',
  title: 'No process runs as root in its container',
  risk: { precondition: 'second-flaw', impact: 'host' },
  rows: ['G4', 'G7'],
  references: {
    cis: ['4.1', '5.23'],
    nist: ['4.4.3'],
    owasp: ['D2'],
    scanners: [
      'compose-lint CL-0018',
      'docker-bench 4.1',
      'Trivy DS-0002',
      'DockSec no-non-root-user',
      'docker-bench 5.24',
      'kube-linter run-as-non-root',
      'Kubescape C-0013',
      'hadolint DL3002',
    ],
  },
  why: 'Root in a container is root on the host as soon as anything between them gives way.',
  check: (deployment) => eachService(deployment, ownRoles, (service) => look(deployment, service)),
  fix: (failure, context) => fixService(failure, context, (view) => mend(view, failure)),
  weaken: (deployment) => weakenGateway(deployment, () => ({ user: 'root' })),
});

function look(deployment: Deployment, service: Service): Outcome[] {
  const hooks = [...hookFailures(service), ...unknownIn(service, 'hooks')];
  const outcomes = lookAtUser(deployment, service);
  return hooks.length === 0 ? outcomes : [...outcomes.filter(({ state }) => state !== 'pass'), ...hooks];
}

/** Commands that Compose runs in the container have a user of their own. */
function hookFailures(service: Service): Outcome[] {
  return (service.hooks ?? []).flatMap(({ field: name, index, user }) => {
    const owner = user?.split(':')[0] ?? '';
    return owner === 'root' || (owner !== '' && Number(owner) === 0)
      ? [failedPart(service, `${name} ${index}`, `its ${name} command runs as root`, name, index, 'user')]
      : [];
  });
}

function lookAtUser(deployment: Deployment, service: Service): Outcome[] {
  return service.user === undefined && service.unknown?.user === undefined
    ? [judgeImage(deployment, service)]
    : field(service, 'user', (user) => judge(service, user));
}

function judge(service: Service, user: string): Outcome[] {
  const found = [...userFailures(service, user), ...groupFailures(service)];
  const unknown = unknownIn(service, 'groupAdd');
  if (found.length > 0 || unknown.length > 0) return [...found, ...unknown];
  const [owner = ''] = user.split(':');
  return /^\d+$/.test(owner) || owner === 'node'
    ? [passed()]
    : [skipped(`${service.name}: only the image knows which id the user ${owner} has`)];
}

function userFailures(service: Service, user: string): Outcome[] {
  const [owner = '', group] = user.split(':');
  if (owner === 'root' || Number(owner) === 0) {
    const shown = user === '' ? 'empty' : user;
    return [failedPart(service, 'user', `it runs as root (user ${shown})`, 'user')];
  }
  const detail = 'it is in the group root, which owns most of the system files';
  return isRootGroup(group) ? [failedPart(service, 'group', detail, 'user')] : [];
}

function groupFailures(service: Service): Outcome[] {
  const detail = 'it is in the additional group root, which owns most of the system files';
  return (service.groupAdd ?? []).flatMap((name, index) =>
    isRootGroup(name) ? [failedPart(service, 'group_add', detail, 'group_add', index)] : [],
  );
}

function isRootGroup(group: string | undefined): boolean {
  return group === 'root' || (group !== undefined && /^0+$/.test(group));
}

/** Without `user` the image decides: the official one, and what its Dockerfile says of a built one. */
function judgeImage(deployment: Deployment, service: Service): Outcome {
  const image = imageOf(service, deployment);
  if (image.startsAs === 'ordinary') return passed('the image has a user of its own');
  if (image.startsAs === 'unknown')
    return skipped(`${service.name}: nothing here tells the user, which the image decides`);
  return stepsDown(service, image)
    ? skipped(`${service.name}: its image starts as root and may change to a user; only a look inside tells`)
    : failedPart(service, 'user', 'it runs as root, because its Dockerfile names no other user', 'user');
}

function mend(view: ServiceView, failure: Failure): Fix | NoFix {
  if (failure.key === 'user') return runAsUser(view);
  if (failure.key !== undefined && / \d+$/.test(failure.key))
    return fixOf(
      `Run ${failure.key} of ${view.name} as the user of the container`,
      'unsafe',
      [remove(failure.at?.path ?? [])],
      'What the command did as root, such as changing the owner of files, no longer works.',
    );
  if (failure.key === 'group_add')
    return fixOf(
      `Take ${view.name} out of the group root`,
      'unsafe',
      [remove(failure.at?.path ?? [])],
      `Files that ${view.name} reached as a member of the group root are closed to it.`,
    );
  const [owner = ''] = (view.service.user ?? '').split(':');
  const number = owner === 'node' ? '1000' : owner;
  return fixOf(
    `Run ${view.name} with a group of its own`,
    'unsafe',
    [set(view.at('user'), `${owner}:${number}`)],
    `Files that ${view.name} reached as a member of the group root are closed to it.`,
  );
}
