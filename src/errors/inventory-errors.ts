import { AppError } from './app-error.ts';
import { shellQuote } from './quote.ts';

/** An image that was asked for is not on this machine. */
export function imageNotHere(reference: string): AppError {
  return new AppError('image-not-here', {
    exitCode: 3,
    message: `The engine has no image ${reference}.`,
    state: 'Nothing was changed, and nothing was fetched.',
    next: ['Fetch it, then try again:', `  docker pull ${shellQuote(reference)}`],
  });
}

/** The files of an image could not be read. */
export function imageNotReadable(reference: string, why: string): AppError {
  return new AppError('image-not-readable', {
    exitCode: 4,
    message: `The files of ${reference} could not be read: ${why}.`,
    state: 'Nothing was changed. The container that was made for it, which never ran, was removed.',
    next: ['See whether the engine works and has space: clawproof engine status'],
  });
}

/** No image of a deployment is on this machine. */
export function noImages(folder: string): AppError {
  return new AppError('no-images', {
    exitCode: 3,
    message: `No image of the deployment in ${folder} is on this machine.`,
    state: 'Nothing was changed.',
    next: ['Set it up first: clawproof up', 'Or name an image: clawproof sbom --image REFERENCE'],
  });
}

/** Debian's flaws cannot be taken from where the user says. */
export function debianDataUnreachable(from: string, why: string): AppError {
  return new AppError('debian-data-unreachable', {
    exitCode: 4,
    message: `Debian's flaws cannot be read from ${from}: ${why}.`,
    state: 'What was here before stays.',
    next: [
      "Bring the list of Debian's security tracker (its page tells where: data/json) as a file, then name it:",
      '  clawproof advisories --debian-data FILE',
    ],
  });
}

export function debianDataUnreadable(from: string, why: string): AppError {
  return new AppError('debian-data-unreadable', {
    exitCode: 4,
    message: `${from} cannot be used as the list of Debian's flaws: ${why}.`,
    state: 'What was here before stays.',
    next: [
      "It must be the JSON of Debian's security tracker: package, then flaw, then releases.",
      '  clawproof advisories --debian-data FILE',
    ],
  });
}
