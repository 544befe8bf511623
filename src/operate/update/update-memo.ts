import type { TaskHandle } from '../../ports/terminal.ts';
import type { ChangeContext } from '../change/change.ts';
import { readFolder } from '../folder.ts';
import type { UpContext } from '../up/types.ts';
import { openContext } from '../up/up.ts';

/** What the steps of an update know of each other. */
export interface UpdateMemo {
  from: string;
  to: string;
  /** Of the snapshot that is made: eight hex digits. */
  id: string;
  /** The same version on the base packages of today. */
  isRebuild?: boolean;
  wasRunning: boolean;
  stateBytes: number;
  /** Measures that held before, as "declared:ID" and "effective:ID". */
  held: string[];
  /** Of the trial on a copy; null before it. */
  trial: TrialResult | null;
}

export interface TrialResult {
  /** Until the new version was ready on the copy, its doctor not counted. */
  readySeconds: number;
  doctor: string;
  audit: string;
  /** Keys that were moved or taken out of openclaw.json, "old → new" or "old". */
  keys: string[];
  /** Dotted paths that OpenClaw's doctor changed in openclaw.json besides. */
  changedByDoctor: string[];
}

/** For steps that are run without anybody to show their progress to. */
export const QUIET_TASK: TaskHandle = { step: () => undefined, result: () => undefined };

/** What `up` works with, read from the folder as it is now: an update changes it. */
export async function upContextOf(context: ChangeContext): Promise<UpContext> {
  const read = await readFolder(context.ports, context.path);
  return openContext(context.ports, read, context.engine, context.toolVersion);
}
