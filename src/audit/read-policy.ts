import { join } from 'node:path';
import type { Deployment } from '../deployment/deployment.ts';
import { isAppError } from '../errors/app-error.ts';
import { PATHS } from '../render/layout.ts';
import type { AuditProblem } from './audit-report.ts';
import type { AuditTarget } from './audit-target.ts';
import { outsideFiles } from './outside-files.ts';
import type { SourceReader } from './source-reader.ts';

/** What the owner of one of our own deployments chose; empty for any other folder. */
export interface PolicyFacts {
  facts: Pick<Deployment, 'preset' | 'execMode' | 'openclawVersion'>;
  /** Absolute path of clawproof.yaml. */
  file?: string;
  unsettled?: AuditTarget['unsettled'];
  problems: AuditProblem[];
}

/** Images get their digests, and files their owner, when the deployment is started for the first time. */
const UNSETTLED = {
  measures: ['pinned-image', 'state-ownership'],
  reason: 'settled at the first start, which `clawproof up` makes once there is an engine',
};

export async function readPolicy(reader: SourceReader, folder: string): Promise<PolicyFacts> {
  const file = join(folder, PATHS.policy);
  try {
    const text = await reader.text(file);
    if (text === null) return { facts: {}, problems: [] };
    // The schema of the policy is slow to load, and most deployments have none.
    const { loadPolicy } = await import('../policy/load.ts');
    const { preset, exec, openclaw } = loadPolicy(text, file);
    return {
      facts: { preset, execMode: exec.mode, openclawVersion: openclaw.version },
      file,
      ...((await hasStarted(reader, folder)) ? {} : { unsettled: UNSETTLED }),
      problems: [],
    };
  } catch (error) {
    if (!isAppError(error)) throw error;
    const { message, position } = error.entry;
    return { facts: {}, file, problems: [{ id: error.id, message, ...(position ? { position } : {}) }] };
  }
}

/** Images are noted with the first start. */
async function hasStarted(reader: SourceReader, folder: string): Promise<boolean> {
  const file = join(folder, PATHS.lock);
  const text = await reader.text(file);
  // What is wrong in another file is not told.
  if (text === null || (await outsideFiles(reader, folder, [file])).size > 0) return false;
  const { parseLock } = await import('../engine/lock-file.ts');
  return parseLock(text, file).images.gateway !== null;
}
