import type { JudgedProbe } from '../judge-probe.ts';
import type { Ring } from '../probe.ts';
import { probes as containerProbes } from '../probes/container/index.ts';
import { containerVariants } from '../variants/container.ts';
import { runContainerRing } from './container.ts';
import type { RingGroup } from './ring-group.ts';

const containerGroup: RingGroup = {
  rings: ['container'],
  probes: containerProbes,
  variants: containerVariants,
  async run(bench, spec, wanted, events) {
    const { clock } = bench.lab.context.ports;
    const began = clock.monotonicMs();
    const judged: JudgedProbe[] = await runContainerRing(
      bench,
      spec,
      containerProbes.filter(({ id }) => wanted.has(id)),
      events,
    );
    const durations: Partial<Record<Ring, number>> = { container: clock.monotonicMs() - began };
    return { judged, durations };
  },
};

/** All rings, in the order in which they are attacked. */
export const groups: readonly RingGroup[] = [containerGroup];
