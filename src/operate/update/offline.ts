import { join } from 'node:path';
import { createCompose, type Compose } from '../../engine/compose.ts';
import { doctorFailed } from '../../errors/update-errors.ts';
import { PATHS } from '../../render/layout.ts';
import { plainLine } from '../../report/width.ts';
import type { ChangeContext } from '../change/change.ts';
import { offlineCompose } from './offline-compose.ts';
import { offlineProject, stagingFolder } from './places.ts';

/** Migrations of a large state take their time. */
const DOCTOR_MS = 30 * 60_000;

export interface OfflineOptions {
  work: 'trial' | 'doctor';
  /** compose.yaml of the version that shall run. */
  compose: string;
  /** Volume that it works on. */
  state: string;
  /** Folder that holds the `config` that it may change. */
  configFrom: string;
}

/** Writes a Compose project without any network, and opens it. Its containers are not those of the deployment. */
export async function openOffline(context: ChangeContext, options: OfflineOptions): Promise<Compose> {
  const { work, compose, state, configFrom } = options;
  const project = offlineProject(context.policy, work);
  const text = offlineCompose(compose, { project, state, folder: context.path, configFrom });
  const directory = folderOf(context, work);
  await context.ports.files.makeDirectory(stagingFolder(context.path), 0o700);
  await context.ports.files.writeAtomic(join(directory, PATHS.compose), text, { mode: 0o600 });
  return composeOf(context, work);
}

/** Ends whatever runs of such a project, a doctor that a killed command left behind among it. */
export async function closeOffline(context: ChangeContext, work: OfflineOptions['work']): Promise<void> {
  const { docker, policy } = context;
  const label = `com.docker.compose.project=${offlineProject(policy, work)}`;
  for (const { id } of await docker.listContainers([label])) await docker.removeContainer(id);
}

/**
 * OpenClaw's own migrations and repairs, as it wants them between two versions while nothing else works on the state.
 * @throws AppError `update-doctor-failed`
 */
export async function runDoctor(compose: Compose, version: string, where: string): Promise<void> {
  const args = ['doctor', '--fix', '--non-interactive'];
  const result = await compose.run('cli', args, { timeoutMs: DOCTOR_MS });
  if (result.code === 0) return;
  const said = `${result.stdout}\n${result.stderr}`.split('\n').map(plainLine).filter(saysSomething);
  throw doctorFailed(version, where, result.code, said.slice(-8));
}

/** Frames of boxes, and remarks about how slow the machine is, hide what it says. */
function saysSomething(line: string): boolean {
  return /[\p{L}\p{N}]/u.test(line) && !/^\[[\w/-]+\] slow /.test(line);
}

function composeOf(context: ChangeContext, work: OfflineOptions['work']): Compose {
  const project = { name: offlineProject(context.policy, work), directory: folderOf(context, work) };
  return createCompose(context.ports, project, context.engine.docker?.path ?? 'docker');
}

function folderOf({ path }: ChangeContext, work: OfflineOptions['work']): string {
  return join(stagingFolder(path), work);
}
