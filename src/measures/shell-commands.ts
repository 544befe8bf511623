/** A word of a shell script as written. */
export interface ShellWord {
  text: string;
  /** Offset in the script. */
  start: number;
}

/** Longer scripts are searched up to here. */
const MAX_LENGTH = 100_000;
const managers = /^(?:apt-get|apt|aptitude|apk|yum|dnf|microdnf|zypper)$/;
const nodeManagers = /^(?:npm|pnpm|yarn|bun)$/;

/**
 * The simple commands of a script, each with its words: cut at `;`, `&`, `|` and line ends, without an understanding of
 * quotes. Linear, whatever the script is.
 */
export function commandsIn(script: string): ShellWord[][] {
  const commands: ShellWord[][] = [[]];
  for (const match of script.slice(0, MAX_LENGTH).matchAll(/[^\s;&|]+|[;&|\n]/g)) {
    const [text] = match;
    if (/^[;&|\n]$/.test(text)) commands.push([]);
    else commands.at(-1)?.push({ text, start: match.index });
  }
  return commands.filter((words) => words.length > 0);
}

/** Packages of the system that commands install: words behind `install` or `add` that are no options. */
export function installedPackages(script: string): ShellWord[][] {
  return packagesOf(script, managers, /^(?:install|add|in)$/);
}

/** Packages that Node's managers install. */
export function nodePackages(script: string): ShellWord[][] {
  return packagesOf(script, nodeManagers, /^(?:install|i|add)$/);
}

function packagesOf(script: string, manager: RegExp, verb: RegExp): ShellWord[][] {
  return commandsIn(script).flatMap((words) => {
    const at = words.findIndex(({ text }) => manager.test(text));
    const from = at < 0 ? -1 : words.findIndex(({ text }, index) => index > at && verb.test(text));
    return from < 0 ? [] : [words.slice(from + 1).filter(({ text }) => !text.startsWith('-'))];
  });
}
