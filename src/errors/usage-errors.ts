import { AppError } from './app-error.ts';

const UNTOUCHED = 'Nothing was read, started or changed.';

/** A command that does not exist. `nearest` are the names that the user may have meant. */
export function unknownCommand(name: string, nearest: readonly string[]): AppError {
  return new AppError('unknown-command', {
    exitCode: 2,
    message: `There is no command "${name}".${didYouMean(nearest)}`,
    state: UNTOUCHED,
    next: ['List the commands:', '  clawproof --help'],
  });
}

/** An option that the command does not have. `command` is the full name, e.g. "clawproof up". */
export function unknownOption(command: string, option: string, nearest: readonly string[]): AppError {
  return new AppError('unknown-option', {
    exitCode: 2,
    message: `"${command}" has no option ${option}.${didYouMean(nearest)}`,
    state: UNTOUCHED,
    next: ['List its options:', `  ${command} --help`],
  });
}

/** An option that needs a value and got none. `option` is as in the help, e.g. "--tail <lines>". */
export function missingOptionValue(command: string, option: string): AppError {
  return new AppError('missing-option-value', {
    exitCode: 2,
    message: `The option ${option} needs a value and got none.`,
    state: UNTOUCHED,
    next: ['See what it takes:', `  ${command} --help`],
  });
}

/** An option or argument whose value is not allowed; `allowed` completes "Allowed: …". */
export function invalidValue(subject: string, value: string, allowed: string): AppError {
  return new AppError('invalid-value', {
    exitCode: 2,
    message: `"${value}" is no value for ${subject}. Allowed: ${allowed}.`,
    state: UNTOUCHED,
    next: ['Give one of the allowed values and run the command again.'],
  });
}

/** More arguments than the command takes. */
export function tooManyArguments(command: string, detail: string): AppError {
  return new AppError('too-many-arguments', {
    exitCode: 2,
    message: `"${command}" got more arguments than it takes: ${detail}.`,
    state: UNTOUCHED,
    next: ['A path with spaces needs quotes. See what the command takes:', `  ${command} --help`],
  });
}

/** A command line that is wrong in another way; `detail` is one sentence without its full stop. */
export function wrongUsage(command: string, detail: string): AppError {
  return new AppError('wrong-usage', {
    exitCode: 2,
    message: `"${command}" was not understood: ${detail}.`,
    state: UNTOUCHED,
    next: ['See what the command takes:', `  ${command} --help`],
  });
}

/** The folder was named twice, differently: as an argument and with --folder. */
export function folderGivenTwice(argument: string, option: string): AppError {
  return new AppError('folder-given-twice', {
    exitCode: 2,
    message: `Two folders were given, "${argument}" as an argument and "${option}" with --folder.`,
    state: UNTOUCHED,
    next: ['Leave out one of them.'],
  });
}

/** No deployment where the command was told to look, or in the places where it looks by itself. */
export function noDeployment(looked: readonly string[]): AppError {
  return new AppError('no-deployment', {
    exitCode: 3,
    message: `There is no clawproof.yaml in ${looked.join(' or ')}, so there is nothing to work on.`,
    state: 'Nothing was started or changed.',
    next: [
      'Set up a new deployment in ./openclaw:',
      '  clawproof up',
      'or name the folder of an existing one:',
      '  clawproof -C <folder> status',
    ],
  });
}

function didYouMean(nearest: readonly string[]): string {
  return nearest.length === 0 ? '' : ` Did you mean ${nearest.join(' or ')}?`;
}
