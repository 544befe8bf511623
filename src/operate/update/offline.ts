import { join } from 'node:path';
import { createCompose, type Compose } from '../../engine/compose.ts';
import { doctorFailed } from '../../errors/update-errors.ts';
import { PATHS } from '../../render/layout.ts';
import { plainLine } from '../../report/width.ts';
import type { ChangeContext } from '../change/change.ts';
import { safeLine } from '../diagnose/mask.ts';
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

/** Lines of its answer that an error shows: a migration that refuses says above its last words which file it is about. */
const SHOWN_LINES = 40;
const ANSWER = `${PATHS.toolFolder}/results/update-doctor.txt`;

/**
 * Its own parts wait a quarter of a second for each other, on a slow disk too short: one that gave up leaves its work to
 * the next run, and what was done is not done again.
 */
const DOCTOR_RUNS = 2;

/**
 * OpenClaw's own migrations and repairs, as it wants them between two versions while nothing else works on the state. All
 * that it said is kept, also when it went well.
 * @throws AppError `update-doctor-failed`
 */
export async function runDoctor(
  { ports, path }: Pick<ChangeContext, 'ports' | 'path'>,
  compose: Compose,
  version: string,
  where: string,
): Promise<void> {
  const file = join(path, ANSWER);
  const all: string[] = [];
  for (let run = 1; ; run += 1) {
    const args = ['doctor', '--fix', '--non-interactive'];
    const result = await compose.run('cli', args, { timeoutMs: DOCTOR_MS });
    const said = linesOf(`${result.stdout}\n${result.stderr}`);
    all.push(...said, `exit code ${result.code ?? 'none'}`);
    await ports.files.writeAtomic(file, `${all.join('\n')}\n`, { mode: 0o600 });
    if (result.code === 0) return;
    if (run === DOCTOR_RUNS)
      throw doctorFailed(version, where, result.code, { said: said.slice(-SHOWN_LINES), file });
  }
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => safeLine(plainLine(line.replace(FRAMES, ' ')), []))
    .filter(saysSomething);
}

/** Of the boxes around its answers. */
const FRAMES = /[\u2500-\u257f\u25a0-\u25ff]/g;

/** Empty lines, and remarks about how slow the machine is, hide what it says. */
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
