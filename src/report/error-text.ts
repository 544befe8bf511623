import type { AppError, SourcePosition } from '../errors/app-error.ts';
import type { Style } from './style.ts';

/** An error as text for stderr: what happened, where, in what state things are, what to do. Ends with a line end. */
export function errorText(error: AppError, style: Style): string {
  const { message, state, next, position } = error.entry;
  const blocks = [`${style.red(style.bold('Error:'))} ${message}`];
  if (position !== undefined) blocks.push(positionText(position, style));
  blocks.push(state);
  if (next.length > 0)
    blocks.push(`${style.bold('What to do')}\n${next.map((line) => `  ${line}`).join('\n')}`);
  return `${blocks.join('\n\n')}\n\n${style.dim(`[${error.id}]`)}\n`;
}

/** An error as data, for `--json`. */
export function errorData(error: AppError): { ok: false; error: Record<string, unknown> } {
  const { exitCode, message, state, next, position } = error.entry;
  return {
    ok: false,
    error: { id: error.id, exitCode, message, state, next, ...(position && { position }) },
  };
}

interface ProgramFacts {
  version: string;
  node: string;
  platform: string;
}

/** An error of clawproof itself as data, for `--json`. */
export function bugData(stack: string, facts: ProgramFacts): { ok: false; error: Record<string, unknown> } {
  return {
    ok: false,
    error: {
      id: 'bug',
      exitCode: 70,
      message: 'clawproof stopped because of an error in itself',
      stack,
      ...facts,
    },
  };
}

/** What clawproof says about an error of its own. `stack` may name files of the program, never the user's secrets. */
export function bugText(stack: string, facts: ProgramFacts, style: Style): string {
  return [
    `${style.red(style.bold('Error:'))} clawproof stopped because of an error in itself. This is a bug, not something you did.`,
    '',
    stack,
    '',
    'What it was doing may be half done. The next "clawproof up" goes on from there; it loses nothing.',
    '',
    style.bold('What to do'),
    '  Please report it with the lines above (look through them first) and this one:',
    `  clawproof ${facts.version}, Node ${facts.node}, ${facts.platform}`,
    '',
  ].join('\n');
}

function positionText(position: SourcePosition, style: Style): string {
  const place = `${position.file}:${position.line}:${position.column}`;
  if (position.excerpt === undefined) return `  ${style.cyan(place)}`;
  const number = String(position.line);
  const margin = ' '.repeat(number.length);
  const indent = position.excerpt.slice(0, position.column - 1).replace(/[^\t]/gu, ' ');
  const marker = '^'.repeat(Math.max(1, position.length ?? 1));
  return [
    `  ${style.cyan(place)}`,
    `  ${style.dim(`${number} |`)} ${position.excerpt}`,
    `  ${style.dim(`${margin} |`)} ${indent}${style.red(marker)}`,
  ].join('\n');
}
