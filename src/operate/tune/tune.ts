import { join } from 'node:path';
import { notRunning } from '../../errors/operate-errors.ts';
import { limitsNotMeasured } from '../../errors/tune-errors.ts';
import { parseYaml } from '../../documents/yaml.ts';
import type { Ports } from '../../ports/ports.ts';
import { PATHS } from '../../render/layout.ts';
import { ownerContext, readOwned } from '../container-owner.ts';
import { writePolicyText } from '../policy-file.ts';
import { withRunLock } from '../run-lock.ts';
import { openSession, type Session } from '../session.ts';
import { containerName } from '../up/start.ts';
import { adviseLimits, type TuneAdvice } from './advice.ts';
import { editLimits } from './edit-limits.ts';
import { type Figures, figuresOf } from './figures.ts';
import { type LoadResult, runLoad } from './load.ts';
import { type Watch, watchGateway } from './measure.ts';

export interface TuneRequest {
  folder: string;
  /** Seconds that the user's own use is watched; null = a load is run. */
  watch: number | null;
  /** Of the load. */
  seconds: number;
  parallel: number;
  /** Write the suggestions into clawproof.yaml. */
  write: boolean;
}

export interface TuneResult extends TuneAdvice {
  folder: string;
  name: string;
  figures: Figures;
  /** Null when the user's own use was watched. */
  load: (LoadResult & { parallel: number; seconds: number }) | null;
  /** clawproof.yaml with the suggestions; null when there is none. */
  change: { path: string; before: string; after: string } | null;
  written: boolean;
}

/** With this share of the memory in use, a load is ended: it must not be what kills the gateway. */
const STOP_LOAD_AT = 0.92;
/** Shorter than this, a watched time says nothing of what is too much. */
const LONG_SECONDS = 300;
/** The first samples are taken before the load begins. */
const QUIET_MS = 2500;

/**
 * Measures what the running gateway uses, under a load or in its own use, and suggests limits.
 * @throws AppError `not-running`, `limits-not-measured`, `limits-not-edited`
 */
export async function tune(ports: Ports, request: TuneRequest): Promise<TuneResult> {
  const session = await openSession(ports, request.folder);
  const { docker, policy, policyText } = session;
  const container = await docker.inspectContainer(containerName(session, 'gateway'));
  if (container === null || !container.State.Running) throw notRunning('gateway');
  const token = request.watch === null ? await tokenOf(ports, session, container.Image) : null;
  const { watch, load } = await measure(ports, session, request, token);
  const figures = figuresOf(watch.samples);
  if (figures === null) throw limitsNotMeasured('there was time for one look only');
  const advice = await advise(session, request, figures);
  const change = changeOf(request.folder, policyText, advice);
  if (request.write && change !== null) await writePolicy(ports, request.folder, change);
  const { parallel, seconds } = request;
  return {
    folder: request.folder,
    name: policy.name,
    figures,
    load: load === null ? null : { ...load, parallel, seconds },
    ...advice,
    change,
    written: request.write && change !== null,
  };
}

async function advise(session: Session, { watch }: TuneRequest, figures: Figures): Promise<TuneAdvice> {
  const { docker, policy, policyText } = session;
  const [info, container] = await Promise.all([
    docker.info(),
    docker.inspectContainer(containerName(session, 'gateway')),
  ]);
  return adviseLimits({
    figures,
    resources: policy.resources,
    heapIsNamed: namesHeap(policyText),
    host: { cpus: info.NCPU, memory: info.MemTotal },
    ownUse: watch !== null && watch >= LONG_SECONDS,
    outOfMemory: container?.State.OOMKilled === true,
  });
}

async function tokenOf(ports: Ports, session: Session, image: string): Promise<string | null> {
  const text = await readOwned(ownerContext({ ...session, ports }, image), session.path, PATHS.gatewayToken);
  return text === null || text.trim() === '' ? null : text.trim();
}

async function measure(
  ports: Ports,
  session: Session,
  request: TuneRequest,
  token: string | null,
): Promise<{ watch: Watch; load: LoadResult | null }> {
  const { clock, progress, signal } = ports;
  const watch: Watch = { samples: [] };
  const seconds = request.watch ?? request.seconds;
  const title =
    request.watch === null
      ? `Load of ${request.parallel} calls at a time for ${seconds} s`
      : `Watching for ${seconds} s`;
  const load = await progress.task(title, async (task) => {
    const end = clock.monotonicMs() + seconds * 1000;
    let loadEnded = request.watch !== null;
    const left = (): number => Math.max((end - clock.monotonicMs()) / 1000, loadEnded ? 0 : 1);
    const watching = watchGateway(session, ports, watch, left);
    if (request.watch !== null) {
      await watching;
      return null;
    }
    const loading = clock
      .sleep(QUIET_MS, signal)
      .then(() =>
        runLoad(ports, { port: session.policy.access.port, seconds, parallel: request.parallel, token }, () =>
          tooFull(watch),
        ),
      )
      .finally(() => {
        loadEnded = true;
      });
    const [result] = await Promise.all([loading, watching]);
    const calls = Object.values(result.requests).reduce((sum, count) => sum + count, 0);
    task.result(`${calls} calls${result.stopped === null ? '' : `, stopped: ${result.stopped}`}`);
    return result;
  });
  return { watch, load };
}

function tooFull({ samples }: Watch): string | null {
  const last = samples.at(-1);
  if (last === undefined || last.memoryLimit === null) return null;
  const share = last.memoryNeeded / last.memoryLimit;
  return share > STOP_LOAD_AT ? `${Math.round(share * 100)} % of the memory limit was in use` : null;
}

function namesHeap(text: string): boolean {
  const { value } = parseYaml(text, PATHS.policy);
  const resources = isObject(value) ? value['resources'] : null;
  return isObject(resources) && resources['heap'] !== undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function changeOf(folder: string, before: string, { advice }: TuneAdvice): TuneResult['change'] {
  const path = join(folder, PATHS.policy);
  const after = editLimits(before, advice, path);
  return after === before ? null : { path, before, after };
}

/** One atomic write: nothing to take back. Somebody's edit made meanwhile is not lost. */
async function writePolicy(
  ports: Ports,
  folder: string,
  { path, before, after }: NonNullable<TuneResult['change']>,
): Promise<void> {
  await withRunLock(ports, folder, 'clawproof tune', async () => {
    if ((await ports.files.read(path)) !== before)
      throw limitsNotMeasured('clawproof.yaml was changed meanwhile');
    await writePolicyText({ ports, path: folder }, after);
  });
}
