import { AppError, type SourcePosition } from './app-error.ts';

const untouched = 'Nothing was changed.';

/** The file is not YAML, or YAML of a shape that no compose file has. */
export function composeNotUnderstood(file: string, problem: string, position?: SourcePosition): AppError {
  return new AppError('compose-not-understood', {
    exitCode: 4,
    message: `The compose file ${file} could not be understood: ${problem}`,
    state: untouched,
    next: ['Correct the file, then check it with:', `  docker compose -f ${quote(file)} config --quiet`],
    ...(position ? { position } : {}),
  });
}

/** `docker inspect` gave something that is not a container description. */
export function inspectNotUnderstood(problem: string): AppError {
  return new AppError('inspect-not-understood', {
    exitCode: 4,
    message: `The engine's description of the containers could not be understood: ${problem}`,
    state: untouched,
    next: ['Check that the engine answers and is 20.10 or newer:', '  docker version', 'then try again.'],
  });
}

function quote(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
