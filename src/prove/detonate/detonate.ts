import { stripVTControlCharacters } from 'node:util';
import type { EngineReport } from '../../engine/engine-report.ts';
import { detonationFailed } from '../../errors/detonate-errors.ts';
import { isAppError } from '../../errors/app-error.ts';
import type { EngineConnection } from '../../ports/engine-api.ts';
import type { Ports } from '../../ports/ports.ts';
import type { TaskHandle } from '../../ports/terminal.ts';
import { createLab } from '../lab/create-lab.ts';
import { removeLeftBehind } from '../lab/removal.ts';
import type { Lab } from '../lab.ts';
import { RAN_PREFIX } from '../payload/detonation/answers.ts';
import type { AttemptLine, Observation } from '../payload/protocol.ts';
import type { Snapshot, FileHead } from '../payload/detonation/snapshot.ts';
import type { SeenProcess } from '../payload/detonation/processes.ts';
import type { ProofEngine } from '../proof-target.ts';
import { stackLog } from '../stack/stack-log.ts';
import { createBaits } from './baits.ts';
import { changedPaths, GATEWAY_FOLDERS } from './changes.ts';
import { DETONATION_SCHEMA, type DetonationReport, type ReadSkill } from './detonation.ts';
import { TWIN } from './layout.ts';
import type { Observations } from './observations.ts';
import { judgeDetonation } from './judge.ts';
import { planUse, type UsePlan } from './plan-use.ts';
import { type DetonationSite, startSite } from './site.ts';
import { readManifest } from './skill-manifest.ts';
import { takeTurn } from './turn.ts';
import { SCRATCH } from './twin-specs.ts';

export interface DetonationTools {
  ports: Ports;
  engine: EngineReport;
  host: ProofEngine;
}

export interface DetonationRequest {
  skill: ReadSkill;
  image: { id: string; reference: string; path: string; openclaw: string | null };
  /** Seconds to go on watching when everything was done. */
  seconds: number;
  /** clawproof's own version. */
  version: string;
}

/**
 * Uses a skill in a twin and tells what it touched. What it makes on the engine is gone at the end, also after a failure and an
 * interruption; what a killed run left goes with the next one.
 * @throws AppError `detonation-failed`, `detonation-not-connected`, and those of the engine
 */
export async function detonate(
  tools: DetonationTools,
  request: DetonationRequest,
): Promise<DetonationReport> {
  const { ports, engine } = tools;
  const program = engine.docker?.path ?? 'docker';
  const connection = ports.engineApi.connect({ url: engine.endpoint, program });
  try {
    return await onEngine(tools, { connection, program }, request);
  } finally {
    connection.close();
  }
}

async function onEngine(
  { ports, host, engine }: DetonationTools,
  { connection, program }: { connection: EngineConnection; program: string },
  request: DetonationRequest,
): Promise<DetonationReport> {
  const { clock, progress, random } = ports;
  const [startedAt, began] = [clock.now(), clock.monotonicMs()];
  const manifest = readManifest(request.skill.files, request.skill.folderName);
  const plan = planUse(request.skill.files, manifest);
  const left = await removeLeftBehind(connection, ports);
  if (left.length > 0) progress.note(`Still there from an interrupted run: ${left.join(', ')}`);
  const lab = await createLab(ports, { program, connection, image: request.image.id, arch: host.arch });
  let report: DetonationReport;
  try {
    report = await progress.task(`Use the skill ${manifest.name} in a twin`, async (task) => {
      const baits = createBaits(random, manifest.variables, random.hex(32));
      task.step('starting OpenClaw, and the canary');
      const site = await startSite(lab, host, { ...request, manifest, baits, plan, engine });
      const { observations, image } = await observe(lab, site, { request, plan, manifest, baits }, task);
      const judged = judgeDetonation(observations);
      task.result(judged.verdict);
      return assemble(request, observations, judged, {
        id: lab.id,
        startedAt,
        image,
        tcpPorts: site.ready.tcp,
      });
    });
  } finally {
    await lab.close();
  }
  return { ...report, durationMs: Math.round(clock.monotonicMs() - began) };
}

interface Use {
  request: DetonationRequest;
  plan: UsePlan;
  manifest: ReturnType<typeof readManifest>;
  baits: ReturnType<typeof createBaits>;
}

/** @param secret in the names: what runs in the twin could print lines of its own, and does not know them */
function looksAtFiles(
  secret: string,
): Record<'look' | 'control', AttemptLine> & Record<'filesId' | 'headsId', string> {
  const filesId = `files-${secret}`;
  const look = {
    id: filesId,
    run: 'snapshotFiles',
    // Those below others are met with these.
    params: {
      roots: SCRATCH.map(({ path }) => path).filter((path) => path !== TWIN.state),
      except: [TWIN.skills, ...GATEWAY_FOLDERS],
    },
    timeoutMs: 30_000,
  };
  const params = { path: `${TWIN.home}/.profile` };
  const control = { id: 'reads', run: 'showsReads', params, timeoutMs: 5000 };
  return { filesId, headsId: `heads-${secret}`, look, control };
}

async function observe(
  lab: Lab,
  site: DetonationSite,
  { request, plan, manifest, baits }: Use,
  task: TaskHandle,
): Promise<{ observations: Observations; image: DetonationRequest['image'] }> {
  const { filesId, headsId, look, control } = looksAtFiles(lab.context.ports.random.hex(16));
  await site.ready.gateway.catch((error: unknown) => failed(lab, site, error));
  // In the twin, where reading shows; nothing of the skill has run there yet.
  const tried = await lab.execAttempts(site.twin, [control]);
  const first = await lab.execAttempts(site.witness, [look]);
  const watched = lab.execAttempts(site.watcher, [
    { id: 'watch', run: 'watchProcesses', params: {}, timeoutMs: 900_000 },
  ]);
  watched.catch(() => undefined);
  task.step(`${plan.steps.length} steps that the skill asks for`);
  const earlier = await site.seen();
  const turn = await takeTurn(lab, site, plan.steps, manifest.name).catch((error: unknown) =>
    failed(lab, site, error),
  );
  task.step('watching what goes on afterwards');
  await lab.context.ports.clock.sleep(request.seconds * 1000, lab.context.ports.signal);
  await lab.execAttempts(site.watcher, [{ id: 'stop', run: 'stopWatch', params: {}, timeoutMs: 5000 }]);
  const { processes, dropped: unseenProcesses } = resultOf<{ processes: SeenProcess[]; dropped: number }>(
    await watched,
    'watch',
  );
  const before = resultOf<Snapshot>(first, filesId);
  const after = resultOf<Snapshot>(await lab.execAttempts(site.witness, [look]), filesId);
  const paths = changedPaths(before, after)
    .map(({ path }) => path)
    .slice(0, 300);
  const heads = await lab.execAttempts(site.witness, [
    { id: headsId, run: 'readHeads', params: { paths, bytes: 65_536 }, timeoutMs: 20_000 },
  ]);
  const observations: Observations = {
    files: request.skill.files,
    manifest,
    steps: plan.steps,
    baits: baits.baits,
    notTried: [...plan.notTried, ...request.skill.leftOut.map((each) => `left out: ${each}`)],
    turn,
    from: earlier.now,
    refusedBefore: earlier.refused,
    sink: await site.seen(),
    before,
    after,
    heads: resultOf<Record<string, FileHead>>(heads, headsId),
    showsReads: resultOf<boolean>(tried, 'reads'),
    processes,
    unseenProcesses,
    ran: Object.keys(after.files).flatMap((path) =>
      path.startsWith(RAN_PREFIX) ? [Number(path.slice(RAN_PREFIX.length))] : [],
    ),
  };
  return { observations, image: request.image };
}

/** What failed in the twin, with what OpenClaw said last. */
async function failed(lab: Lab, { twin }: Pick<DetonationSite, 'twin'>, error: unknown): Promise<never> {
  lab.context.ports.signal.throwIfAborted();
  const log = await stackLog(lab.context, twin).catch(() => '');
  const lines = stripVTControlCharacters(log)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const words = isAppError(error) || error instanceof Error ? error.message : String(error);
  throw detonationFailed(
    words,
    lines.slice(-3).map((line) => line.slice(0, 300)),
  );
}

function resultOf<T>(seen: ReadonlyMap<string, Observation>, id: string): T {
  const observation = seen.get(id);
  if (observation === undefined || 'error' in observation)
    throw detonationFailed(`it could not be looked at (${observation?.error ?? 'no answer'})`, []);
  return observation.result as T;
}

function assemble(
  { skill, version }: DetonationRequest,
  observations: Observations,
  judged: ReturnType<typeof judgeDetonation>,
  {
    id,
    startedAt,
    image,
    tcpPorts,
  }: { id: string; startedAt: Date; image: DetonationRequest['image']; tcpPorts: number },
): DetonationReport {
  const { sink, manifest } = observations;
  return {
    schema: DETONATION_SCHEMA,
    kind: 'skill-detonation',
    id,
    tool: { name: 'clawproof', version },
    startedAt: startedAt.toISOString(),
    durationMs: 0,
    skill: { name: manifest.name, source: skill.source, files: skill.files.length, sha256: skill.sha256 },
    image: { reference: image.reference, openclaw: image.openclaw },
    ...judged,
    canary: { tcpPorts, records: sink.records.length + sink.dropped, refused: sink.refused },
  };
}
