// Control characters, and those that turn the direction of writing: they could draw something else than what is there.
const UNPRINTABLE =
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  /[\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFDD0\uFDD1\uFEFF\uFFFE\uFFFF]/gu;

/** Nearly all text: there is nothing to replace. */
const ORDINARY = /^[\u0020-\u007E]*$/;

const REPLACEMENT = '\uFFFD';

/**
 * Text of a stranger as one line that shows what is there and does nothing else: tabs and line ends become spaces,
 * control characters, turns of the writing direction and halves of characters become �.
 */
export function oneLine(text: string): string {
  if (ORDINARY.test(text)) return text;
  return printable(text.replaceAll(/[\r\n]+/gu, ' ').replaceAll('\t', ' '));
}

/** The same for text in which tabs and line ends were dealt with before: they become �, too. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, REPLACEMENT).replace(/\p{Surrogate}/gu, REPLACEMENT);
}
