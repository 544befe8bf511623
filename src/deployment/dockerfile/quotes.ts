/**
 * Offset behind what is quoted or escaped at `at`; `at` itself when nothing is. A quote that is never closed reaches to the
 * end of the text.
 */
export function endOfQuoted(text: string, at: number, escape: string): number {
  const letter = text[at];
  if (letter === escape) return Math.min(at + 2, text.length);
  if (letter === "'") {
    const close = text.indexOf("'", at + 1);
    return close < 0 ? text.length : close + 1;
  }
  return letter === '"' ? endOfDoubleQuotes(text, at + 1, escape) : at;
}

function endOfDoubleQuotes(text: string, from: number, escape: string): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === escape) at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}
