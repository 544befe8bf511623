import { dirname, join } from 'node:path';
import type { AuditTarget } from '../../audit/audit-target.ts';
import type { AuditChoices, TargetRequest } from '../../audit/request.ts';
import { callDocker, parseAnswer } from '../../engine/docker-call.ts';
import { isAppError } from '../../errors/app-error.ts';
import type { Ports } from '../../ports/ports.ts';
import type { MendedFile } from '../mend-result.ts';
import type { ComposeConfig } from './compose-config.ts';

export interface MendedDeployment {
  /** The deployment as it was read before the repair. */
  target: AuditTarget;
  request: TargetRequest;
  choices: AuditChoices;
  files: readonly MendedFile[];
}

const CONFIG_MS = 60_000;

/** Settings of the user's shell that would silently change what Compose reads. */
const WITHOUT: Record<string, undefined> = {
  COMPOSE_FILE: undefined,
  COMPOSE_PATH_SEPARATOR: undefined,
  COMPOSE_PROFILES: undefined,
  COMPOSE_ENV_FILES: undefined,
};

/**
 * The mended deployment as Compose reads it. Its files are put below `folder` with the places that they have on the disk,
 * since they name each other.
 * @param folder absolute private folder, which is the caller's to remove
 * @throws AppError with Compose's own words when it refuses the files
 */
export async function readMendedConfig(
  ports: Pick<Ports, 'exec' | 'files' | 'signal'>,
  program: string,
  { target, request, choices, files }: MendedDeployment,
  folder: string,
): Promise<ComposeConfig> {
  const mirrored = (path: string): string => join(folder, path);
  const mended = new Map(files.flatMap(({ path, text }) => (text ? [[path, text.after] as const] : [])));
  for (const path of new Set([...target.files, ...mended.keys()])) {
    const text = mended.get(path) ?? (await readOrNothing(ports, path));
    if (text !== null) await ports.files.writeAtomic(mirrored(path), text, { mode: 0o600 });
  }
  const composeFiles = request.base === undefined ? request.files : [request.base, ...request.files];
  const dotenv = join(target.folder, '.env');
  const envFiles = choices.envFiles ?? (target.files.includes(dotenv) ? [dotenv] : []);
  const { stdout } = await callDocker(
    ports,
    program,
    [
      'compose',
      ...(target.compose ? ['--project-name', target.compose.name] : []),
      '--project-directory', target.folder,
      ...envFiles.flatMap((path) => ['--env-file', mirrored(path)]),
      ...(choices.profiles.length === 0 ? ['*'] : choices.profiles).flatMap((name) => ['--profile', name]),
      ...composeFiles.flatMap((path) => ['--file', mirrored(path)]),
      'config', '--format', 'json',
    ],
    { action: 'read the mended compose files', timeoutMs: CONFIG_MS, cwd: dirname(mirrored(composeFiles[0] ?? '/')), env: WITHOUT },
  ); // prettier-ignore
  // Paths that start from an included file start from its copy.
  return parseAnswer<ComposeConfig>('read the mended compose files', withoutFolder(stdout, folder));
}

function withoutFolder(text: string, folder: string): string {
  return text.replaceAll(JSON.stringify(`${folder}/`).slice(0, -2), '');
}

/** Null for what is no text; nothing that Compose reads is. */
async function readOrNothing({ files }: Pick<Ports, 'files'>, path: string): Promise<string | null> {
  try {
    return await files.read(path);
  } catch (error) {
    if (isAppError(error)) return null;
    throw error;
  }
}
