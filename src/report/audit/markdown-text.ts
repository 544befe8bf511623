import { oneLine } from '../printable.ts';

/** Keeps what follows from becoming a mention, a reference to an issue or a link. It has no width. */
const JOINER = '\u2060';

/**
 * Text of a stranger as plain text in Markdown: one line, no markup, no HTML, no link, no picture, no mention.
 */
export function markdownText(text: string): string {
  return oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll(/[\\`*_[\]|~$]/gu, String.raw`\$&`)
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/^(\s*)([-+=#])/gu, String.raw`$1\$2`)
    .replaceAll(/^(\s*\d+)([.)])/gu, String.raw`$1\$2`)
    .replaceAll(/:(?=\/\/)/gu, String.raw`\:`)
    .replaceAll(/\b(www|xmpp|mailto)([.:])/giu, String.raw`$1\$2`)
    .replaceAll(/(?<![A-Za-z0-9])@|@(?=[\w-]+\.)/gu, `@${JOINER}`)
    .replaceAll(/(#|\bGH-)(?=\d)/giu, `$1${JOINER}`);
}

/** Text of a stranger as code: nothing in it means anything. */
export function markdownCode(text: string): string {
  const content = oneLine(text);
  const longest = Math.max(0, ...(content.match(/`+/gu) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = /^`|`$|^ .* $/u.test(content) || content.trim() === '' ? ' ' : '';
  return `${fence}${space}${content}${space}${fence}`;
}

/** The same inside of a table, where even code may hold no bare bar. */
export function markdownCellCode(text: string): string {
  return markdownCode(text).replaceAll('|', String.raw`\|`);
}

/** Lines of code of a stranger in a fence that they cannot close. */
export function markdownFence(lines: readonly string[]): string {
  const longest = Math.max(2, ...lines.flatMap((line) => line.match(/`+/gu) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, ...lines, fence].join('\n');
}
