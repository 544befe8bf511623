import { AppError } from './app-error.ts';
import { shellQuote } from './quote.ts';

const NOTHING_CHANGED = 'Nothing was changed.';

/** There is no such file, or it cannot be understood as evidence. */
export function evidenceUnreadable(path: string, why: string): AppError {
  return new AppError('evidence-unreadable', {
    exitCode: 4,
    message: `${path} is no evidence of clawproof: ${why}.`,
    state: NOTHING_CHANGED,
    next: ['Evidence is what this writes:', '  clawproof prove --evidence evidence.json --sign'],
  });
}

/** Nobody signed it, or the signature lies elsewhere. */
export function evidenceUnsigned(path: string, signature: string): AppError {
  return new AppError('evidence-unsigned', {
    exitCode: 4,
    message: `There is no signature of ${path}: ${signature} is not there.`,
    state: NOTHING_CHANGED,
    next: [
      'Name the signature, if it lies elsewhere:',
      `  clawproof verify ${shellQuote(path)} --signature <file>`,
    ],
  });
}

/** No key was named, and none was found where SSH keeps them. */
export function signingKeyMissing(looked: readonly string[]): AppError {
  return new AppError('signing-key-missing', {
    exitCode: 4,
    message: `There is no SSH key to sign with: looked for ${looked.join(', ')}.`,
    state: 'Nothing was tried, and no evidence was written.',
    next: ['Make one, or name the one to use:', '  ssh-keygen -t ed25519', '  clawproof prove --sign <key>'],
  });
}

/** `wanted` = what could not be done without it. */
export function sshKeygenMissing(wanted: string): AppError {
  return new AppError('ssh-keygen-missing', {
    exitCode: 4,
    message: `${wanted} needs ssh-keygen of OpenSSH 8.2 or later, and it is not on this machine.`,
    state: NOTHING_CHANGED,
    next: ['Install it, on Debian and Ubuntu:', '  sudo apt-get install openssh-client'],
  });
}

/** ssh-keygen refused; `said` are its own words. */
export function signingFailed(path: string, key: string, said: string): AppError {
  return new AppError('signing-failed', {
    exitCode: 4,
    message: `${path} could not be signed with ${key}: ${said}`,
    state: `The evidence is in ${path}, without a signature.`,
    next: [
      'Sign it yourself:',
      `  ssh-keygen -Y sign -f ${shellQuote(key)} -n clawproof-evidence ${shellQuote(path)}`,
    ],
  });
}

/** A folder of which nothing runs. */
export function nothingToProve(folder: string): AppError {
  return new AppError('nothing-to-prove', {
    exitCode: 3,
    message: `Nothing runs that was made from ${folder}: a proof needs a container to make a twin of.`,
    state: 'Nothing was tried.',
    next: [
      'Start the deployment, or name what runs:',
      '  clawproof up',
      '  docker compose up --detach',
      '  clawproof prove --container <name>',
    ],
  });
}

/** A target and a container were named. */
export function targetGivenTwice(target: string, container: string): AppError {
  return new AppError('target-given-twice', {
    exitCode: 2,
    message: `Both ${target} and --container ${container} were named, and only one can be proved at a time.`,
    state: 'Nothing was tried.',
    next: ['Name one of them:', `  clawproof prove --container ${shellQuote(container)}`],
  });
}
