import type { Command, CommanderError } from 'commander';
import type { AppError } from '../errors/app-error.ts';
import {
  invalidValue,
  missingOptionValue,
  tooManyArguments,
  unknownCommand,
  unknownOption,
  wrongUsage,
} from '../errors/usage-errors.ts';

/** Name of a command with its parents': "clawproof engine install". */
export function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}

/** Turns what the option parser says into an error of our catalogue. Its own texts never reach the user. */
export function toUsageError(command: Command, error: CommanderError): AppError {
  const name = fullName(command);
  const subject = /'([^']*)'/u.exec(error.message)?.[1] ?? '';
  switch (error.code) {
    case 'commander.unknownCommand':
      return unknownCommand(
        `${name} ${subject}`,
        nearestNames(error.message).map((near) => `"${name} ${near}"`),
      );
    case 'commander.unknownOption':
      return unknownOption(name, subject, nearestNames(error.message));
    case 'commander.optionMissingArgument':
      return missingOptionValue(name, subject);
    case 'commander.invalidArgument':
      return fromInvalidArgument(error.message, subject);
    case 'commander.excessArguments':
      return tooManyArguments(name, argumentCounts(error.message));
    default:
      return wrongUsage(name, lowerDetail(error.message));
  }
}

function nearestNames(message: string): string[] {
  const names = /\(Did you mean (?:one of )?(.*)\?\)/u.exec(message)?.[1];
  return names === undefined ? [] : names.split(', ');
}

function fromInvalidArgument(message: string, subject: string): AppError {
  const [, value = '', allowed = 'see --help'] = /argument '([^']*)' is invalid\. (.*)$/u.exec(message) ?? [];
  return invalidValue(subject, value, allowed);
}

function argumentCounts(message: string): string {
  return lowerDetail(/Expected .*$/u.exec(message)?.[0] ?? message);
}

function lowerDetail(message: string): string {
  const detail = message.replace(/^error: /u, '').replace(/\.$/u, '');
  return detail.charAt(0).toLowerCase() + detail.slice(1);
}
