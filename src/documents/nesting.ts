/**
 * Offset at which a YAML text may become nested deeper than `limit`, judged by its brackets, the dashes in front of its
 * lines and the steps of its indentation alone. A parser that recurses must not see such a text: running out of stack
 * within V8 can end the whole process. Brackets in quotes count as well, so that a text may be called deep that is not,
 * but nobody writes one.
 */
export function tooDeepAt(text: string, limit: number): number | undefined {
  const indents: number[] = [];
  const lead = /(?:[ \t]|[?-](?=[ \t]))*/y;
  let brackets = 0;
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    lead.lastIndex = start;
    const before = lead.exec(text)?.[0] ?? '';
    const first = start + before.length;
    const dashes = before.length - before.replaceAll(/[?-]/g, '').length;
    // A blank line says nothing about the lines around it.
    if (first < end || dashes > 0) {
      while ((indents.at(-1) ?? -1) >= before.length) indents.pop();
      indents.push(before.length);
      if (indents.length + dashes > limit) return first;
    }
    for (let index = first; index < end; index += 1) {
      brackets = Math.max(0, brackets + bracketStep(text.charCodeAt(index)));
      if (brackets > limit) return index;
    }
    start = end + 1;
  }
  return undefined;
}

function bracketStep(code: number): number {
  if (code === 0x5b || code === 0x7b) return 1;
  return code === 0x5d || code === 0x7d ? -1 : 0;
}
