// The lexical grammar of JSON5 (https://spec.json5.org): what stands at an offset of a text, and where it ends.

/** A text that is not JSON5, and the offset at which that shows. */
export class Json5SyntaxError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** A value that was read, and the offset behind it. */
export interface Scanned<T> {
  value: T;
  end: number;
}

const space = /[\t\v\f \u00A0\uFEFF\n\r\u2028\u2029\p{Zs}]/u;
const lineEnd = /[\n\r\u2028\u2029]/g;
const plainName = /[A-Za-z$_][\w$]*/y;
const identifierStart = /[\p{L}\p{Nl}$_]/u;
const identifierPart = /[\p{L}\p{Nl}$_\p{Mn}\p{Mc}\p{Nd}\p{Pc}\u200C\u200D]/u;
const number = /[+-]?(?:Infinity|NaN|0[xX][0-9a-fA-F]+|(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)/y;
const plainText = { '"': /[^"\\\n\r]*/y, "'": /[^'\\\n\r]*/y };
const code = /x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})/y;
const continuedLine = /\r\n|[\n\r\u2028\u2029]/y;
const escapes: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', 0: '\0' };

/** Offset of the first character at or behind `offset` that is neither white space nor part of a comment. */
export function skipTrivia(text: string, offset: number): number {
  let at = offset;
  while (at < text.length) {
    const letter = text[at] ?? '';
    if (letter === '/') {
      const end = commentEnd(text, at);
      if (end === undefined) return at;
      at = end;
    } else if (letter === ' ' || letter === '\n') at += 1;
    else if ((letter > ' ' && letter <= '~') || !space.test(letter)) return at;
    else at += 1;
  }
  return at;
}

/** Where the comment that begins at `start` ends, its line end excluded; undefined when none begins there. */
export function commentEnd(text: string, start: number): number | undefined {
  if (text.startsWith('//', start)) {
    lineEnd.lastIndex = start;
    return lineEnd.exec(text)?.index ?? text.length;
  }
  if (!text.startsWith('/*', start)) return undefined;
  const end = text.indexOf('*/', start + 2);
  if (end === -1) throw new Json5SyntaxError('The comment does not end.', start);
  return end + 2;
}

/** The text between quotes that begins at `start`. */
export function scanString(text: string, start: number): Scanned<string> {
  const quote = text[start] === "'" ? "'" : '"';
  const plain = plainText[quote];
  let value = '';
  let at = start + 1;
  for (;;) {
    plain.lastIndex = at;
    const part = plain.exec(text)?.[0] ?? '';
    value += part;
    at += part.length;
    const letter = text[at];
    if (letter === quote) return { value, end: at + 1 };
    if (letter !== '\\') throw new Json5SyntaxError('The text in quotes does not end on its line.', start);
    const escaped = scanEscape(text, at);
    value += escaped.value;
    at = escaped.end;
  }
}

/** The escape sequence whose backslash is at `start`. */
function scanEscape(text: string, start: number): Scanned<string> {
  code.lastIndex = start + 1;
  const digits = code.exec(text);
  if (digits) {
    const value = String.fromCharCode(Number.parseInt(digits[1] ?? digits[2] ?? '', 16));
    return { value, end: code.lastIndex };
  }
  continuedLine.lastIndex = start + 1;
  if (continuedLine.test(text)) return { value: '', end: continuedLine.lastIndex };
  const letter = text[start + 1] ?? '';
  if (letter === '' || 'xu123456789'.includes(letter) || /^0\d/.test(text.slice(start + 1, start + 3)))
    throw new Json5SyntaxError('This escape sequence is not known.', start);
  return { value: escapes[letter] ?? letter, end: start + 2 };
}

/** The name that begins at `start`; undefined when none does. */
export function scanIdentifier(text: string, start: number): Scanned<string> | undefined {
  plainName.lastIndex = start;
  let value = plainName.exec(text)?.[0] ?? '';
  let at = start + value.length;
  for (;;) {
    const letter = letterAt(text, at);
    if (!(at === start ? identifierStart : identifierPart).test(letter.value)) break;
    value += letter.value;
    at = letter.end;
  }
  if (text[at] === '\\') throw new Json5SyntaxError('This escape sequence is not known in a name.', at);
  return at === start ? undefined : { value, end: at };
}

/** A letter of a name, which may be written as `\uXXXX`. */
function letterAt(text: string, at: number): Scanned<string> {
  const digits = text[at] === '\\' ? /^\\u([0-9a-fA-F]{4})/.exec(text.slice(at, at + 6)) : null;
  if (digits) return { value: String.fromCharCode(Number.parseInt(digits[1] ?? '', 16)), end: at + 6 };
  if (at >= text.length) return { value: '', end: at };
  const value = String.fromCodePoint(text.codePointAt(at) ?? 0);
  return { value, end: at + value.length };
}

/** The number that begins at `start`; undefined when none does. */
export function scanNumber(text: string, start: number): Scanned<number> | undefined {
  number.lastIndex = start;
  const written = number.exec(text)?.[0];
  if (written === undefined) return undefined;
  const sign = written.startsWith('-') ? -1 : 1;
  const digits = written.replace(/^[+-]/, '');
  return { value: sign * Number(digits), end: start + written.length };
}

/** True when a key can be written without quotes. */
export function isIdentifier(name: string): boolean {
  try {
    return !name.includes('\\') && scanIdentifier(name, 0)?.end === name.length;
  } catch {
    return false;
  }
}
