import { AppError } from './app-error.ts';
import { shellQuote } from './quote.ts';

/** The engine can be installed only on Debian 12 and 13; elsewhere the distribution's own way is named. */
export function installUnsupported(system: string, commands: readonly string[]): AppError {
  return new AppError('install-unsupported', {
    exitCode: 4,
    message: `clawproof installs Docker Engine by itself on Debian 12 and 13 only; this is ${system}.`,
    state: 'Nothing was installed or changed.',
    next: [
      'Install Docker Engine and Compose the way this system does it, then run the same command again:',
      ...commands.map(indent),
    ],
  });
}

/** Only root installs packages and starts the engine. */
export function installNeedsRoot(command: string): AppError {
  return new AppError('install-needs-root', {
    exitCode: 4,
    message: 'Installing and starting Docker Engine needs root, and this is another user.',
    state: 'Nothing was installed or changed.',
    next: ['Run it as root:', indent(command)],
  });
}

/** Something of this host rules an engine out, or points Docker elsewhere. */
export function installPointless(reason: string, commands: readonly string[]): AppError {
  return new AppError('install-pointless', {
    exitCode: 4,
    message: `Docker Engine was not installed: ${reason}.`,
    state: 'Nothing was installed or changed.',
    next: commands.length > 0 ? [...commands] : ['See what is there:', '  docker version'],
  });
}

/** apt's configuration names no source of Debian's own packages. */
export function noDebianSources(codename: string): AppError {
  return new AppError('apt-no-sources', {
    exitCode: 4,
    message: `No source of Debian's own packages for ${codename} was found in /etc/apt/sources.list or /etc/apt/sources.list.d.`,
    state: 'Nothing was installed or changed.',
    next: [
      `Add the Debian mirror that this host uses (suite ${codename}, component main), then run the same command again:`,
      '  apt-get update',
    ],
  });
}

/** Another program holds dpkg's lock and did not let go. */
export function aptLocked(holder: string): AppError {
  return new AppError('apt-locked', {
    exitCode: 4,
    message: `Another program is installing packages (${holder}), and it did not finish within 3 minutes.`,
    state: 'Nothing was installed.',
    next: [
      'Wait until it is done, then run the same command again. See what it is:',
      '  ps -ef | grep -E "apt|dpkg|unattended"',
    ],
  });
}

/** An earlier installation of whatever was cut off. */
export function dpkgInterrupted(): AppError {
  return new AppError('dpkg-interrupted', {
    exitCode: 4,
    message:
      'An earlier installation on this host was interrupted, and dpkg installs nothing before that is finished.',
    state: 'Nothing was installed.',
    next: ['Finish it, then run the same command again:', '  sudo dpkg --configure -a'],
  });
}

/** apt could not do a step; `words` are the ends of its own messages. */
export function aptFailed(step: string, words: string, command: string): AppError {
  return new AppError('apt-failed', {
    exitCode: 4,
    message: `Could not ${step}: ${words}.`.replaceAll('..', '.'),
    state:
      'Packages that were installed before this step stay installed; running the same command again goes on from here.',
    next: ['Try it by hand to see all messages, then run the same command again:', indent(command)],
  });
}

/** The download for another release turned out to be something else. */
export function packageUnexpected(path: string, found: string): AppError {
  return new AppError('package-unexpected', {
    exitCode: 4,
    message: `The downloaded package ${path} is not what was asked for (${found}).`,
    state: 'It was not installed and has been removed.',
    next: [
      'Run the same command again; if it stays so, the mirror that this host uses is faulty:',
      '  apt-get indextargets',
    ],
  });
}

/** dockerd was started and does not answer. */
export function engineNotStarted(reason: string, next: readonly string[], log: string): AppError {
  return new AppError('engine-not-started', {
    exitCode: 4,
    message: `Docker Engine does not start: ${reason}.`.replaceAll('..', '.'),
    state: 'Its packages are installed; no container was started.',
    next: [...next, 'All that it said:', indent(log)],
  });
}

/** The command that shows a log file. */
export function showLogCommand(path: string): string {
  return `tail -n 50 ${shellQuote(path)}`;
}

function indent(command: string): string {
  return `  ${command}`;
}
