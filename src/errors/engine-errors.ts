import type { EngineFailure } from '../engine/engine-failure.ts';
import { AppError } from './app-error.ts';
import { shellQuote } from './quote.ts';

/** No answer came from an address of this host or of a container. `url` is shown without query, fragment or credentials. */
export function httpUnreachable(url: string, reason: string, cause?: unknown): AppError {
  return new AppError(
    'http-unreachable',
    {
      exitCode: 4,
      message: `No answer from ${withoutSecrets(url)}: ${reason}.`,
      state: 'Nothing was changed by the request.',
      next: ['See whether the containers run and what they say:', '  clawproof status', '  clawproof logs'],
    },
    cause,
  );
}

/** The operating system could not start a program at all (no memory, too many processes, broken file). */
export function programNotStarted(program: string, reason: string, cause?: unknown): AppError {
  return new AppError(
    'program-not-started',
    {
      exitCode: 4,
      message: `The program ${program} could not be started: ${reason}.`,
      state: 'Nothing was started.',
      next: [
        'See which program that is, and whether the host has memory and processes left:',
        `  command -v ${shellQuote(program)}`,
        '  free -m',
      ],
    },
    cause,
  );
}

/** A call to the engine that failed, with the engine's own words. `action` completes "could not …". */
export function engineCallFailed(action: string, failure: EngineFailure, words: string): AppError {
  const { id, why, next } = ENGINE_FAILURES[failure];
  return new AppError(`engine-${id}`, {
    exitCode: 4,
    message: `Could not ${action}: ${why === '' ? words : `${why} (${words})`}.`.replaceAll('..', '.'),
    state: 'What was there before is still there; running the same command again goes on from here.',
    next,
  });
}

/** The engine did not answer in time. */
export function engineTimeout(action: string, timeoutMs: number): AppError {
  return new AppError('engine-timeout', {
    exitCode: 4,
    message: `Could not ${action}: the engine did not finish within ${Math.round(timeoutMs / 1000)} s.`,
    state: 'The command was ended; the engine may still be working on it.',
    next: [
      'See whether the engine answers at all, then run the same command again:',
      '  docker info',
      '  docker ps -a',
    ],
  });
}

/** The engine or Compose answered with something that is not what it documents. */
export function engineAnswerUnreadable(action: string, answer: string): AppError {
  return new AppError('engine-answer-unreadable', {
    exitCode: 4,
    message: `Could not ${action}: the answer was not understood (${answer.slice(0, 80).replaceAll(/\s+/g, ' ')}…).`,
    state: 'Nothing was changed.',
    next: [
      'See which programs answer, and which versions they are:',
      '  docker version',
      '  docker compose version',
    ],
  });
}

/** There is no docker program to call. */
export function dockerMissing(program: string): AppError {
  return new AppError('docker-missing', {
    exitCode: 4,
    message: `The program ${program} is not there, so the engine cannot be reached.`,
    state: 'Nothing was changed.',
    next: ['Install Docker Engine and Compose:', '  sudo clawproof engine install'],
  });
}

interface FailureWords {
  id: string;
  why: string;
  next: string[];
}

const ENGINE_FAILURES: Record<EngineFailure, FailureWords> = {
  'not-running': {
    id: 'not-running',
    why: 'the engine does not answer',
    next: ['See what is missing, and start it:', '  sudo clawproof engine install'],
  },
  'permission-denied': {
    id: 'permission-denied',
    why: 'this user may not use the engine',
    next: [
      'Run the command as root, or join the group docker (which is as powerful as root) and log in again:',
      '  sudo usermod -aG docker "$USER"',
    ],
  },
  'connection-failed': {
    id: 'connection-failed',
    why: 'the engine that Docker is set to does not answer',
    next: [
      'See which engine that is, or go back to the one on this host:',
      '  docker context ls',
      '  unset DOCKER_HOST',
    ],
  },
  'client-too-new': {
    id: 'client-too-new',
    why: 'the docker program is newer than this engine allows',
    next: ['Update the engine, or use a docker program of its version:', '  docker version'],
  },
  'client-too-old': {
    id: 'client-too-old',
    why: 'the docker program is older than this engine allows',
    next: [
      'Update the docker program, or put the newer one first on the PATH:',
      '  type -a docker',
      '  docker version',
    ],
  },
  'disk-full': {
    id: 'disk-full',
    why: 'there is no space left where the engine keeps its data',
    next: [
      'See what takes the space, free some, and run the same command again:',
      '  docker system df',
      '  df -h',
    ],
  },
  'port-in-use': {
    id: 'port-in-use',
    why: 'something else listens on that port already',
    next: ['See what it is, stop it, or set another access.port in clawproof.yaml:', '  ss -ltnp'],
  },
  'addresses-taken': {
    id: 'addresses-taken',
    why: 'another network has the same addresses',
    next: [
      'Run the same command again; it takes other addresses. To see who has them:',
      '  docker network ls',
      '  ip route',
    ],
  },
  'not-found': {
    id: 'not-found',
    why: '',
    next: ['See what is there:', '  docker images', '  docker ps -a'],
  },
  'registry-denied': {
    id: 'registry-denied',
    why: 'the registry refused it, or the image does not exist',
    next: [
      'Check the name of the image in clawproof.yaml; if it is private, log in first:',
      '  docker login',
    ],
  },
  'registry-unreachable': {
    id: 'registry-unreachable',
    why: 'the registry could not be reached',
    next: [
      'Check the network and the proxy of the engine, then run the same command again; or build instead, with this in clawproof.yaml:',
      '  image:',
      '    source: build',
    ],
  },
  other: {
    id: 'call-failed',
    why: '',
    next: ['Look at the engine and its messages, then run the same command again:', '  docker info'],
  },
};

/** The URL as far as it may be shown: tokens travel in queries, fragments and user parts. */
function withoutSecrets(url: string): string {
  try {
    const parsed = new URL(url);
    return `${parsed.origin}${parsed.pathname}`;
  } catch {
    return 'an address that is not a URL';
  }
}
