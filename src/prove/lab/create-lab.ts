import { callEngine } from '../../engine/engine-call.ts';
import { proofLeftBehind } from '../../errors/prove-errors.ts';
import type { Lab } from '../lab.ts';
import { NAME_PREFIX, PROOF_LABELS } from '../layout.ts';
import { execAttempts, runAttempts } from './attempts.ts';
import { createContainer, startContainer } from './containers.ts';
import { kitContent } from './kit.ts';
import type { LabContext, LabEngine, LabPorts } from './lab-engine.ts';
import { createNetworkMaker } from './networks.ts';
import { ownerLabel } from './owner-label.ts';
import { removalOf, removeRun } from './removal.ts';
import { createMemoryVolume, createVolume, volumePath } from './volumes.ts';

/** A place on the engine for one proof. `close` it whatever happens. */
export async function createLab(ports: LabPorts, engine: LabEngine): Promise<Lab> {
  const id = ports.random.hex(4);
  const labels = { [PROOF_LABELS.proof]: id, [PROOF_LABELS.owner]: await ownerLabel(ports.system) };
  const { change, settled } = createChanges(ports.signal);
  const context: LabContext = { ports, engine, id, labels, nameOf: createNames(id), change };
  const undos: (() => Promise<void>)[] = [];
  let kit: Promise<string> | undefined;
  const lab: Lab = {
    id,
    labels,
    context,
    kit: () =>
      (kit ??= createVolume(context, 'kit', kitContent(engine.arch), { uid: 0, gid: 0, mode: 0o755 })),
    createVolume: (...args) => createVolume(context, ...args),
    createMemoryVolume: (...args) => createMemoryVolume(context, ...args),
    volumePath: (volume) => volumePath(context, volume),
    createNetwork: createNetworkMaker(context),
    create: (purpose, spec) => createContainer(context, purpose, spec),
    start: (container) => startContainer(context, container),
    runAttempts: async (purpose, spec, attempts, onObservation) => {
      const ran = await runAttempts(context, await lab.kit(), { purpose, spec }, attempts, onObservation);
      // Nobody waits for it: what fails here, `close` finds and tells.
      lab.remove(ran.container).catch(() => undefined);
      return ran.seen;
    },
    execAttempts: (container, attempts, options) => execAttempts(context, container, attempts, options),
    remove: async (container) => {
      await change(() =>
        callEngine(engine.connection, removalOf({ kind: 'container', id: container, name: container })),
      );
    },
    onClose: (undo) => void undos.unshift(undo),
    close: async () => {
      const left: string[] = [];
      // After an abort, work that was begun beside what failed may still make something, and say how it is undone.
      for (let turn = 0; turn < 2; turn += 1) {
        await settled();
        left.push(...(await undoAll(undos)));
      }
      left.push(...(await removeRun(engine.connection, ports.clock, id)));
      if (left.length > 0) throw proofLeftBehind(left, `${PROOF_LABELS.proof}=${id}`);
    },
  };
  return lab;
}

async function undoAll(undos: (() => Promise<void>)[]): Promise<string[]> {
  const left: string[] = [];
  for (const undo of undos.splice(0)) {
    try {
      await undo();
    } catch (error) {
      // Whatever it is, the rest must still go.
      left.push(error instanceof Error ? error.message : String(error));
    }
  }
  return left;
}

/** Names of one run: a second thing for the same purpose gets a number. */
function createNames(id: string): (purpose: string) => string {
  const used = new Map<string, number>();
  return (purpose) => {
    const count = (used.get(purpose) ?? 0) + 1;
    used.set(purpose, count);
    const name = `${NAME_PREFIX}-${id}-${purpose.replaceAll(/[^a-z0-9-]+/gi, '-')}`;
    return count === 1 ? name : `${name}-${count}`;
  };
}

function createChanges(signal: AbortSignal): Pick<LabContext, 'change'> & { settled: () => Promise<void> } {
  const pending = new Set<Promise<unknown>>();
  return {
    change: async (work) => {
      signal.throwIfAborted();
      const promise = work();
      pending.add(promise);
      try {
        return await promise;
      } finally {
        pending.delete(promise);
      }
    },
    settled: async () => {
      while (pending.size > 0) await Promise.allSettled(pending);
    },
  };
}
