import { AppError } from './app-error.ts';

/** A container of the proof was made and does not run. `words` are the engine's own. */
export function proofContainerFailed(purpose: string, words: string): AppError {
  return new AppError('proof-container-failed', {
    exitCode: 4,
    message: `The container of the proof for ${purpose} did not run: ${words}.`.replaceAll('..', '.'),
    state: 'The deployment that is proved was not touched; what the proof made is removed.',
    next: [
      'See whether the engine starts containers of this image at all, then run the same command again:',
      '  docker info',
    ],
  });
}

/** What a proof made could not be removed. `left` names each thing with the engine's words. */
export function proofLeftBehind(left: readonly string[], label: string): AppError {
  return new AppError('proof-left-behind', {
    exitCode: 4,
    message: `The engine did not remove everything that the proof made: ${left.join('; ')}.`,
    state: 'The deployment that is proved was not touched. The next proof tries to remove it again.',
    next: [
      'To see and remove it by hand:',
      `  docker ps --all --filter label=${label}`,
      `  docker rm --force --volumes $(docker ps --all --quiet --filter label=${label})`,
      `  docker network rm $(docker network ls --quiet --filter label=${label})`,
      `  docker volume rm $(docker volume ls --quiet --filter label=${label})`,
    ],
  });
}

/** No subnet is free for a network of the proof. */
export function noProofSubnetLeft(): AppError {
  return new AppError('no-proof-subnet-left', {
    exitCode: 4,
    message:
      'No private /28 network is free for the proof: all candidates overlap a route of this host or a Docker network.',
    state: 'The deployment that is proved was not touched.',
    next: [
      'See what is taken, and remove networks that nobody uses:',
      '  ip route',
      '  docker network prune',
    ],
  });
}

/** None of the containers is an OpenClaw gateway. */
export function noGatewayToProve(name: string, services: readonly string[]): AppError {
  return new AppError('no-gateway-to-prove', {
    exitCode: 3,
    message: `Nothing in ${name} looks like an OpenClaw gateway; it has: ${services.join(', ') || 'no containers'}.`,
    state: 'Nothing was tried and nothing was changed.',
    next: ["Name the gateway's container:", '  clawproof prove --container <name>'],
  });
}
