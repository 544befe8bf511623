import { endOfQuoted } from './quotes.ts';

export interface Heredoc {
  name: string;
  /** True for `<<-`: tabs in front of its lines do not count. */
  stripsTabs: boolean;
}

const namePattern = /^[^\s<>'"`\\;&|()]+/;
/** More than anybody writes in one instruction. */
const mostHeredocs = 64;

/** Heredocs that a line announces with `<<NAME`, `<<-NAME` or `<<"NAME"`; those in quotes and `<<<` are none. */
export function findHeredocs(line: string, escape: string): Heredoc[] {
  const heredocs: Heredoc[] = [];
  let at = 0;
  while (at < line.length && heredocs.length < mostHeredocs) {
    const quoted = endOfQuoted(line, at, escape);
    if (quoted > at) at = quoted;
    else if (line.startsWith('<<', at)) {
      const found = heredocAt(line, at);
      if (found) heredocs.push(found.heredoc);
      at = found?.end ?? endOfAngles(line, at);
    } else at += 1;
  }
  return heredocs;
}

/** The operator must begin a word, behind the number of a file descriptor at most. */
function heredocAt(line: string, at: number): { heredoc: Heredoc; end: number } | undefined {
  if (line[at + 2] === '<' || !beginsWord(line, at)) return undefined;
  const stripsTabs = line[at + 2] === '-';
  const start = at + (stripsTabs ? 3 : 2);
  const quote = line[start];
  if (quote !== '"' && quote !== "'") {
    const name = namePattern.exec(line.slice(start, start + 256))?.[0];
    return name === undefined ? undefined : { heredoc: { name, stripsTabs }, end: start + name.length };
  }
  const close = line.indexOf(quote, start + 1);
  const name = line.slice(start + 1, Math.max(start + 1, close));
  return name === '' ? undefined : { heredoc: { name, stripsTabs }, end: close + 1 };
}

function beginsWord(line: string, at: number): boolean {
  let before = at;
  while (before > 0 && /\d/.test(line[before - 1] ?? '')) before -= 1;
  return before === 0 || /\s/.test(line[before - 1] ?? '');
}

function endOfAngles(line: string, at: number): number {
  let end = at;
  while (line[end] === '<') end += 1;
  return end;
}
