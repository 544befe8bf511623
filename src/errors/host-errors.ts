import { AppError } from './app-error.ts';

const UNTOUCHED = 'Nothing was changed.';

/** No dockerd of this host keeps its data where the engine says. */
export function daemonNotHere(rootDir: string): AppError {
  return new AppError('daemon-not-here', {
    exitCode: 4,
    message: `The engine that answers (data in ${rootDir}) is no process of this host that clawproof can see: it runs elsewhere, in Docker Desktop's machine, or as another user.`,
    state: UNTOUCHED,
    next: ['Run the command on the host of the engine, as the user that it runs as.'],
  });
}

export function hostNeedsRoot(command: string): AppError {
  return new AppError('host-needs-root', {
    exitCode: 4,
    message: 'Only root may change the settings of the engine.',
    state: UNTOUCHED,
    next: [`  sudo ${command}`],
  });
}

/** daemon.json is nothing that the engine would read. */
export function daemonFileBroken(file: string, why: string): AppError {
  return new AppError('daemon-file-broken', {
    exitCode: 4,
    message: `${file} is not valid: ${why}. The engine would not start with it either.`,
    state: UNTOUCHED,
    next: ['Correct the file, then try again.'],
  });
}

/** The engine's own check refused the new file. */
export function daemonFileRefused(file: string, why: string): AppError {
  return new AppError('daemon-file-refused', {
    exitCode: 4,
    message: `The engine refuses ${file} as it would be: ${why}`,
    state: UNTOUCHED,
    next: ['Set what it names by hand, or leave it out, then try again.'],
  });
}

export function engineDidNotComeBack(why: string, show: string): AppError {
  return new AppError('engine-did-not-come-back', {
    exitCode: 4,
    message: `The engine did not come up with its new settings: ${why}.`,
    state: 'daemon.json is as it was before, and the engine was started with it again.',
    next: ['Look at what the engine says:', `  ${show}`],
  });
}

/** Data that userns-remap would hide cannot go along. */
export function dataNotCarried(why: string): AppError {
  return new AppError('data-not-carried', {
    exitCode: 4,
    message: `Images and volumes could not be taken along into the engine that maps users: ${why}.`,
    state: 'The originals are untouched, and the engine is as it was before.',
    next: ['Mend that and try again, or leave userns-remap out: clawproof host harden'],
  });
}

export function containersInTheWay(names: readonly string[]): AppError {
  return new AppError('containers-in-the-way', {
    exitCode: 4,
    message: `With userns-remap the engine loses sight of its containers, and these run: ${names.join(', ')}.`,
    state: UNTOUCHED,
    next: [
      'Stop them, then try again. Deployments of clawproof:',
      '  clawproof down',
      'Afterwards "clawproof up" makes them anew, with the data that was taken along.',
    ],
  });
}

export function noRoomToCarry(folder: string, free: number, needed: number): AppError {
  const mib = (bytes: number): string => `${Math.ceil(bytes / 1024 ** 2)} MiB`;
  return new AppError('no-room-to-carry', {
    exitCode: 4,
    message: `Copies of images and volumes need ${mib(needed)} in ${folder}, and ${mib(free)} are free.`,
    state: UNTOUCHED,
    next: ['Make room (docker image prune), then try again.'],
  });
}

export function hostRecordUnreadable(path: string, cause: unknown): AppError {
  return new AppError(
    'host-record-unreadable',
    {
      exitCode: 4,
      message: `${path} is not what clawproof wrote there, so the way back is not known.`,
      state: UNTOUCHED,
      next: ['The file as it was before is beside it, with the ending .before.'],
    },
    cause,
  );
}

export function nothingToUndo(): AppError {
  return new AppError('nothing-to-undo', {
    exitCode: 3,
    message:
      'clawproof has set nothing of this kind in the daemon.json of this engine, or has taken it back.',
    state: UNTOUCHED,
    next: ['See what is set: clawproof host status'],
  });
}

export function runscNotInstalled(how: readonly string[]): AppError {
  return new AppError('runsc-not-installed', {
    exitCode: 4,
    message: 'The program runsc (gVisor) is not on this host.',
    state: UNTOUCHED,
    next: ['Install it, then try again:', ...how.map((command) => `  ${command}`)],
  });
}

/** Preset sandboxed lacks something that nobody has accepted. */
export function sandboxNotReady(problems: readonly string[], next: readonly string[]): AppError {
  return new AppError('sandbox-not-ready', {
    exitCode: 4,
    message: `Preset sandboxed does not hold on this host: ${problems.join('; ')}.`,
    state: 'No container was started or changed.',
    next: [...next],
  });
}
