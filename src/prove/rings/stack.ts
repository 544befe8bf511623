import { isAppError } from '../../errors/app-error.ts';
import { type JudgedProbe, untriedProbe } from '../judge-probe.ts';
import type { Probe, Ring } from '../probe.ts';
import { probes as agentProbes } from '../probes/agent/index.ts';
import { probes as gatewayProbes } from '../probes/gateway/index.ts';
import { agentVariants } from '../variants/agent.ts';
import { gatewayVariants } from '../variants/gateway.ts';
import { canFollow } from '../stack/can-follow.ts';
import { runAgentRing } from './agent.ts';
import { needsStack, runGatewayRing } from './gateway.ts';
import type { RingGroup } from './ring-group.ts';
import { withStack } from './stack-pool.ts';

/** What needs a running OpenClaw: one twin for both rings, the agent's last, because it changes the twin's data. */
export const stackGroup: RingGroup = {
  rings: ['gateway', 'agent'],
  probes: [...gatewayProbes, ...agentProbes],
  variants: [...gatewayVariants, ...agentVariants],
  // Each boots a gateway.
  weakAtOnce: 2,
  canFollow,
  run: async (bench, spec, wanted, events) => {
    const { clock } = bench.lab.context.ports;
    const gateway = gatewayProbes.filter(({ id }) => wanted.has(id));
    const agent = agentProbes.filter(({ id }) => wanted.has(id));
    const durations: Partial<Record<Ring, number>> = {};
    let began = clock.monotonicMs();
    const timed = async (ring: Ring, work: () => Promise<JudgedProbe[]>): Promise<JudgedProbe[]> => {
      const judged = await work();
      // The boot belongs to the first ring.
      durations[ring] = clock.monotonicMs() - began;
      began = clock.monotonicMs();
      return judged;
    };
    if (agent.length === 0 && !needsStack(gateway)) {
      const judged = await timed('gateway', () => runGatewayRing(bench, spec, undefined, gateway, events));
      return { judged, durations };
    }
    events.step('starting the twin of the gateway');
    return withStack(bench, spec, async (stack) => {
      const judged = [
        ...(gateway.length === 0
          ? []
          : await timed('gateway', () => runGatewayRing(bench, spec, stack, gateway, events))),
        ...(agent.length === 0
          ? []
          : await timed('agent', () =>
              agentOrErrors(agent, () => runAgentRing(bench, spec, stack, agent, events)),
            )),
      ];
      return { judged, durations };
    });
  },
};

/** What the gateway's ring found stays, also when the agent cannot be made to answer. */
async function agentOrErrors(
  probes: readonly Probe<never>[],
  work: () => Promise<JudgedProbe[]>,
): Promise<JudgedProbe[]> {
  try {
    return await work();
  } catch (error) {
    if (!isAppError(error)) throw error;
    const reason = error.entry.message;
    return probes.map((probe) => untriedProbe(probe, reason));
  }
}
