import { AppError } from './app-error.ts';

/** What the gateway said to a token: accepted, refused, locked, silent. */
type Answer = string;

/** secrets/gateway_token is missing or empty. */
export function noToken(folder: string): AppError {
  return new AppError('no-token', {
    exitCode: 4,
    message: `${folder}/secrets/gateway_token is missing or empty: there is no token.`,
    state: 'Nothing was changed.',
    next: ['Let clawproof make one and give it to the gateway:', '  clawproof up'],
  });
}

/** Too many wrong tokens came: the gateway listens to nobody. */
export function tokenLocked(): AppError {
  return new AppError('token-locked', {
    exitCode: 4,
    message: 'The gateway listens to no token for some minutes: it got more than ten wrong ones.',
    state: 'Which token works cannot be tried now.',
    next: [
      'Find out who sent them; a program with an old token does it, too:',
      '  clawproof logs --service gateway',
      'The lockout ends five minutes after the last try. Then run the same command again.',
    ],
  });
}

/** The gateway refuses the token that stands in its file. */
export function tokenUnknownToGateway(): AppError {
  return new AppError('token-unknown-to-gateway', {
    exitCode: 4,
    message: 'The gateway refuses the token that stands in secrets/gateway_token: it runs with another one.',
    state: 'Nothing was changed.',
    next: [
      'Was the file changed by hand? A new start of the gateway takes what stands in it:',
      '  clawproof down && clawproof up',
      'Then run the same command again.',
    ],
  });
}

/** Neither reading its secrets anew nor a restart made the gateway accept the token of its file. */
export function tokenNotTaken(why: string): AppError {
  return new AppError('token-not-taken', {
    exitCode: 4,
    message: `The gateway was restarted and still does not take the token that stands in its file: ${why}.`,
    state: 'The token of the file is the one that a gateway accepts after its next start.',
    next: [
      'See what the gateway says: clawproof logs --service gateway',
      'Start it anew: clawproof down && clawproof up',
    ],
  });
}

/** The new token had to be accepted and the old one refused, and it was not so. */
export function tokenNotProved(answers: { old: Answer; new: Answer }): AppError {
  return new AppError('token-not-proved', {
    exitCode: 4,
    message: `The proof failed: the gateway's answer to the old token was "${answers.old}", to the new one "${answers.new}".`,
    state: 'The rotation is taken back: the old token stays the valid one.',
    next: [
      'See what the gateway says: clawproof logs --service gateway',
      'Then try again: clawproof token rotate',
    ],
  });
}

/** `token show` into a file, a pipe or a log. */
export function tokenNotForPipes(why: string): AppError {
  return new AppError('token-not-for-pipes', {
    exitCode: 2,
    message: `The token is only shown on a terminal, and ${why}.`,
    state: 'Nothing was shown.',
    next: [
      'Run it by hand, on a terminal, without --json: clawproof token show',
      'A program reads the file itself, as a user that may: secrets/gateway_token',
    ],
  });
}
