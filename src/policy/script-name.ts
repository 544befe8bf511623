import { parsed, refused, type Parsed } from './parsed.ts';

/** Endings of scripts; programs of the system have none, so that no script is taken for one of these. */
export const SCRIPT_ENDINGS = ['sh', 'bash', 'py', 'js', 'mjs', 'cjs', 'pl', 'rb'] as const;

export const SCRIPT_NAME_PATTERN = `^[a-z0-9][a-z0-9_-]{0,49}\\.(?:${SCRIPT_ENDINGS.join('|')})$`;

const SCRIPT_NAME = new RegExp(SCRIPT_NAME_PATTERN);

/** Name of a file in the folder of scripts: OpenClaw compares names without regard to case, so all letters are small. */
export function parseScriptName(text: string): Parsed<string> {
  if (SCRIPT_NAME.test(text)) return parsed(text);
  if (/[/\\]/.test(text)) return refused('is a path; write only the name of a file in the folder scripts');
  if (SCRIPT_NAME.test(text.toLowerCase()))
    return refused(`has capital letters; write ${text.toLowerCase()}`);
  return refused(
    `is no name of a script; it must be small letters, digits, - and _ with one of the endings ${SCRIPT_ENDINGS.map((ending) => `.${ending}`).join(', ')}`,
  );
}
