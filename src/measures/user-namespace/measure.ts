import { failedEngine, withEngine } from '../dockerfile.ts';
import { passed, skipped } from '../look.ts';
import { defineMeasure } from '../measure.ts';

export const measure = defineMeasure({
  id: 'user-namespace',
  title: 'Root in a container is nobody on the host',
  // A foothold, then root in a container that runs as 1000, and then a way out: the remap counts behind all of that.
  risk: { precondition: 'second-flaw', impact: 'exposure' },
  rows: ['G4'],
  references: {
    cis: ['2.9', '5.31'],
    nist: ['4.4.3', '4.5.5'],
    owasp: ['D2', 'D11'],
    scanners: ['docker-bench 2.9'],
  },
  why: 'Without user namespaces user 0 of every container is user 0 of the host: whoever gets out of one as root has the host.',
  check: (deployment) =>
    withEngine(deployment, (engine) => {
      if (engine.rootless === true) return [passed('the engine itself runs without root')];
      if (engine.usernsRemap === undefined)
        return [skipped('nothing here tells whether the engine remaps users')];
      return engine.usernsRemap
        ? [passed()]
        : [failedEngine(engine, 'userns-remap', 'the engine neither remaps users nor runs without root')];
    }),
  noFix:
    'With `"userns-remap": "default"` the engine forgets its images, containers and volumes, and files of mounts need other owners: it is a move, not an edit. `clawproof host harden --userns` makes it and takes images and volumes along. Rootless Docker is the other way.',
  weaken: (deployment) => ({
    ...deployment,
    engine: { source: 'docker info', usernsRemap: false, rootless: false },
  }),
});
