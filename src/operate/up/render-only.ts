import { join } from 'node:path';
import { isAppError } from '../../errors/app-error.ts';
import type { EngineReport } from '../../engine/engine-report.ts';
import type { MeasureResult } from '../../measures/run.ts';
import type { Ports } from '../../ports/ports.ts';
import type { RenderedFile } from '../../render/file-set.ts';
import { PATHS } from '../../render/layout.ts';
import { MAX_BYTES } from '../container-owner.ts';
import { diffText, type FileChange, planFiles, writeChanges } from '../file-plan.ts';
import type { DeploymentFolder } from '../folder.ts';
import { ensureGatewayToken } from '../secrets.ts';
import { declaredMeasures } from './evidence.ts';
import { deploymentFiles, pinsFrom } from './file-set.ts';
import type { UpResult } from './types.ts';
import { emptyResult } from './result.ts';
import { writeFolderBasics } from './write-basics.ts';

/** Without an engine: writes the whole folder, checks what files can show, and says what is missing to run it. */
export async function renderOnly(
  ports: Ports,
  read: DeploymentFolder,
  engine: EngineReport,
  toolVersion: string,
  began: number,
): Promise<UpResult> {
  const { policy, lock, path: folder } = read;
  await writeFolderBasics(ports, read);
  const { set, changes } = await planDeployment(ports, read, toolVersion);
  await ports.progress.task('Files', async (task) => {
    await ensureGatewayToken(ports, folder);
    await ports.files.makeDirectory(join(folder, 'config/openclaw'), 0o700);
    await writeChanges(ports.files, folder, changes);
    task.result(`${changes.length} written`);
  });
  const declared = await ports.progress.task('Protections in the files', () =>
    declaredMeasures(ports.files, folder, policy, set),
  );
  return {
    ...emptyResult({ ports, folder, policy, engine }, lock, began),
    state: 'rendered',
    changedFiles: changes.map((change) => change.file.path),
    declared: lock.images.gateway === null ? declared.map(withoutImages) : declared,
    missing: engine.missing.flatMap(({ message, commands }) => [
      message,
      ...commands.map((command) => `  ${command}`),
    ]),
  };
}

/** Where no image has been made yet, what stands in compose.yaml is a placeholder and no finding. */
function withoutImages(result: MeasureResult): MeasureResult {
  if (result.id !== 'pinned-image') return result;
  const reason = 'images are built or pulled, and then pinned, once there is an engine';
  return { ...result, state: 'skipped', outcomes: [{ state: 'skipped', reason }] };
}

/** What a run would write, compared with what is there. openclaw.json that only the gateway may read counts as not there. */
export async function planDeployment(ports: Ports, read: DeploymentFolder, toolVersion: string) {
  const config = await readConfig(ports, join(read.path, PATHS.openclawConfig));
  const set = deploymentFiles(read.policy, pinsFrom(read.policy, read.lock, toolVersion), config);
  return { set, changes: await planFiles(ports.files, read.path, set, { [PATHS.openclawConfig]: config }) };
}

async function readConfig({ files }: Ports, path: string): Promise<string | null> {
  try {
    return await files.readUntrusted(path, MAX_BYTES);
  } catch (error) {
    // Any other failure must end the run: what counts as not there would be written over.
    if (isAppError(error) && error.id === 'file-permission-denied') return null;
    throw error;
  }
}

/** `up --dry-run`: the diff of what would be written. Changes nothing, asks no engine. */
export async function dryRun(
  ports: Ports,
  read: DeploymentFolder,
  engine: EngineReport,
  toolVersion: string,
): Promise<UpResult> {
  const began = ports.clock.monotonicMs();
  const { changes: planned } = await planDeployment(ports, read, toolVersion);
  const changes = [...(read.isNew ? [newPolicy(read)] : []), ...planned];
  return {
    ...emptyResult({ ports, folder: read.path, policy: read.policy, engine }, read.lock, began),
    state: 'dry-run',
    changedFiles: changes.map((change) => change.file.path),
    diff: diffText(changes),
  };
}

/** clawproof.yaml of a new folder, which is no rendered file: from then on it is the user's. */
function newPolicy({ policyText }: DeploymentFolder): FileChange {
  const file: RenderedFile = {
    path: PATHS.policy,
    text: policyText,
    mode: 0o644,
    owner: 'user',
    readBy: ['tool'],
  };
  return { file, before: null };
}
