import { resolvePath } from './host-paths.ts';

/** In the order in which Compose prefers them. */
const standardNames = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const overrideNames = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

/**
 * The files that Compose takes by itself, in order, from the names in a folder: its main file and, beside it, its override
 * file. Empty when there is no main file.
 */
export function standardComposeFiles(names: readonly string[]): string[] {
  const present = new Set(names);
  const main = standardNames.find((name) => present.has(name));
  const override = overrideNames.find((name) => present.has(name));
  if (main === undefined) return [];
  return override === undefined ? [main] : [main, override];
}

/**
 * The files that COMPOSE_FILE names, with COMPOSE_PATH_SEPARATOR between them.
 * @param folder current folder of whoever starts Compose
 * @param isWindows the separator is then `;` where none is set
 * @returns absolute paths; undefined when the variable is not set
 */
export function composeFilesFromEnvironment(
  environment: Readonly<Record<string, string>>,
  folder: string,
  isWindows = false,
): string[] | undefined {
  const variables = new Map(Object.entries(environment));
  const names = variables.get('COMPOSE_FILE');
  if (names === undefined || names === '') return undefined;
  const separator = variables.get('COMPOSE_PATH_SEPARATOR') || (isWindows ? ';' : ':');
  return names.split(separator).map((name) => resolvePath(folder, name));
}
