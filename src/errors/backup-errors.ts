import { AppError } from './app-error.ts';
import { shellQuote } from './quote.ts';

const NOTHING = 'Nothing was changed.';

/** The engine runs on another machine, or in one of its own. */
export function backupEngineFar(kind: string): AppError {
  return new AppError('backup-engine-far', {
    exitCode: 4,
    message: `Backups are read and written through a named pipe, which a ${kind} engine does not share with this machine.`,
    state: NOTHING,
    next: ['Run clawproof on the machine on which the engine runs.'],
  });
}

/** `owner` = number that OpenClaw's user has on the engine's host; null = not known. */
export function backupStateOwner(volume: string, path: string, owner: number | null): AppError {
  const id = owner ?? 'UID';
  return new AppError('backup-state-owner', {
    exitCode: 4,
    message: `${path} in the volume ${volume} belongs neither to root nor to OpenClaw's user, uid 1000; a restore would refuse it.`,
    state: 'No backup was made.',
    next: [
      owner === null
        ? 'Something was copied into the volume from outside. Give it to OpenClaw, as root on the host; UID is the number that uid 1000 of a container has there:'
        : 'Something was copied into the volume from outside. Give it to OpenClaw, as root on the host:',
      `  chown -hR ${id}:${id} "$(docker volume inspect --format '{{.Mountpoint}}' ${shellQuote(volume)})"`,
      'Then run clawproof backup again.',
    ],
  });
}

export function backupStateUnread(volume: string, words: string): AppError {
  return new AppError('backup-state-unread', {
    exitCode: 4,
    message: `The state in the volume ${volume} could not be read: ${words}`,
    state: 'No backup was made; the state is as it was.',
    next: [
      'See whether the engine answers: docker version',
      'Mend what the message names, then run clawproof backup again.',
    ],
  });
}

export function stateNotRestored(volume: string, words: string): AppError {
  return new AppError('state-not-restored', {
    exitCode: 4,
    message: `The state could not be written to the volume ${volume}: ${words}`,
    state: 'That volume is a new one and is deleted again; the deployment is as it was.',
    next: ['Is there space? See: docker system df; df -h', 'Then try again.'],
  });
}

export function backupWithoutLock(): AppError {
  return new AppError('backup-without-key', {
    exitCode: 2,
    message: 'A backup holds tokens, keys and conversations, and nothing says for whom to encrypt it.',
    state: 'No backup was made.',
    next: [
      'On a terminal, clawproof asks for a passphrase. Without one, name',
      '  a file that holds it: clawproof backup --passphrase-file FILE',
      '  or an age recipient: clawproof backup --recipient age1…',
      'To have it readable for whoever gets hold of it: clawproof backup --no-encryption',
    ],
  });
}

export function backupWithoutKey(file: string, wantsPassphrase: boolean): AppError {
  const option = wantsPassphrase ? '--passphrase-file FILE' : '--identity FILE';
  return new AppError('backup-without-key', {
    exitCode: 2,
    message: `${file} is encrypted ${wantsPassphrase ? 'with a passphrase' : 'for an age identity'}, and none was given.`,
    state: NOTHING,
    next: [`Give it: ${option}`],
  });
}

export function keyFileUnusable(path: string, why: string): AppError {
  return new AppError('key-file-unusable', {
    exitCode: 2,
    message: `${path} ${why}.`,
    state: NOTHING,
    next: [
      'A file with a passphrase holds it in its first line. A file of identities is what age-keygen writes.',
      `Only you may read it: chmod 600 ${shellQuote(path)}`,
    ],
  });
}

export function recipientUnusable(text: string): AppError {
  return new AppError('recipient-unusable', {
    exitCode: 2,
    message: `${JSON.stringify(text)} is no recipient of age.`,
    state: 'No backup was made.',
    next: ['A recipient begins with age1; age-keygen -y FILE prints that of an identity.'],
  });
}

export function backupExists(path: string): AppError {
  return new AppError('backup-exists', {
    exitCode: 2,
    message: `${path} is there already.`,
    state: 'It was not touched, and no backup was made.',
    next: ['Choose another name: clawproof backup -o FILE'],
  });
}

export function backupNoSpace(path: string, free: number, needed: number): AppError {
  const inMiB = (bytes: number): string => `${Math.ceil(bytes / 1024 / 1024)} MiB`;
  return new AppError('disk-full', {
    exitCode: 4,
    message: `${path} has ${inMiB(free)} free; this needs about ${inMiB(needed)}.`,
    state: NOTHING,
    next: [
      'Make space, or write the backup elsewhere: clawproof backup -o /other/disk/',
      'Older ones: clawproof backup list',
    ],
  });
}

/** An archive that is damaged, foreign or made to do harm. `why` completes "FILE cannot be used: ". */
export function backupRefused(file: string, why: string): AppError {
  return new AppError('backup-refused', {
    exitCode: 4,
    message: `${file} cannot be used: ${why}.`,
    state: 'Nothing was changed; nothing of it was taken.',
    next: ['Take another backup; these are there:', '  clawproof backup list'],
  });
}

export function backupKeyWrong(file: string): AppError {
  return new AppError('backup-key-wrong', {
    exitCode: 4,
    message: `${file} does not open with this passphrase or identity, or its beginning is damaged.`,
    state: NOTHING,
    next: ['Try again with the one that it was made with.'],
  });
}

export function backupForeign(file: string, name: string, own: string): AppError {
  return new AppError('backup-foreign', {
    exitCode: 4,
    message: `${file} is a backup of the deployment "${name}"; this one is "${own}".`,
    state: NOTHING,
    next: [
      `Restore it into a deployment of that name: in a new folder, set name: ${name} in clawproof.yaml, run clawproof up there,`,
      `then clawproof restore ${shellQuote(file)}.`,
    ],
  });
}

export function backupTooNew(file: string, version: string, own: string): AppError {
  return new AppError('backup-too-new', {
    exitCode: 4,
    message: `${file} holds the state of OpenClaw ${version}; this deployment runs ${own}, which refuses newer state.`,
    state: NOTHING,
    next: [`Set openclaw.version: ${version} in clawproof.yaml and run clawproof up, then restore again.`],
  });
}

export function twinNotHealthy(file: string, words: string): AppError {
  return new AppError('backup-not-healthy', {
    exitCode: 4,
    message: `${file} is whole, but a gateway that was started from it in a twin did not get healthy: ${words}`,
    state: 'The deployment was not touched; the twin is removed.',
    next: ['Make a new backup, and verify that one.'],
  });
}

export function restoredNotRight(words: string): AppError {
  return new AppError('restore-not-right', {
    exitCode: 4,
    message: `After the restore ${words}.`,
    state: 'The state and the settings from before are put back.',
    next: ['See what the gateway says: clawproof logs'],
  });
}

export function scheduleWithoutKey(): AppError {
  return new AppError('schedule-without-key', {
    exitCode: 2,
    message: 'Nobody is there to type a passphrase when a scheduled backup runs.',
    state: 'No schedule was made.',
    next: [
      'Name a recipient, so that no secret lies on this machine: clawproof backup schedule --daily --recipient age1…',
      'or a file with a passphrase: --passphrase-file FILE',
    ],
  });
}

export function scheduleFailed(words: string): AppError {
  return new AppError('schedule-failed', {
    exitCode: 4,
    message: `The system's scheduler did not take the schedule: ${words}`,
    state: 'What was written of it stays, and does nothing until the scheduler takes it.',
    next: ['See what would be written: clawproof backup schedule --daily --dry-run'],
  });
}

/** A plan that a restore left on disk is gone or cannot be understood. */
export function restoreInterrupted(path: string): AppError {
  return new AppError('restore-interrupted', {
    exitCode: 4,
    message: `A restore was interrupted, and ${path} does not tell how it was to go on.`,
    state: 'It is taken back: state and settings from before are valid.',
    next: ['Begin it again: clawproof restore FILE'],
  });
}

export function restoreRecordBroken(path: string, cause: unknown): AppError {
  return new AppError(
    'restore-record-broken',
    {
      exitCode: 4,
      message: `${path}, in which a restore keeps the files that it replaces, cannot be understood.`,
      state: 'The restore is half made.',
      next: ['Was the disk full? Look at the file, mend it, then: clawproof recover'],
    },
    cause,
  );
}
