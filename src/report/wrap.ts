import { isPlain, textWidth } from './width.ts';

/** Breaks one paragraph at spaces into lines of at most `columns`; a longer word keeps a line of its own. */
export function wrapText(text: string, columns: number): string[] {
  const lines: string[] = [];
  const isSimple = isPlain(text);
  let width = 0;
  for (const word of text.split(' ')) {
    const wordWidth = isSimple ? word.length : textWidth(word);
    const last = lines.at(-1);
    if (last !== undefined && width + 1 + wordWidth <= columns) {
      lines[lines.length - 1] = `${last} ${word}`;
      width += 1 + wordWidth;
    } else {
      lines.push(word);
      width = wordWidth;
    }
  }
  return lines;
}
