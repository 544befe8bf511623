import { AppError } from './app-error.ts';
import { shellQuote } from './quote.ts';

interface RunHolder {
  pid: number;
  command: string;
  since: string;
}

/** Two runs in one folder at once. `holder` null = the lock file kept changing hands. */
export function runInProgress(folder: string, holder: RunHolder | null): AppError {
  const who =
    holder === null
      ? 'another clawproof run'
      : `"${holder.command}" (pid ${holder.pid}, since ${holder.since})`;
  return new AppError('run-in-progress', {
    exitCode: 4,
    message: `${who} is working in ${folder}.`,
    state: 'This run changed nothing.',
    next: [
      'Wait until it has ended, then try again.',
      ...(holder === null ? [] : [`To see what it does: ps -fp ${holder.pid}`]),
    ],
  });
}

export function foreignFolder(folder: string, found: string): AppError {
  return new AppError('foreign-folder', {
    exitCode: 2,
    message: `${folder} holds ${found}, which clawproof did not write.`,
    state: 'Nothing was changed.',
    next: ['Choose an empty or a new folder: clawproof up ./my-openclaw'],
  });
}

export function symlinkInWay(path: string, what: string): AppError {
  return new AppError('symlink-in-way', {
    exitCode: 2,
    message: `${path} is a symbolic link. ${what} is only ever written to a real place in the deployment folder.`,
    state: 'Nothing was written through the link.',
    next: [
      `Look where it leads: ls -l ${shellQuote(path)}`,
      `If it may go: rm ${shellQuote(path)}`,
      'Then run clawproof up again.',
    ],
  });
}

export function portTaken(port: number, reason: string): AppError {
  return new AppError('port-taken', {
    exitCode: 4,
    message: `Port ${port} on 127.0.0.1 is not free: ${reason}.`,
    state: 'Nothing was started and nothing was changed.',
    next: [
      `See what uses it: ss -ltnp 'sport = :${port}'`,
      'Stop that program, or set another access.port in clawproof.yaml, then run clawproof up again.',
    ],
  });
}

export function projectNameTaken(name: string, elsewhere: string): AppError {
  return new AppError('project-name-taken', {
    exitCode: 2,
    message: `A Compose project named "${name}" already runs from ${elsewhere}.`,
    state: 'Nothing was changed, neither here nor there.',
    next: ['Set another name in clawproof.yaml, e.g. name: openclaw-2', 'Then run clawproof up again.'],
  });
}

export function noSubnetLeft(): AppError {
  return new AppError('no-subnet-left', {
    exitCode: 4,
    message:
      'No private /28 network is free for the cage: all candidates overlap a route of this host or a Docker network.',
    state: 'Nothing was changed.',
    next: [
      'See what is taken: ip route; docker network ls',
      'Remove networks that nobody uses: docker network prune',
    ],
  });
}

export function diskFull(path: string, freeBytes: number, neededBytes: number): AppError {
  const gib = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
  return new AppError('disk-full', {
    exitCode: 4,
    message: `${path} has ${gib(freeBytes)} free; this needs about ${gib(neededBytes)}.`,
    state: 'Nothing was built, downloaded or changed.',
    next: [
      'See what takes the space: docker system df',
      'Free some, e.g. docker image prune, then run clawproof up again.',
    ],
  });
}

export function configRejected(version: string, problems: readonly string[]): AppError {
  return new AppError('config-rejected', {
    exitCode: 2,
    message: `OpenClaw ${version} does not accept config/openclaw/openclaw.json: ${problems.join('; ')}`,
    state: 'The file stands as written; what was running still runs with the settings it had.',
    next: [
      'Correct the file, then run clawproof up again.',
      'See what OpenClaw says: clawproof openclaw -- config validate',
    ],
  });
}

export function gatewayNotReady(seconds: number, why: string, logTail: readonly string[]): AppError {
  return new AppError('gateway-not-ready', {
    exitCode: 4,
    message: `The gateway did not get ready within ${seconds} s: ${why}.${logTail.length > 0 ? ` It last said:\n${logTail.join('\n')}` : ''}`,
    state: 'The containers were left as they are, so that you can look. Data and secrets are untouched.',
    next: ['See the whole log: clawproof logs', 'Try again: clawproof up', 'Stop it: clawproof down'],
  });
}

export function unreadableAnswer(program: string, why: string): AppError {
  return new AppError('unreadable-answer', {
    exitCode: 4,
    message: `${program} gave no usable answer: ${why}.`,
    state: 'The deployment runs, but this check was not made and does not count as passed.',
    next: [
      'Try again: clawproof up',
      `Run it yourself: clawproof openclaw -- ${program.replace(/^openclaw /, '')}`,
    ],
  });
}

/** The deployment is stopped, and the volume with its state is there nevertheless. */
export function volumeStillUsed(volume: string, containers: readonly string[]): AppError {
  const names = containers.map((name) => shellQuote(name)).join(' ');
  return new AppError('volume-still-used', {
    exitCode: 4,
    message: `The volume ${volume} was not deleted${names === '' ? '' : `: it is used by ${names}`}.`,
    state: 'The deployment is stopped; what OpenClaw had stored is still there.',
    next: [
      ...(names === '' ? [] : ['Look at who uses it, and end that:', `  docker rm --force ${names}`]),
      'Then delete it: clawproof down --volumes',
    ],
  });
}

/** `owner` = number that the gateway's user has on the engine's host; null = not known. */
export function ownershipFailed(folder: string, why: string, owner: number | null): AppError {
  const id = owner ?? 'UID';
  return new AppError('ownership-failed', {
    exitCode: 4,
    message: `The settings and the token in ${folder} could not be given to the gateway's user (uid 1000): ${why}.`,
    state: 'The files are written; nothing was started.',
    next: [
      ...(owner === null
        ? ['UID below is the number that uid 1000 of a container has on the host of the engine.']
        : []),
      `Give them away by hand: sudo chown -R ${id}:${id} ${shellQuote(`${folder}/config/openclaw`)} ${shellQuote(`${folder}/secrets/gateway_token`)}`,
      'Then run clawproof up again.',
    ],
  });
}

export function configUnreadable(why: string): AppError {
  return new AppError('config-unreadable', {
    exitCode: 2,
    message: `config/openclaw/openclaw.json cannot be read: ${why}.`,
    state: 'The file was left as it is and nothing was started or restarted.',
    next: [
      'Correct it by hand, or bring back what OpenClaw kept: ls config/openclaw/openclaw.json.bak*',
      'Then run clawproof up again.',
    ],
  });
}

export function notUpYet(folder: string): AppError {
  return new AppError('not-up-yet', {
    exitCode: 4,
    message: `${folder} has a clawproof.yaml, but was never brought up.`,
    state: 'Nothing was changed.',
    next: [`Bring it up: clawproof up ${shellQuote(folder)}`],
  });
}

export function notRunning(service: string): AppError {
  return new AppError('not-running', {
    exitCode: 4,
    message: `The ${service} is not running.`,
    state: 'Nothing was changed.',
    next: ['Start it: clawproof up', 'See why it ended: clawproof logs'],
  });
}

/** @param missing what the engine lacks, each with the commands that mend it */
export function engineNotReady(
  missing: readonly { message: string; commands: readonly string[] }[],
): AppError {
  return new AppError('engine-not-ready', {
    exitCode: 4,
    message: `Docker cannot be used: ${missing.map(({ message }) => message).join('; ')}.`,
    state: 'Nothing was changed.',
    next: missing.flatMap(({ commands }) => commands),
  });
}

export function dashboardRefused(why: string): AppError {
  return new AppError('dashboard-refused', {
    exitCode: 4,
    message: `OpenClaw made no link for the dashboard: ${why}.`,
    state: 'Nothing was changed.',
    next: ['See whether the gateway is ready: clawproof status', 'Then try again: clawproof dashboard'],
  });
}
