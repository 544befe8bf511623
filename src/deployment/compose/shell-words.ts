/** An escape, a quoted text, white space, an operator of a shell, or a plain text. */
const TOKEN = /\\([^]?)|"((?:\\[^]|[^"\\])*)"?|'([^']*)'?|(\s+)|([;&|<>])|[^\\"'\s;&|<>]+/g;

/**
 * Splits a command line into words as Compose does: at white space outside of quotes, with backslashes that take the
 * meaning from the next character. What stands behind an operator of a shell is not part of the command.
 */
export function splitCommand(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (const match of text.matchAll(TOKEN)) {
    const [token, escaped, double, single, space, operator] = match;
    if (operator !== undefined) break;
    if (space === undefined) {
      word = (word ?? '') + (escaped ?? double?.replaceAll(/\\([^])/g, '$1') ?? single ?? token);
    } else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  return word === undefined ? words : [...words, word];
}
