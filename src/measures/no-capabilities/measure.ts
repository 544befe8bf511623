import type { Service } from '../../deployment/deployment.ts';
import { add, fixOf, fixService, remove, type ServiceView } from '../fix-service.ts';
import { isFix, type Failure, type Fix } from '../fix.ts';
import { allRoles, eachService, failedPart, failuresAnd, field, unknownIn } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { runAsUser } from '../run-as-user.ts';
import { imageOf, type ServiceImage } from '../service-image.ts';
import { weakenGateway } from '../weaken.ts';
import { gradeOf, isHostCapability, plainName, stepDownCapabilities } from '../capabilities.ts';

export const measure = defineMeasure({
  id: 'no-capabilities',
  title: 'All Linux capabilities are dropped, and none is added that OpenClaw does not need',
  risk: { precondition: 'second-flaw', impact: 'host' },
  rows: ['H2'],
  references: {
    cis: ['5.4'],
    nist: ['4.4.3'],
    owasp: ['D3'],
    scanners: [
      'compose-lint CL-0006',
      'compose-lint CL-0011',
      'compose-lint CL-0024',
      'KICS ce76b7d0',
      'docker-bench 5.4',
      'DockSec dangerous-capabilities',
      'compose-lint CL-0027',
      'compose-lint CL-0028',
      'compose-lint CL-0029',
      'compose-lint CL-0030',
      'Polaris dangerousCapabilities',
      'Kubescape C-0046',
    ],
  },
  why: 'Each capability is a part of root: raw packets, other owners, traced processes. OpenClaw needs none of them.',
  check: (deployment) =>
    eachService(deployment, allRoles, (service) => {
      const image = imageOf(service, deployment);
      return service.role === 'neighbour'
        ? failuresAnd(neighbourFailures(service), unknownIn(service, 'capAdd'))
        : field(service, 'capDrop', (dropped) =>
            failuresAnd(failures(service, dropped, image), unknownIn(service, 'capAdd')),
          );
    }),
  fix: (failure, context) => fixService(failure, context, (view) => mend(view, failure)),
  weaken: (deployment) => weakenGateway(deployment, () => ({ capDrop: [] })),
});

function failures(service: Service, dropped: readonly string[], image: ServiceImage): Outcome[] {
  const found: Outcome[] = [];
  if (!dropped.map(plainName).includes('ALL'))
    found.push(
      failedPart(
        service,
        'ALL',
        dropped.length === 0
          ? "it keeps the engine's default capabilities"
          : `only ${dropped.join(', ')} is dropped, the rest of the default capabilities stays`,
        'cap_drop',
      ),
    );
  for (const [index, written] of (service.capAdd ?? []).entries()) {
    const name = plainName(written);
    if (isNeeded(name, image)) continue;
    found.push(failedPart(service, name, `${name} is added${gradeOf(name)}`, 'cap_add', index));
  }
  return found;
}

/** An entrypoint that starts as root gives files to the user and becomes that user; one that does not needs nothing. */
function isNeeded(name: string, image: ServiceImage): boolean {
  return image.startsAs !== 'ordinary' && stepDownCapabilities.includes(name);
}

/** A neighbour may need its capabilities, but not those that are the host. */
function neighbourFailures(service: Service): Outcome[] {
  return (service.capAdd ?? []).flatMap((written, index) => {
    const name = plainName(written);
    const isHost = isHostCapability(name) || (name === 'NET_ADMIN' && service.networkMode === 'host');
    return isHost ? [failedPart(service, name, `${name} is added${gradeOf(name)}`, 'cap_add', index)] : [];
  });
}

function mend(view: ServiceView, failure: Failure): Fix {
  const { name, service, image, at } = view;
  const index = (service.capAdd ?? []).findIndex((written) => plainName(written) === failure.key);
  if (failure.at?.path.includes('cap_add') === true)
    return fixOf(
      `Take the capability ${failure.key} away from ${name}`,
      'unsafe',
      [remove(at('cap_add', index))],
      `What ${name} does with ${failure.key} no longer works.`,
    );
  const drop = add(at('cap_drop'), 'ALL');
  // Root without capabilities cannot even read the files of others; as a user it needs none.
  const asUser = service.user !== undefined && image.startsAs === 'root' ? runAsUser(view) : undefined;
  if (asUser && isFix(asUser))
    return {
      ...asUser,
      title: `Drop all capabilities of ${name}, and run it as an ordinary user, who needs none`,
      changes: [drop, ...asUser.changes],
    };
  if (image.startsAs === 'ordinary')
    return image.hasSudo && image.kind !== 'official'
      ? fixOf(
          `Drop all capabilities of ${name}`,
          'unsafe',
          [drop],
          `If the image of ${name} has sudo, it no longer works.`,
        )
      : fixOf(`Drop all capabilities of ${name}`, 'safe', [drop]);
  const kept = stepDownCapabilities.filter(
    (capability) => !service.capAdd?.map(plainName).includes(capability),
  );
  return fixOf(
    `Drop all capabilities of ${name} but those that its start as root needs`,
    'unsafe',
    [drop, ...kept.map((capability) => add(at('cap_add'), capability))],
    `Whom the image of ${name} starts as is not known here, so it keeps ${stepDownCapabilities.join(', ')}; what needs another one no longer works.`,
  );
}
