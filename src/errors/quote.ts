/** Quotes one word for a POSIX shell, so that a command in a message can be pasted whatever the path is called. */
export function shellQuote(word: string): string {
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
