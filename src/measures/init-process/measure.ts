import { eachService, failedService, field, openclawRoles, passed } from '../look.ts';
import { defineMeasure } from '../measure.ts';
import { weakenGateway } from '../weaken.ts';

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
        init || hasInit(service.entrypoint) ? passed() : failedService(service, 'init is not set', 'init'),
      ),
    ),
  weaken: (deployment) => weakenGateway(deployment, () => ({ init: false })),
});

/** Images that bring their own. */
function hasInit(entrypoint: readonly string[] | undefined): boolean {
  return /(?:^|\/)(?:tini|dumb-init|docker-init|catatonit|s6-svscan)$/.test(entrypoint?.[0] ?? '');
}
