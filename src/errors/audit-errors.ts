import { AppError } from './app-error.ts';
import { shellQuote } from './quote.ts';

const NOTHING_CHANGED = 'Nothing was changed.';

/** A file that is read as text holds NUL bytes: it is a program, an archive or UTF-16. */
export function fileNotText(path: string): AppError {
  return new AppError('file-not-text', {
    exitCode: 4,
    message: `${path} holds NUL bytes, so it is no text file.`,
    state: NOTHING_CHANGED,
    next: ['See what it is, and save it as UTF-8 text:', `  file ${shellQuote(path)}`],
  });
}

/** None of what was named holds anything to audit. `problems` say so for each name. */
export function nothingToAudit(problems: readonly { message: string }[]): AppError {
  const [first] = problems;
  return new AppError('nothing-to-audit', {
    exitCode: 3,
    message:
      problems.length === 1 && first !== undefined
        ? first.message
        : 'None of what was named holds anything to audit.',
    state: 'Nothing was audited.',
    next: [
      'Name a compose file, a Dockerfile, an openclaw.json, or a folder with one of them:',
      '  clawproof audit compose.yaml',
      'or look below a folder:',
      '  clawproof audit --recursive .',
    ],
    ...(problems.length > 1 ? { problems: problems.map(({ message }) => ({ message })) } : {}),
  });
}

/** -f adds files to one deployment, and several were named. */
export function filesForSeveralTargets(count: number): AppError {
  return new AppError('files-for-several-targets', {
    exitCode: 2,
    message: `-f adds compose files to one deployment, and ${count} were named.`,
    state: 'Nothing was audited.',
    next: [
      'Audit them one after the other:',
      '  clawproof audit compose.yaml -f compose.prod.yaml',
      'or name the files as for Compose:',
      '  clawproof audit -f compose.yaml -f compose.prod.yaml',
    ],
  });
}

/** --json and another --format: both say how the report is written. */
export function jsonAndFormat(format: string): AppError {
  return new AppError('json-and-format', {
    exitCode: 2,
    message: `--json and --format ${format} ask for two different reports.`,
    state: 'Nothing was audited.',
    next: ['Leave out one of them.'],
  });
}

/** The baseline that was named cannot be used; without it everything old would be reported as new. */
export function baselineNotUsable(message: string): AppError {
  return new AppError('baseline-not-usable', {
    exitCode: 4,
    message,
    state: 'Nothing was audited.',
    next: [
      'Name the right file, or write it anew:',
      '  clawproof audit --write-baseline clawproof-baseline.json',
    ],
  });
}

/** The engine has neither a container nor a Compose project of that name. */
export function liveNotFound(name: string): AppError {
  return new AppError('live-not-found', {
    exitCode: 3,
    message: `The engine has no container and no Compose project called ${name}.`,
    state: 'Nothing was looked at, and nothing was changed.',
    next: ['List what there is:', '  docker ps --all', '  docker compose ls --all'],
  });
}

/** --evidence is of what runs, and files were named. */
export function evidenceWithoutLive(): AppError {
  return new AppError('evidence-without-live', {
    exitCode: 2,
    message: '--evidence tells what attacks on a running container showed, so it goes with --live.',
    state: 'Nothing was audited.',
    next: ['Name what runs:', '  clawproof audit --live NAME --evidence evidence.json'],
  });
}

/** --live asks the engine, and targets are files. */
export function liveWithTargets(): AppError {
  return new AppError('live-with-targets', {
    exitCode: 2,
    message:
      '--live audits what an engine runs, so no files can be named beside it: it finds them by itself.',
    state: 'Nothing was audited.',
    next: [
      'Audit them one after the other:',
      '  clawproof audit --live NAME',
      '  clawproof audit compose.yaml',
    ],
  });
}
