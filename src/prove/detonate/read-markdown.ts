/** A piece of a Markdown file that asks for something. */
export interface MarkdownPart {
  kind: 'block' | 'inline' | 'prose';
  /** From 1. */
  line: number;
  /** Of a block: the word behind the fence, lower case. */
  language: string;
  text: string;
}

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([^\s`{]*)/;

/**
 * Blocks of code, pieces of code in a line, and the lines of text themselves, in their order.
 * @param skip lines at the beginning that are left out
 */
export function readMarkdown(text: string, skip = 0): MarkdownPart[] {
  const parts: MarkdownPart[] = [];
  // One that is never closed holds the rest.
  const blocks: Block[] = [];
  let block: Block | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (index < skip) continue;
    const [, fence, language = ''] = FENCE.exec(line.replace(LIST_MARK, '')) ?? [];
    if (block !== undefined) {
      if (fence?.startsWith(block.fence) === true && language === '') block = undefined;
      else block.lines.push(line);
    } else if (fence !== undefined) {
      const part: MarkdownPart = {
        kind: 'block',
        line: index + 1,
        language: language.toLowerCase(),
        text: '',
      };
      parts.push(part);
      block = { fence, part, lines: [] };
      blocks.push(block);
    } else parts.push(...lineParts(line, index + 1));
  }
  for (const { part, lines } of blocks) part.text = withoutIndent(lines);
  return parts;
}

interface Block {
  fence: string;
  part: MarkdownPart;
  lines: string[];
}

const LIST_MARK = /^(?:\s*(?:[-*+]|\d+[.)])\s+|\s+)(?=[`~]{3})/;

function lineParts(line: string, number: number): MarkdownPart[] {
  const codes = [...line.matchAll(/(?<!`)`([^`\n]+)`(?!`)/g)].map(([, code = '']): MarkdownPart => ({
    kind: 'inline',
    line: number,
    language: '',
    text: code.trim(),
  }));
  if (line.trim() === '') return codes;
  return [...codes, { kind: 'prose', line: number, language: '', text: line.trim() }];
}

function withoutIndent(lines: readonly string[]): string {
  const indents = lines
    .filter((line) => line.trim() !== '')
    .map((line) => /^\s*/.exec(line)?.[0].length ?? 0);
  const indent = Math.min(...indents, 40);
  return lines.map((line) => line.slice(indent)).join('\n');
}
