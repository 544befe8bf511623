import { type Acceptance, daysLeft } from '../../policy/acceptance.ts';
import type { ExecMode } from '../../policy/policy.ts';
import type { Ports } from '../../ports/ports.ts';
import { GATEWAY } from '../../render/layout.ts';
import { readFolder } from '../folder.ts';
import { execWarning } from './require-exec-ready.ts';
import { readScripts, type ScriptEntry } from './scripts-folder.ts';

/** What the agent may run, as clawproof.yaml and the folder of scripts say. */
export interface ExecStatus {
  folder: string;
  mode: ExecMode;
  accepted: (Acceptance & { daysLeft: number }) | null;
  scripts: ScriptEntry[];
  /** Where the scripts are in the container. */
  scriptsFolder: string;
  /** What has to be said loudly; a sentence without its full stop. */
  warning: string | null;
}

/** Asks no engine. @throws AppError of `readFolder` */
export async function readExecStatus(
  ports: Pick<Ports, 'files' | 'clock'>,
  folder: string,
): Promise<ExecStatus> {
  const { policy } = await readFolder(ports, folder);
  const now = ports.clock.now();
  const { mode, accepted } = policy.exec;
  return {
    folder,
    mode,
    accepted: accepted === null ? null : { ...accepted, daysLeft: Math.max(0, daysLeft(accepted, now)) },
    scripts: await readScripts(ports.files, folder, policy),
    scriptsFolder: GATEWAY.scriptsFolder,
    warning: execWarning(policy, now),
  };
}
