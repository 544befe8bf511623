import { reportOn } from '../audit/audit-target-report.ts';
import type { TargetReport } from '../audit/audit-report.ts';
import type { LiveTargets, LiveTools } from '../audit/live/read-live.ts';
import type { Docker } from '../engine/docker.ts';
import type { EngineReport } from '../engine/engine-report.ts';
import { type AppError, isAppError } from '../errors/app-error.ts';
import type { Measure } from '../measures/measure.ts';
import type { EngineConnection } from '../ports/engine-api.ts';
import type { Ports } from '../ports/ports.ts';
import type { TaskHandle } from '../ports/terminal.ts';
import { assembleReport, probeResults } from './assemble-report.ts';
import type { JudgedProbe } from './judge-probe.ts';
import { releaseLeftBehind } from './canary/site.ts';
import { createLab } from './lab/create-lab.ts';
import type { Lab } from './lab.ts';
import { removeLeftBehind } from './lab/removal.ts';
import type { Ring } from './probe.ts';
import type { ProbeResult, ProofReport, RingResult } from './proof-report.ts';
import type { TwinSpec } from './proof-target.ts';
import { groups } from './rings/groups.ts';
import type { Bench, RingGroup } from './rings/ring-group.ts';
import { runControls } from './run-controls.ts';
import { readProofTarget } from './target/read-proof-target.ts';
import { createCells } from './twin/cells.ts';

export interface ProofTools {
  ports: Ports;
  engine: EngineReport;
  docker: Docker;
  measures: readonly Measure[];
  /** What reads the files of the deployment. */
  audit: Omit<LiveTools, 'docker'>;
}

export interface ProofRequest {
  /** Container or Compose project. */
  target: string;
  rings: readonly Ring[];
  controls: boolean;
  /** clawproof's own version. */
  version: string;
}

export interface ProofEvents {
  /** A ring is done. */
  onRing?: (ring: RingResult, probes: readonly ProbeResult[]) => void;
  /** Everything was tried, and something could not be removed; without this it is thrown, and the report is lost. */
  onLeftBehind?: (error: AppError) => void;
}

/**
 * Proves one deployment. What it makes on the engine is gone at the end, also after a failure and an interruption.
 * @throws AppError when there is no such deployment, no engine, or something of the proof could not be removed
 */
export async function runProof(
  tools: ProofTools,
  request: ProofRequest,
  events: ProofEvents = {},
): Promise<ProofReport> {
  const { ports, engine } = tools;
  const program = engine.docker?.path ?? 'docker';
  const connection = ports.engineApi.connect({ url: engine.endpoint, program });
  try {
    return await proveOn(tools, { connection, program }, request, events);
  } finally {
    connection.close();
  }
}

async function proveOn(
  tools: ProofTools,
  { connection, program }: { connection: EngineConnection; program: string },
  request: ProofRequest,
  events: ProofEvents,
): Promise<ProofReport> {
  const { ports, measures } = tools;
  const { clock, progress } = ports;
  const [startedAt, began] = [clock.now(), clock.monotonicMs()];
  const { spec, live } = await progress.task('Look at the deployment', (task) =>
    look(tools, connection, request, task),
  );
  const { image, engine } = spec.target;
  const lab = await createLab(ports, { program, connection, image: image.id, arch: engine.arch });
  const bench: Bench = { lab, cells: createCells(lab, ports.random) };
  const audited = audits(live, tools);
  const rings: RingResult[] = [];
  const probes: ProbeResult[] = [];
  try {
    if (!request.rings.includes('network')) await releaseLeftBehind(lab, spec.target.engine);
    for (const group of groups) {
      const done = await proveGroup(tools, { bench, spec, group, audited, request });
      rings.push(...done.rings);
      probes.push(...done.probes);
      for (const ring of done.rings)
        events.onRing?.(
          ring,
          done.probes.filter((probe) => probe.ring === ring.ring),
        );
    }
  } catch (error) {
    await lab.close();
    if (ports.signal.aborted)
      ports.progress.note('Removed what the proof made; the deployment was not touched.');
    throw error;
  }
  await closeLab(lab, events);
  const durationMs = clock.monotonicMs() - began;
  return assembleReport({
    version: request.version,
    id: lab.id,
    startedAt,
    durationMs,
    spec,
    rings,
    probes,
    measures,
  });
}

/** What was proved stays, also when something could not be removed. */
async function closeLab(lab: Lab, { onLeftBehind }: ProofEvents): Promise<void> {
  try {
    await lab.close();
  } catch (error) {
    if (onLeftBehind === undefined || !isAppError(error)) throw error;
    onLeftBehind(error);
  }
}

async function look(
  { ports, docker, audit, engine }: ProofTools,
  connection: EngineConnection,
  { target }: ProofRequest,
  task: TaskHandle,
): Promise<{ spec: TwinSpec; live: LiveTargets }> {
  task.step('removing what an interrupted proof left');
  const left = await removeLeftBehind(connection, ports);
  if (left.length > 0) ports.progress.note(`Still there from an interrupted proof: ${left.join(', ')}`);
  task.step('reading its settings');
  const found = await readProofTarget(target, { ...audit, ports, docker, connection, engine });
  task.result(`${found.spec.target.container.name}, ${found.spec.target.image.reference}`);
  return found;
}

/** What the audit finds in the files, which has lines, and then in what runs. */
function audits({ effective, declared }: LiveTargets, { measures, ports }: ProofTools): TargetReport[] {
  const options = { cwd: ports.system.cwd };
  return (declared === undefined ? [effective] : [declared, effective]).map((target) =>
    reportOn(target, measures, options),
  );
}

interface GroupWork {
  bench: Bench;
  spec: TwinSpec;
  group: RingGroup;
  audited: readonly TargetReport[];
  request: ProofRequest;
}

/** One group of rings on the target's twin, and its controls. */
async function proveGroup(
  { ports }: ProofTools,
  { bench, spec, group, audited, request }: GroupWork,
): Promise<{ rings: RingResult[]; probes: ProbeResult[] }> {
  const asked = group.rings.filter((ring) => request.rings.includes(ring));
  if (asked.length === 0) return { rings: [], probes: [] };
  const wanted = new Set(group.probes.filter(({ ring }) => asked.includes(ring)).map(({ id }) => id));
  const { clock, progress } = ports;
  const title = `Attack the ${asked.join(' and the ')}`;
  try {
    const { judged, durations } = await progress.task(title, async (task) => {
      const run = await group.run(bench, spec, wanted, { step: (text) => task.step(text) });
      task.result(stoppedOf(run.judged));
      return run;
    });
    const began = clock.monotonicMs();
    const controls = request.controls
      ? await progress.task('Attack where the protection is missing', (task) =>
          runControls({
            bench,
            spec,
            group,
            onTarget: new Map(judged.map((probe) => [probe.id, probe])),
            step: (text) => task.step(text),
          }),
        )
      : undefined;
    const controlsMs = Math.round(clock.monotonicMs() - began);
    const probes = probeResults(
      { judged, ...(controls && { controls }) },
      group,
      audited,
      spec.target.gateway.name,
    );
    const rings = asked.map((ring): RingResult => ({
      ring,
      state: 'ran',
      durationMs: Math.round(durations[ring] ?? 0),
      ...(controls === undefined ? {} : { controlsMs }),
    }));
    return { rings, probes };
  } catch (error) {
    // The other rings can still be proved.
    if (!isAppError(error)) throw error;
    const [first] = asked;
    const rings = asked.map((ring): RingResult => {
      const reason = ring === first ? error.entry.message : `for the same reason as the ${first} ring`;
      return { ring, state: 'error', reason, durationMs: 0 };
    });
    return { rings, probes: [] };
  }
}

function stoppedOf(judged: readonly JudgedProbe[]): string {
  const count = (state: JudgedProbe['state']): number =>
    judged.filter((probe) => probe.state === state).length;
  const failed = count('fail');
  return `${count('pass')} stopped${failed > 0 ? `, ${failed} succeeded` : ''}`;
}
