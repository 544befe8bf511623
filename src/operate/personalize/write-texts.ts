import { join } from 'node:path';
import { workspaceFileChanged } from '../../errors/personalize-errors.ts';
import type { ViewedName, WorkspaceFileName } from '../../policy/workspace-file.ts';
import type { Change, ChangeContext } from '../change/change.ts';
import { contentHash } from '../content-hash.ts';
import { gatewayImage } from '../state/state-volume.ts';
import { gatewayRuns, restartGateway } from './gateway-state.ts';
import { protectedPath, writeProtected } from './prepare.ts';
import { inVolume, unlessRefused } from './volume.ts';
import type { VolumeOrder } from './volume-script.ts';
import { keptFolder } from './workspace-view.ts';

/** One file of a workspace as it was and as it will be; null = not there. */
export interface TextChange {
  name: ViewedName;
  before: string | null;
  after: string | null;
  isProtected: boolean;
}

/** What is on disk of it: no text, which may be private. */
export interface WriteMemo {
  /** Names the folder of the older texts. */
  id: string;
  /** Of the workspace, relative to the state. */
  folder: string;
  files: { name: ViewedName; before: string | null; after: string | null; isProtected: boolean }[];
}

export const WRITE_NAME = 'personalize';

/** @param id name for the folder of the older texts, e.g. "2026-11-22T10-00-00Z-1a2b" */
export function writeMemo(id: string, folder: string, changes: readonly TextChange[]): WriteMemo {
  const hash = (text: string | null): string | null => (text === null ? null : contentHash(text));
  return {
    id,
    folder,
    files: changes.map(({ name, before, after, isProtected }) => ({
      name,
      before: hash(before),
      after: hash(after),
      isProtected,
    })),
  };
}

/**
 * Writes texts into a workspace. The older ones are kept in .clawproof/workspace-before.
 * @param changes none where an interrupted one is taken back: their texts are then in that folder
 */
export function writeTexts(changes: readonly TextChange[]): Change<WriteMemo> {
  return {
    name: WRITE_NAME,
    commitAt: 'written',
    steps: [
      {
        id: 'keep',
        title: 'Older texts kept',
        run: async ({ ports, path }, { id }, report) => {
          const folder = keptFolder(path, id);
          const kept = changes.filter(({ before }) => before !== null);
          if (kept.length === 0) return report('there are none');
          await ports.files.makeDirectory(join(path, '.clawproof', 'workspace-before'), 0o700);
          await ports.files.makeDirectory(folder, 0o700);
          for (const { name, before } of kept)
            await ports.files.writeAtomic(join(folder, name), before ?? '', { mode: 0o600 });
          report(`.clawproof/workspace-before/${id}`);
        },
        undo: async ({ ports, path }, { id }) => ports.files.remove(keptFolder(path, id)),
      },
      {
        id: 'texts',
        title: 'Texts written',
        run: async (context, memo, report) => {
          const orders = changes.map((change) => orderFor(memo, change));
          await carryOut(context, memo, orders);
          report(changes.map(({ name }) => name).join(', '));
        },
        undo: takeBack,
      },
      {
        id: 'gateway',
        title: 'Gateway reads the protected ones',
        run: async (context, memo, report) => {
          if (!(await mustRestart(context, memo))) return report('no restart needed');
          await restartGateway(context);
        },
      },
      { id: 'written', title: 'Done', run: async () => undefined },
    ],
  };
}

interface Write {
  name: ViewedName;
  isProtected: boolean;
  text: string | null;
  /** Hash of what must be there. */
  expected: string | null;
}

function orderFor({ files }: WriteMemo, { name, after, isProtected }: TextChange): Write {
  const before = files.find((file) => file.name === name)?.before ?? null;
  return { name, isProtected, text: after, expected: before };
}

async function carryOut(
  context: ChangeContext,
  memo: WriteMemo,
  writes: readonly Write[],
  isUndo = false,
): Promise<void> {
  for (const write of writes.filter(({ isProtected }) => isProtected))
    await writeInFolder(context, memo, write, isUndo);
  const orders = writes.filter(({ isProtected }) => !isProtected).map((write) => inState(memo, write));
  if (orders.length === 0) return;
  const answers = await inVolume({ ...context, image: gatewayImage(context) }, orders);
  for (const [index, order] of orders.entries()) {
    const answer = unlessRefused(order, answers[index]);
    // On the way back, what the agent has written since stays.
    if (answer.state === 'changed' && !isUndo) throw workspaceFileChanged(order.name);
  }
}

function inState({ folder }: WriteMemo, { name, text, expected }: Write): VolumeOrder {
  const at = { folder, name, expected };
  return text === null ? { do: 'remove', ...at } : { do: 'write', ...at, text };
}

/** A protected file has its text in the deployment folder. */
async function writeInFolder(
  { ports, path }: ChangeContext,
  { folder }: WriteMemo,
  { name, text, expected }: Write,
  isUndo: boolean,
): Promise<void> {
  const file = { folder, name: name as WorkspaceFileName };
  const there = await ports.files.read(protectedPath(path, file));
  const isExpected = (there === null ? null : contentHash(there)) === expected;
  if (!isExpected && !isUndo) throw workspaceFileChanged(name);
  if (isExpected && text !== null) await writeProtected(ports.files, path, file, text);
}

/** Each file that holds what was to be written gets back what it held before. */
async function takeBack(context: ChangeContext, memo: WriteMemo): Promise<void> {
  const kept = keptFolder(context.path, memo.id);
  const writes = await Promise.all(
    memo.files.map(async ({ name, before, after, isProtected }): Promise<Write> => {
      const text = before === null ? null : await context.ports.files.read(join(kept, name));
      return { name, isProtected, text, expected: after };
    }),
  );
  // A kill in the first step leaves files whose older text was not kept: nothing was written over them yet.
  const begun = writes.filter(({ text }, index) => text !== null || memo.files[index]?.before === null);
  await carryOut(context, memo, begun, true);
  if (await mustRestart(context, memo)) await restartGateway(context);
}

async function mustRestart(context: ChangeContext, { files }: WriteMemo): Promise<boolean> {
  return files.some(({ isProtected }) => isProtected) && (await gatewayRuns(context));
}
