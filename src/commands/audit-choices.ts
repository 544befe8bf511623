import { resolve } from 'node:path';
import type { AuditChoices } from '../audit/request.ts';
import { filesForSeveralTargets } from '../errors/audit-errors.ts';
import type { System } from '../ports/system.ts';
import type { DeploymentChoices } from './options.ts';

type AuditHost = Pick<System, 'cwd' | 'env' | 'homeDir'>;

/** Fills in what the user did not say, and makes all paths absolute. @throws AppError `files-for-several-targets` */
export function auditChoices(
  { cwd: current, env, homeDir }: AuditHost,
  given: DeploymentChoices,
  recursive: boolean,
): AuditChoices {
  if (given.files.length > 0 && given.targets.length > 1) throw filesForSeveralTargets(given.targets.length);
  const cwd = resolve(current, given.folder ?? '.');
  const absolute = (path: string): string => resolve(cwd, path);
  const environment = Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return {
    cwd,
    homeDir,
    environment: Object.fromEntries(environment),
    composeFiles: given.files.map(absolute),
    ...(given.projectDirectory === undefined ? {} : { projectDirectory: absolute(given.projectDirectory) }),
    ...(given.projectName === undefined ? {} : { projectName: given.projectName }),
    ...(given.envFiles.length === 0 ? {} : { envFiles: given.envFiles.map(absolute) }),
    profiles: given.profiles,
    ...(given.service === undefined ? {} : { service: given.service }),
    ...(given.daemon === undefined ? {} : { daemon: absolute(given.daemon) }),
    recursive,
  };
}
