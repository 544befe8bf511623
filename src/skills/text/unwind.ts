import type { TextKind } from '../types.ts';

/**
 * Undoes what shells and languages join again by themselves: empty quotes and backslashes in words, `${IFS}`, variables with
 * a literal value, added strings. Lines stay lines. Undefined when nothing was there to undo.
 */
export function unwind(text: string, kind: TextKind): string | undefined {
  const shell = kind === 'shell' || kind === 'markdown' || kind === 'text';
  const unwound = joinStrings(shell ? unwindShell(text) : text);
  return unwound === text ? undefined : unwound;
}

function unwindShell(text: string): string {
  const plain = joinLines(text)
    .replace(/\$\{?IFS\}?(?:%\?\?)?|\$'\\(?:t|x20|040)'/g, ' ')
    .replace(/(?<=\w)(?:''|"")(?=\w)/g, '')
    .replace(/\\(?=[a-z]{1,8}\b)(?<=\b[a-z]{1,8}\\)/g, '')
    .replace(
      /\$\(\s*(?:printf|echo(?: -e)?)\s+["']?((?:\\[0-7]{3}|\\x[0-9a-f]{2})+)["']?\s*\)/gi,
      (_, run: string) => unescape(run),
    )
    .replace(/\$\(\s*echo\s+["']?([0-9a-f]{4,})["']?\s*\|\s*xxd\s+-r\s+-p\s*\)/gi, (_, run: string) =>
      printable(Buffer.from(run, 'hex').toString('latin1')),
    );
  return replaceVariables(plain);
}

/** One line in place of those that end with a backslash; as many line ends follow, so that later lines keep their numbers. */
function joinLines(text: string): string {
  if (!/\\\r?\n/.test(text)) return text;
  const lines: string[] = [];
  let begun: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.endsWith('\\')) begun.push(line.slice(0, -1));
    else {
      const joined = [...begun, line].map((part, place) => (place === 0 ? part : part.trimStart())).join(' ');
      lines.push(joined, ...begun.map(() => ''));
      begun = [];
    }
  }
  return [...lines, ...begun].join('\n');
}

function unescape(run: string): string {
  const codes = [...run.matchAll(/\\(?:x([0-9a-f]{2})|([0-7]{3}))/gi)];
  return printable(
    codes
      .map(([, hex, octal]) => Number.parseInt(hex ?? octal ?? '0', hex === undefined ? 8 : 16))
      .map((code) => String.fromCharCode(code))
      .join(''),
  );
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}

const MOST_VARIABLES = 200;

function replaceVariables(text: string): string {
  const values = new Map<string, string>();
  for (const [, name = '', quoted, single, bare] of text.matchAll(
    /(?:^|[;&|\s])([A-Za-z_]\w{0,40})=(?:"([^"$`\n]{0,200})"|'([^'\n]{0,200})'|([\w./:@%+-]{1,200}))(?=[;&|\s]|$)/g,
  )) {
    if (values.size < MOST_VARIABLES) values.set(name, quoted ?? single ?? bare ?? '');
  }
  if (values.size === 0) return text;
  return text.replace(
    /\$(?:\{([A-Za-z_]\w{0,40})\}|([A-Za-z_]\w{0,40}))/g,
    (whole, braced?: string, plain?: string) => {
      const name = braced ?? plain ?? '';
      return values.get(name) ?? whole;
    },
  );
}

function joinStrings(text: string): string {
  let joined = text;
  for (let pass = 0; pass < 12; pass += 1) {
    const next = joined.replace(
      /(["'])([^"'\n\\]{0,200})\1[ \t]*\+[ \t]*(["'])([^"'\n\\]{0,200})\3/g,
      '$1$2$4$1',
    );
    if (next === joined) break;
    joined = next;
  }
  return joined;
}
