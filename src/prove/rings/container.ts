import { isAppError } from '../../errors/app-error.ts';
import type { ContainerSpec } from '../container-spec.ts';
import { eachOf } from '../each-of.ts';
import { type JudgedProbe, judgeProbe } from '../judge-probe.ts';
import { CONTAINER_END, type ContainerEnd } from '../layout.ts';
import type { AttemptLine, Observation } from '../payload/protocol.ts';
import { attemptLines, planProbes } from '../plan-probes.ts';
import type { Probe } from '../probe.ts';
import type { TwinSpec } from '../proof-target.ts';
import { hostCell } from './host-cell.ts';
import type { Bench, GroupEvents } from './ring-group.ts';

/** Cells side by side; each may use up its processors and its memory. */
const AT_ONCE = 3;

/** The container ring: one cell for all attempts, and one for each that may end the process that makes it. */
export async function runContainerRing(
  { lab, cells }: Bench,
  spec: TwinSpec,
  probes: readonly Probe[],
  { step }: GroupEvents,
): Promise<JudgedProbe[]> {
  const planned = planProbes(probes, spec.target, undefined);
  const { shared, alone } = attemptLines(planned, 'cell');
  const atHost = attemptLines(planned, 'host').shared;
  const total = shared.length + alone.length + atHost.length;
  const seen = new Map<string, Observation>();
  if (total > 0) {
    const cell = await cells.of(spec);
    const lots: [ContainerSpec, AttemptLine[]][] = [
      [cell, shared],
      ...alone.map((line): [ContainerSpec, AttemptLine[]] => [cell, [line]]),
      [hostCell(spec.target.image.id), atHost],
    ];
    const wanted = lots.filter(([, lot]) => lot.length > 0);
    await eachOf(wanted, AT_ONCE, async ([container, lot]) => {
      const observed = await runLot(lab, container, lot);
      for (const [id, observation] of observed) seen.set(id, observation);
      step(`container: ${seen.size} of ${total} attempts`);
    });
  }
  return planned.map((plan) => judgeProbe(plan, seen, spec.target, undefined));
}

async function runLot(
  lab: Bench['lab'],
  cell: ContainerSpec,
  lot: readonly AttemptLine[],
): Promise<Map<string, Observation>> {
  const observed = await lab.runAttempts('cell', cell, lot).catch((error: unknown) => {
    // The cells of the others may start.
    if (!isAppError(error)) throw error;
    return new Map<string, Observation>(lot.map(({ id }) => [id, { error: error.entry.message }]));
  });
  const end = observed.get(CONTAINER_END);
  observed.delete(CONTAINER_END);
  if (end !== undefined && 'result' in end)
    for (const { id } of lot)
      if (!observed.has(id)) observed.set(id, { error: describeEnd(end.result as ContainerEnd) });
  return observed;
}

function describeEnd({ exitCode, oomKilled }: ContainerEnd): string {
  return `its container ended before: exit code ${exitCode}${oomKilled ? ', out of memory' : ''}`;
}
