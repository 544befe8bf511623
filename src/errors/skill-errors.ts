import { AppError } from './app-error.ts';

const UNTOUCHED = 'Nothing was installed or changed.';

/** `problem` completes a sentence that begins with what was given. */
export function notASkill(given: string, problem: string): AppError {
  return new AppError('not-a-skill', {
    exitCode: 2,
    message: `${given} ${problem}.`,
    state: UNTOUCHED,
    next: [
      'Name a folder with a SKILL.md in it, an archive of one (zip, tar, tgz), or a skill of this deployment.',
    ],
  });
}

/** Not in the folder skills, and OpenClaw in the container has none of that name either. */
export function skillUnknown(name: string, known: readonly string[]): AppError {
  return new AppError('skill-unknown', {
    exitCode: 3,
    message: `There is no file, folder or installed skill "${name}".`,
    state: UNTOUCHED,
    next: [
      known.length > 0 ? `Installed: ${known.join(', ')}.` : 'No skill is installed.',
      'clawproof fetches nothing: get a skill as a folder or archive first, then scan that.',
    ],
  });
}

/** Somebody has to look, and nobody can be asked. */
export function skillNeedsReview(name: string): AppError {
  return new AppError('skill-needs-review', {
    exitCode: 4,
    message: `Somebody has to look at ${name} before it is installed, and nobody can be asked here.`,
    state: UNTOUCHED,
    next: ['Read what was found. When you stand for it:', '  clawproof skills install --accept-review PATH'],
  });
}

export function skillDeclined(name: string): AppError {
  return new AppError('skill-declined', {
    exitCode: 4,
    message: `${name} was not installed: you said no.`,
    state: UNTOUCHED,
    next: ['Look at what it would do, without any way out: clawproof skills detonate PATH'],
  });
}

/** `up` and everything that starts the gateway refuse. */
export function skillsChanged(folder: string, problems: readonly string[]): AppError {
  return new AppError('skills-changed', {
    exitCode: 4,
    message: `Skills in ${folder} are not what clawproof.lock pins: ${problems.join('; ')}.`,
    state: 'Nothing was started or changed. What runs already runs on, with what is in the folder.',
    next: [
      'See what it is:',
      '  clawproof skills verify',
      'Take it away, or have it judged and pinned anew:',
      '  clawproof skills remove NAME',
      '  clawproof skills install PATH',
    ],
  });
}

/** clawproof.yaml has a form in which `skills` cannot be edited without loss. */
export function skillsPolicyNotEdited(why: string): AppError {
  return new AppError('skills-policy-not-edited', {
    exitCode: 2,
    message: `clawproof.yaml could not be edited: ${why}.`,
    state: UNTOUCHED,
    next: ['Write the names under skills: use: yourself, or put skills into the usual form.'],
  });
}

/** The quarantine no longer holds what was looked at. */
export function quarantineChanged(name: string): AppError {
  return new AppError('quarantine-changed', {
    exitCode: 4,
    message: `${name} was changed in the quarantine after it was looked at.`,
    state: UNTOUCHED,
    next: ['Find out who writes into .clawproof, then install it again.'],
  });
}
