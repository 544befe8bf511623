import { parseDotenv } from '../documents/dotenv.ts';

/** A variable as a file of variables sets it. */
export interface FileVariable {
  file: string;
  name: string;
  value: string;
  /** The value as it is written, with its quotes. */
  written: string;
  /** Offset of the written value in the text of the file. */
  start: number;
}

/**
 * Looks variables up in a project's own file of variables (`.env`), which wins over defaults in its compose files.
 * @returns undefined for a name that the file does not set
 */
export function fileVariables(text: string, file: string): (name: string) => FileVariable | undefined {
  let variables: ReturnType<typeof parseDotenv>['variables'] | undefined;
  return (name) => {
    variables ??= parseDotenv(text, file, () => undefined).variables;
    // The last one of a name counts.
    const found = variables.findLast((variable) => variable.name === name);
    if (found === undefined || found.isInherited === true) return undefined;
    const { start, end } = found.range;
    return { file, name, value: found.value, written: text.slice(start, end), start };
  };
}
