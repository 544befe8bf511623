import { AppError } from './app-error.ts';
import { shellQuote } from './quote.ts';

const UNTOUCHED = 'Nothing was changed; what runs keeps running.';

/** `exec.mode: full` that nobody has accepted, or no longer. `over` = the last day on which it was. */
export function execNotAccepted(over: { by: string; until: string } | null): AppError {
  const why =
    over === null
      ? 'clawproof.yaml sets exec.mode to full, and nobody has accepted that the agent runs every command'
      : `exec.mode full was accepted by ${over.by} until ${over.until}, which is over`;
  return new AppError('exec-not-accepted', {
    exitCode: 2,
    message: `${why}.`,
    state: 'Nothing was started or changed. What runs already runs on, with the mode that it had.',
    next: [
      'Let the agent run nothing, or only scripts that you add:',
      '  clawproof exec deny',
      '  clawproof exec allowlist',
      'Or accept it for some days, by name:',
      '  clawproof exec full --days 7',
      'Before the first start, write exec.mode: deny into clawproof.yaml.',
    ],
  });
}

/** Full was asked for where nobody can be asked. */
export function execNeedsName(): AppError {
  return new AppError('exec-needs-name', {
    exitCode: 2,
    message: 'Mode full needs somebody who accepts that the agent runs every command, and nobody was named.',
    state: UNTOUCHED,
    next: ['Name who accepts it, and until when:', '  clawproof exec full --accept "Ann Example" --days 7'],
  });
}

export function execDeclined(): AppError {
  return new AppError('exec-declined', {
    exitCode: 4,
    message: 'Mode full was not accepted.',
    state: UNTOUCHED,
    next: ['For scripts that you choose, and nothing else: clawproof exec allowlist'],
  });
}

/** `problem` completes a sentence that begins with what was given. */
export function execWrongValue(option: string, value: string, problem: string): AppError {
  return new AppError('exec-wrong-value', {
    exitCode: 2,
    message: `${option}: ${JSON.stringify(value)} ${problem}.`,
    state: UNTOUCHED,
    next: ['See what may be given: clawproof exec --help'],
  });
}

/** A file that is no script for the agent. `why` completes a sentence that begins with its name. */
export function notAScript(path: string, why: string): AppError {
  return new AppError('not-a-script', {
    exitCode: 2,
    message: `${path} ${why}.`,
    state: UNTOUCHED,
    next: ['Correct or rename the file, then add it again: clawproof exec add FILE'],
  });
}

export function scriptThere(name: string): AppError {
  return new AppError('script-there', {
    exitCode: 2,
    message: `There is a script ${name} already, and it is another one.`,
    state: UNTOUCHED,
    next: [
      'See it: clawproof exec list',
      `To replace it, remove it first: clawproof exec remove ${shellQuote(name)}`,
    ],
  });
}

export function noSuchScript(name: string, known: readonly string[]): AppError {
  return new AppError('no-such-script', {
    exitCode: 2,
    message: `There is no script ${JSON.stringify(name)} to remove${known.length === 0 ? '' : `; there are ${known.join(', ')}`}.`,
    state: UNTOUCHED,
    next: ['See which there are: clawproof exec list'],
  });
}

/** The folder of scripts is not what clawproof.yaml says. `what` is a sentence without its full stop. */
export function scriptsWrong(folder: string, what: string): AppError {
  return new AppError('scripts-wrong', {
    exitCode: 2,
    message: `${what}.`,
    state: 'Nothing was started or changed.',
    next: [
      `Look at the folder: ls -la ${shellQuote(folder)}`,
      'Put right what differs, or take the name out of exec.scripts in clawproof.yaml, then try again.',
    ],
  });
}

/** The files on disk are not those of clawproof.yaml: another change waits for `up`. */
export function execUpFirst(paths: readonly string[]): AppError {
  return new AppError('exec-up-first', {
    exitCode: 4,
    message: `Something else was changed and not brought up yet: ${paths.slice(0, 3).join(', ')}.`,
    state: UNTOUCHED,
    next: ['See what waits: clawproof up --dry-run', 'Bring it up, then try again: clawproof up'],
  });
}

/** clawproof.yaml is written in a way in which no edit fits. `why` is the end of a sentence. */
export function execPolicyNotEdited(what: string, why: string): AppError {
  return new AppError('exec-policy-not-edited', {
    exitCode: 4,
    message: `clawproof.yaml could not be given ${what}: ${why}.`,
    state: UNTOUCHED,
    next: ['Write it by hand, then bring it up: clawproof up'],
  });
}

/** The hostile model got through, or could not try everything. */
export function execNotProved(mode: string, lines: readonly string[]): AppError {
  return new AppError('exec-not-proved', {
    exitCode: 4,
    message: `The hostile model could not be shown to be held in mode ${mode}: ${lines.slice(0, 3).join('; ')}.`,
    state: 'The change was taken back: mode, scripts and gateway are as they were.',
    next: [
      'See all that was tried: clawproof prove --ring agent',
      'Without a proof, at your own risk: the same command with --no-prove',
    ],
  });
}
