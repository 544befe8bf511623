import type { AppError, ErrorEntry } from '../errors/app-error.ts';
import { renderExcerpt } from './excerpt.ts';
import type { Style } from './style.ts';
import { wrapText } from './wrap.ts';

const DEFAULT_COLUMNS = 100;

/**
 * An error as text for stderr: what happened, where, in what state things are, what to do. Ends with a line end. Paragraphs are broken
 * at `columns`; commands, which are indented in `next`, are not.
 */
export function errorText(error: AppError, style: Style, columns: number = DEFAULT_COLUMNS): string {
  const { message, state, next } = error.entry;
  const blocks = [
    wrapText(`${style.red(style.bold('Error:'))} ${message}`, columns).join('\n'),
    ...placeBlocks(error.entry, style, columns),
    wrapText(state, columns).join('\n'),
  ];
  if (next.length > 0)
    blocks.push([style.bold('What to do'), ...next.flatMap((line) => nextLines(line, columns))].join('\n'));
  return `${blocks.join('\n\n')}\n\n${style.dim(`[${error.id}]`)}\n`;
}

/** An error as data, for `--json`. */
export function errorData(error: AppError): { ok: false; error: Record<string, unknown> } {
  const { exitCode, message, state, next, position, problems } = error.entry;
  return {
    ok: false,
    error: {
      id: error.id,
      exitCode,
      message,
      state,
      next,
      ...(position && { position }),
      ...(problems && { problems }),
    },
  };
}

/** Where the error is: the excerpt of its position, or each problem with its own when there are several. */
function placeBlocks({ position, problems }: ErrorEntry, style: Style, columns: number): string[] {
  if (problems === undefined)
    return position === undefined ? [] : [renderExcerpt(position, { columns, style }).join('\n')];
  return problems.map((problem) => {
    const excerpt = problem.position === undefined ? [] : renderExcerpt(problem.position, { columns, style });
    return [...wrapText(problem.message, columns), ...excerpt].join('\n');
  });
}

function nextLines(line: string, columns: number): string[] {
  const indent = '  ';
  const lines = line.startsWith(' ') ? [line] : wrapText(line, columns - indent.length);
  return lines.map((part) => indent + part);
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
