import { lastErrorLine } from '../../engine/engine-failure.ts';
import { dockerMissing } from '../../errors/engine-errors.ts';
import { proofContainerFailed } from '../../errors/prove-errors.ts';
import type { ExecResult } from '../../ports/exec.ts';
import type { ContainerSpec } from '../container-spec.ts';
import { CONTAINER_END, type ContainerEnd, KIT, nodeCommand } from '../layout.ts';
import { type AttemptLine, type Observation, type ObservationLine, READY } from '../payload/protocol.ts';
import { containerState, createContainer } from './containers.ts';
import type { LabContext } from './lab-engine.ts';
import { withPayload } from './with-payload.ts';

/** Until the payload runs: a container on a busy machine. */
const READY_MS = 60_000;
/** Beyond an attempt's own time, before the payload counts as hung. */
const SLACK_MS = 10_000;

type OnObservation = (id: string, observation: Observation) => void;

/** What happened, by the id of the attempt. */
type Observations = Map<string, Observation>;

/** Makes the attempts in a container of their own, which stays; see `Lab.runAttempts`. */
export async function runAttempts(
  context: LabContext,
  kit: string,
  { purpose, spec }: { purpose: string; spec: ContainerSpec },
  attempts: readonly AttemptLine[],
  onObservation?: OnObservation,
): Promise<{ container: string; seen: Observations }> {
  const container = await createContainer(context, purpose, withPayload(spec, kit));
  const args = ['start', '--attach', '--interactive', container];
  const { isReady, seen, result } = await converse(context, args, attempts, onObservation);
  if (isReady && attempts.every(({ id }) => seen.has(id))) return { container, seen };
  const state = await containerState(context, container);
  if (!isReady) throw proofContainerFailed(purpose, state?.Error || wordsOf(result));
  if (state !== undefined && result.killed === undefined) {
    const end: ContainerEnd = { exitCode: state.ExitCode, oomKilled: state.OOMKilled };
    seen.set(CONTAINER_END, { result: end });
  }
  return { container, seen };
}

/** Makes the attempts in a container that runs already and has the kit. */
export async function execAttempts(
  context: LabContext,
  container: string,
  attempts: readonly AttemptLine[],
  options: { user?: string; onObservation?: OnObservation } = {},
): Promise<Observations> {
  const user = options.user === undefined ? [] : ['--user', options.user];
  const args = [
    'exec',
    '--interactive',
    '--env',
    'NODE_OPTIONS=',
    ...user,
    container,
    ...nodeCommand(KIT.payload),
  ];
  const { isReady, seen, result } = await converse(context, args, attempts, options.onObservation);
  if (!isReady) throw proofContainerFailed(container, wordsOf(result));
  return seen;
}

function wordsOf({ killed, code, stderr }: ExecResult): string {
  if (killed === 'aborted') return `nothing came out of it within ${READY_MS / 1000} s`;
  return stderr.trim() === '' ? `it ended with ${code ?? killed}` : lastErrorLine(stderr);
}

/** @throws the signal's reason when the run was aborted */
async function converse(
  { ports: { exec, clock, signal }, engine: { program } }: LabContext,
  args: readonly string[],
  attempts: readonly AttemptLine[],
  onObservation: OnObservation | undefined,
): Promise<{ isReady: boolean; seen: Observations; result: ExecResult }> {
  const seen: Observations = new Map();
  const expected = new Set(attempts.map(({ id }) => id));
  const stop = new AbortController();
  const watch = createWatch(
    (ms, until) => clock.sleep(ms, until),
    () => stop.abort(),
  );
  let isReady = false;
  const running = exec.run(program, args, {
    input: attempts.map((attempt) => `${JSON.stringify(attempt)}\n`).join(''),
    signal: AbortSignal.any([signal, stop.signal]),
    onLine: (line, stream) => {
      const found = stream === 'stdout' ? parseObservation(line) : undefined;
      if (found === undefined) return;
      const { id, ...observation } = found;
      if (id === READY) isReady = true;
      else if (expected.has(id) && !seen.has(id)) {
        seen.set(id, observation);
        onObservation?.(id, observation);
      }
      watch.expectWithin((attempts[seen.size]?.timeoutMs ?? 0) + SLACK_MS);
    },
  });
  watch.expectWithin(READY_MS);
  const result = await running.finally(() => watch.end());
  signal.throwIfAborted();
  if (result.killed === 'missing') throw dockerMissing(program);
  return { isReady, seen, result };
}

function parseObservation(line: string): ObservationLine | undefined {
  if (!line.startsWith('{"id":')) return undefined;
  try {
    const value = JSON.parse(line) as Partial<{ id: unknown; result: unknown; error: unknown }>;
    if (typeof value.id !== 'string') return undefined;
    if ('result' in value) return { id: value.id, result: value.result };
    return typeof value.error === 'string' ? { id: value.id, error: value.error } : undefined;
  } catch {
    return undefined;
  }
}

interface Watch {
  expectWithin(ms: number): void;
  end(): void;
}

/** Calls `onLate` when nothing is heard in time. */
function createWatch(sleep: (ms: number, until: AbortSignal) => Promise<void>, onLate: () => void): Watch {
  let current: AbortController | undefined;
  return {
    expectWithin(ms) {
      current?.abort();
      current = new AbortController();
      sleep(ms, current.signal).then(onLate, () => undefined);
    },
    end: () => current?.abort(),
  };
}
