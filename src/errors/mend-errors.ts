import { AppError } from './app-error.ts';
import { shellQuote } from './quote.ts';

function listed(paths: readonly string[]): string {
  return paths.length === 1 ? (paths[0] ?? '') : `${paths.slice(0, -1).join(', ')} and ${paths.at(-1) ?? ''}`;
}

/** A file is not any more what was read when its repair was planned. */
export function fixFileChanged(path: string): AppError {
  return new AppError('fix-file-changed', {
    exitCode: 4,
    message: `${path} was changed while clawproof was working on it, so the repair no longer fits.`,
    state: 'No file was changed.',
    next: ['Run the command again:', '  clawproof fix --write'],
  });
}

/**
 * A file is outside of the project, by its name or through a link: something else may use it. `mode` is set when only
 * its permissions should change.
 */
export function fixOutside(file: {
  path: string;
  real: string;
  project: string;
  mode?: number | undefined;
}): AppError {
  const { path, real, project, mode } = file;
  const where = path === real ? `${path} is` : `${path} leads through a symbolic link to ${real}, which is`;
  return new AppError('fix-link-outside', {
    exitCode: 4,
    message: `${where} outside of the project ${project}, so clawproof does not change it.`,
    state: 'No file was changed.',
    next: [
      ...(mode === undefined
        ? [
            'Mend it where it is, or put a copy of it into the project:',
            `  clawproof fix ${shellQuote(real)}`,
          ]
        : ['Change its permissions yourself:', `  chmod ${mode.toString(8)} ${shellQuote(real)}`]),
      'or repair the rest without it, by the names of the measures:',
      '  clawproof fix --write --only <measure>',
    ],
  });
}

/** A link makes the backups lie outside of the project; `place` is null when it leads to nothing. */
export function fixBackupOutside(named: string, place: string | null): AppError {
  return new AppError('fix-backup-outside', {
    exitCode: 4,
    message: `${named} leads through a symbolic link ${place === null ? 'to nothing' : `to ${place}`}, so clawproof neither keeps nor takes backups there.`,
    state: 'No file was changed.',
    next: [
      'Look where the link is, and remove it:',
      `  ls -ld ${shellQuote(named.replace(/\/[^/]*$/, ''))} ${shellQuote(named)}`,
    ],
  });
}

/** Nothing was written, for the reason that `cause` gives. */
export function fixNotWritten(cause: AppError): AppError {
  return new AppError(
    'fix-not-written',
    {
      exitCode: 4,
      message: `The repairs could not be written. ${cause.entry.message}`,
      state: 'All files are as they were; what had been written already was put back.',
      next: cause.entry.next,
    },
    cause,
  );
}

/** Writing failed in the middle, and putting back what had been written failed, too. */
export function fixHalfWritten(
  id: string,
  written: readonly string[],
  folder: string,
  cause: AppError,
): AppError {
  return new AppError(
    'fix-half-written',
    {
      exitCode: 4,
      message: `The repairs were written only in part. ${cause.entry.message}`,
      state: `${listed(written)} ${written.length === 1 ? 'is' : 'are'} repaired, the other files are as they were. Each file is complete, and the backup is in ${folder}.`,
      next: [...cause.entry.next, 'Then put everything back as it was:', `  clawproof fix --undo ${id}`],
    },
    cause,
  );
}

/** There is no backup at all, or none with this id. */
export function nothingToUndo(folder: string, id: string | undefined, known: readonly string[]): AppError {
  return new AppError('fix-nothing-to-undo', {
    exitCode: 3,
    message:
      id === undefined
        ? `There is nothing to undo in ${folder}: no repair was written there, or all were undone.`
        : `There is no repair ${id} in ${folder}.`,
    state: 'Nothing was changed.',
    next:
      known.length === 0
        ? ['Name the folder of the deployment:', '  clawproof fix --undo -C <folder>']
        : ['These can be undone:', ...known.map((other) => `  clawproof fix --undo ${other}`)],
  });
}

/** Files were changed after the repair: putting the old text back would lose that. */
export function undoConflict(id: string, paths: readonly string[], folder: string): AppError {
  return new AppError('fix-undo-conflict', {
    exitCode: 4,
    message: `${listed(paths)} ${paths.length === 1 ? 'was' : 'were'} changed after the repair ${id}, so putting the old text back would lose that.`,
    state: 'Nothing was undone.',
    next: [
      'See what the files were before the repair, and put back by hand what you want:',
      `  ls -l ${shellQuote(folder)}`,
      'or, with Git:',
      ...paths.map((path) => `  git diff -- ${shellQuote(path)}`),
    ],
  });
}

/** The backup cannot be trusted: it was damaged, or somebody else may have written it. */
export function backupNotUsable(folder: string, why: string): AppError {
  return new AppError('fix-backup-not-usable', {
    exitCode: 4,
    message: `The backup in ${folder} cannot be used: ${why}.`,
    state: 'Nothing was undone.',
    next: ['Look at it, and put the files back by hand:', `  ls -la ${shellQuote(folder)}`],
  });
}

/** Putting files back failed in the middle. */
export function undoIncomplete(id: string, restored: readonly string[], cause: AppError): AppError {
  return new AppError(
    'fix-undo-incomplete',
    {
      exitCode: 4,
      message: `Not all files could be put back. ${cause.entry.message}`,
      state:
        restored.length === 0
          ? 'No file was put back yet. The backup is kept.'
          : `Put back so far: ${listed(restored)}. The backup is kept.`,
      next: [...cause.entry.next, 'Then go on:', `  clawproof fix --undo ${id}`],
    },
    cause,
  );
}

/** The deployment keeps more than a trial copies. */
export function trialDataTooLarge(source: string, gibibytes: number): AppError {
  return new AppError('trial-data-too-large', {
    exitCode: 4,
    message: `${source} holds more than ${gibibytes} GiB, which is too much to copy for a trial.`,
    state: 'Nothing was changed; what the trial had made is removed.',
    next: ['Write the repair without a trial, with the backup at hand:', '  clawproof fix --write'],
  });
}

/** Data could not be copied for a trial. */
export function trialCopyFailed(source: string, why: string): AppError {
  return new AppError('trial-copy-failed', {
    exitCode: 4,
    message: `${source} could not be copied for a trial${why === '' ? '' : `: ${why}`}.`,
    state: 'Nothing was changed; what the trial had made is removed.',
    next: ['Write the repair without a trial, with the backup at hand:', '  clawproof fix --write'],
  });
}

/** Something that a trial made is still there. */
export function trialNotRemoved(label: string, cause: AppError | undefined): AppError {
  return new AppError(
    'trial-not-removed',
    {
      exitCode: 4,
      message: `Not all that the trial made could be removed.${cause === undefined ? '' : ` ${cause.entry.message}`}`,
      state: 'The running deployment and the files are as they were.',
      next: [
        'See what is left, and remove it:',
        `  docker ps --all --filter label=${label}`,
        `  docker volume ls --filter label=${label}`,
        `  docker network ls --filter label=${label}`,
      ],
    },
    cause,
  );
}
