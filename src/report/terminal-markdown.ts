import { printable } from './printable.ts';
import type { Style } from './style.ts';
import { wrapText } from './wrap.ts';

export interface MarkdownPage {
  style: Style;
  columns: number;
}

type Block =
  | { kind: 'heading'; text: string }
  | { kind: 'code'; lines: string[] }
  | { kind: 'item'; mark: string; text: string }
  | { kind: 'paragraph'; text: string };

const CODE_INDENT = '    ';

/**
 * Markdown for the terminal, for our own pages: headings, paragraphs, lists, fenced code, bold, code and links. Each block is
 * one text without a line end behind it; code is not broken.
 */
export function terminalMarkdown(text: string, page: MarkdownPage): string[] {
  const blocks = readBlocks(text);
  return blocks.map((block) => render(block, page));
}

function render(block: Block, { style, columns }: MarkdownPage): string {
  if (block.kind === 'code')
    return block.lines
      .map((line) => (line === '' ? '' : CODE_INDENT + style.dim(printable(line))))
      .join('\n');
  const hanging = block.kind === 'item' ? ' '.repeat(block.mark.length + 1) : '';
  const text = block.kind === 'heading' ? words(block.text, style.bold) : inline(block.text, style);
  const lines = wrapText(text, columns - hanging.length);
  const mark = block.kind === 'item' ? `${block.mark} ` : '';
  return lines.map((line, index) => (index === 0 ? mark : hanging) + line).join('\n');
}

/** Marks of emphasis and code become colours, so that `wrapText` counts what is seen. */
function inline(text: string, style: Style): string {
  return text
    .split(/(`[^`]+`)/u)
    .map((part) => {
      if (part.length > 2 && part.startsWith('`')) return words(part.slice(1, -1), style.cyan);
      return printable(part)
        .replaceAll(/\[([^\]]+)\]\(([^)]+)\)/gu, '$1 ($2)')
        .replaceAll(/\*\*([^*]+)\*\*/gu, (_, bold: string) => words(bold, style.bold));
    })
    .join('');
}

/** A colour on each word by itself: a line may break between them. */
function words(text: string, colour: (text: string) => string): string {
  return printable(text)
    .split(' ')
    .map((word) => colour(word))
    .join(' ');
}

function readBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  let code: string[] | undefined;
  let isOpen = false;
  for (const line of text.split(/\r?\n/u)) {
    if (line.startsWith('```')) {
      if (code) blocks.push({ kind: 'code', lines: code });
      code = code ? undefined : [];
      isOpen = false;
    } else if (code) code.push(line.replaceAll('\t', '  '));
    else isOpen = readLine(blocks, line, isOpen);
  }
  if (code) blocks.push({ kind: 'code', lines: code });
  return blocks;
}

/** Takes one line outside of code; returns whether the next one may go on with its block. */
function readLine(blocks: Block[], line: string, isOpen: boolean): boolean {
  const heading = /^#{1,6} (.+)$/u.exec(line)?.[1];
  const item = /^(?<mark>[-*]|\d+\.) (?<text>.+)$/u.exec(line)?.groups;
  const last = blocks.at(-1);
  if (line.trim() === '') return false;
  if (heading !== undefined) {
    blocks.push({ kind: 'heading', text: heading });
    return false;
  }
  if (item) blocks.push({ kind: 'item', mark: item['mark'] ?? '-', text: item['text'] ?? '' });
  else if (isOpen && last && (last.kind === 'paragraph' || last.kind === 'item'))
    last.text += ` ${line.trim()}`;
  else blocks.push({ kind: 'paragraph', text: line.trim() });
  return true;
}
