import type { JudgedProbe } from '../judge-probe.ts';
import type { Ring } from '../probe.ts';
import { probes as containerProbes } from '../probes/container/index.ts';
import { probes as networkProbes } from '../probes/network/index.ts';
import { containerVariants } from '../variants/container.ts';
import { networkVariants } from '../variants/network.ts';
import { runContainerRing } from './container.ts';
import { runNetworkRing } from './network.ts';
import type { RingGroup } from './ring-group.ts';

/** What needs no running OpenClaw: containers like the gateway's, side by side. */
export const surfaceGroup: RingGroup = {
  rings: ['container', 'network'],
  probes: [...containerProbes, ...networkProbes],
  variants: [...containerVariants, ...networkVariants],
  // Each may fill its memory; most wait for answers that do not come.
  weakAtOnce: 3,
  async run(bench, spec, wanted, events) {
    const { clock } = bench.lab.context.ports;
    const durations: Partial<Record<Ring, number>> = {};
    const timed = async (ring: Ring, work: () => Promise<JudgedProbe[]>): Promise<JudgedProbe[]> => {
      const began = clock.monotonicMs();
      const judged = await work();
      durations[ring] = clock.monotonicMs() - began;
      return judged;
    };
    const container = containerProbes.filter(({ id }) => wanted.has(id));
    const network = networkProbes.filter(({ id }) => wanted.has(id));
    const judged = await Promise.all([
      container.length === 0
        ? []
        : timed('container', () => runContainerRing(bench, spec, container, events)),
      network.length === 0 ? [] : timed('network', () => runNetworkRing(bench, spec, network, events)),
    ]);
    return { judged: judged.flat(), durations };
  },
};
