import { AppError } from './app-error.ts';

/** No folder and no archive with a skill is there. */
export function noSkillToDetonate(path: string, why: string): AppError {
  return new AppError('no-skill-to-detonate', {
    exitCode: 2,
    message: `${path} is no skill: ${why}.`,
    state: 'Nothing was run.',
    next: ['Name the folder of a skill, which holds a SKILL.md, or an archive of it (.zip, .tar, .tar.gz).'],
  });
}

/** No image of a gateway is on the engine. */
export function noImageToDetonate(): AppError {
  return new AppError('no-image-to-detonate', {
    exitCode: 3,
    message: "There is no gateway's image on this engine in which a skill could be used.",
    state: 'Nothing was run.',
    next: [
      'Set up a deployment: clawproof up',
      'Or name an image that holds OpenClaw: clawproof skills detonate <path> --image <image>',
    ],
  });
}

/** The twin's only network could not be made. */
export function detonationNotConnected(words: string): AppError {
  return new AppError('detonation-not-connected', {
    exitCode: 4,
    message: `The twin could not be joined with the canary: ${words}.`,
    state: 'Nothing of the skill was run; what was made for it is removed.',
    next: [
      'It takes the programs ip and nsenter on the host of the engine, as root: apt install iproute2 util-linux',
    ],
  });
}

/** OpenClaw did not start in the twin, or the turn could not be taken. */
export function detonationFailed(words: string, log: readonly string[]): AppError {
  return new AppError('detonation-failed', {
    exitCode: 4,
    message: `The skill could not be used in the twin: ${words}.`,
    state: 'Nothing can be said about the skill; what was made for it is removed.',
    next: [
      ...log.map((line) => `  ${line}`),
      'Try again when the host is less busy, or name another image: --image <image>',
    ],
  });
}
