import { parseDotenv } from '../../../documents/dotenv.ts';
import { folderOf, resolvePath } from './host-paths.ts';
import type { Loading } from './loading.ts';

/** Variables for putting into values. Each has an identity, so that what depends on it can be kept. */
export interface Environment {
  id: number;
  variables: ReadonlyMap<string, string>;
}

/** Folder to which the project's relative paths refer. */
export function projectFolder({ input }: Loading): string {
  return input.projectDirectory ?? folderOf(input.files[0] ?? '/');
}

/**
 * The environment of whoever starts the project, and behind it what the env files say; a later env file wins over an
 * earlier one.
 * @returns undefined when a file was not read yet
 */
export function projectEnvironment(loading: Loading): Map<string, string> | undefined {
  const { input } = loading;
  const environment = new Map(Object.entries(input.environment));
  const isDisabled = /^(?:1|t|true)$/i.test(environment.get('COMPOSE_DISABLE_ENV_FILE') ?? '');
  const listed = input.envFiles ?? envFilesFromEnvironment(environment, projectFolder(loading));
  if (listed) return withEnvFiles(environment, listed, loading);
  if (isDisabled) return environment;
  const standard = resolvePath(projectFolder(loading), '.env');
  const text = loading.read(standard);
  if (text === null) return environment;
  return text === undefined ? undefined : withEnvFiles(environment, [standard], loading);
}

function envFilesFromEnvironment(
  environment: ReadonlyMap<string, string>,
  folder: string,
): string[] | undefined {
  const names = environment.get('COMPOSE_ENV_FILES');
  return names === undefined || names === ''
    ? undefined
    : names.split(',').map((name) => resolvePath(folder, name));
}

/**
 * The environment with what env files add to it; it wins over them.
 * @returns undefined when a file was not read yet
 */
export function withEnvFiles(
  environment: ReadonlyMap<string, string>,
  files: readonly string[],
  loading: Loading,
): Map<string, string> | undefined {
  const added = new Map<string, string>();
  let isComplete = true;
  for (const file of files) {
    const text = loading.read(file);
    isComplete &&= text !== undefined;
    if (text === null) loading.reportAt(`There is no env file ${file}.`, { file, line: 1, column: 1 });
    if (text === null || text === undefined) continue;
    const lookup = (name: string): string | undefined => environment.get(name) ?? added.get(name);
    const dotenv = parseDotenv(text, file, lookup, loading.input.unset);
    loading.addSource(dotenv.source);
    for (const { message, position } of dotenv.problems) loading.reportAt(message, position);
    for (const { name, value } of dotenv.variables) added.set(name, value);
  }
  return isComplete ? new Map([...added, ...environment]) : undefined;
}
