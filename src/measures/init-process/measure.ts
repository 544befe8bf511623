import type { Deployment, Service } from '../../deployment/deployment.ts';
import { fixOf, fixService, set } from '../fix-service.ts';
import { eachService, failedService, field, openclawRoles, passed } from '../look.ts';
import { defineMeasure } from '../measure.ts';
import { weakenGateway } from '../weaken.ts';

const initPattern = /(?:^|\/)(?:tini|dumb-init|docker-init|catatonit|s6-svscan)$/;

export const measure = defineMeasure({
  id: 'init-process',
  title: 'An init process hands on signals and clears up after children',
  risk: { precondition: 'second-flaw', impact: 'outage' },
  rows: ['G9', 'H8'],
  references: {},
  why: 'Without one, finished children of the agent stay as zombies until the limit of processes is used up, and a stop may not arrive.',
  check: (deployment) =>
    eachService(deployment, openclawRoles, (service) =>
      field(service, 'init', (init) =>
        init || hasInit(service, deployment) ? passed() : failedService(service, 'init is not set', 'init'),
      ),
    ),
  fix: (failure, context) =>
    fixService(failure, context, ({ name, image, at }) =>
      image.needsPidOne
        ? {
            why: `The image of ${name} brings an init of its own that only works as process 1; with it children are cleared up already.`,
          }
        : fixOf(`Start ${name} under an init process`, 'safe', [set(at('init'), true)]),
    ),
  weaken: (deployment) => weakenGateway(deployment, () => ({ init: false })),
});

/** Images that bring their own, as far as the compose file or the Dockerfile tells. */
function hasInit(service: Service, deployment: Deployment): boolean {
  if (service.entrypoint !== undefined) return initPattern.test(service.entrypoint[0] ?? '');
  const dockerfile = deployment.dockerfiles?.find((facts) => facts.services.includes(service.name));
  const final = dockerfile?.stages.findIndex((stage) => stage.isFinal);
  const entrypoint = dockerfile?.instructions.findLast(
    (instruction) => instruction.keyword === 'ENTRYPOINT' && instruction.stage === final,
  );
  return initPattern.test(/^\[\s*"([^"]+)"/.exec(entrypoint?.text ?? '')?.[1] ?? '');
}
