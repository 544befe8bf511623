import type { YamlStyle } from './style.ts';

/** What YAML 1.1 or 1.2 reads as something else than text. */
const NOT_TEXT: readonly RegExp[] = [
  /^(?:~|null|true|false|yes|no|on|off|y|n)$/i,
  // Integers in every base, with underscores; floats; infinity and not-a-number.
  /^[-+]?(?:0[bB][01_]+|0[oO]?[0-7_]+|0[xX][\da-fA-F_]+|[\d][\d_]*)$/,
  /^[-+]?(?:[\d][\d_]*)?\.?[\d_]*(?:[eE][-+]?\d+)?$/,
  /^[-+]?\.(?:inf|nan)$/i,
  // Base 60, which makes a number of "22:22".
  /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/,
  /^\d{4}-\d\d?-\d\d?(?:[Tt\s].*)?$/,
  /^(?:=|<<)$/,
];

/** Characters that a plain or single-quoted text cannot show; noncharacters and lone halves of pairs among them. */
// oxlint-disable-next-line no-control-regex
const NEEDS_ESCAPE = /[\u0000-\u001F\u007F-\u009F\u2028\u2029\uFEFF\uFFFE\uFFFF]|\p{Surrogate}/u;

/** Longer keys are no simple keys any more. */
const MAX_KEY = 1000;

/**
 * A text as YAML: plain where every reader takes it for that text, else in quotes.
 * @param like the quotes that stood there or that its neighbours have; those of the file when it needs some
 */
export function stringText(
  value: string,
  style: YamlStyle,
  options: { isFlow: boolean; like?: 'plain' | 'single' | 'double' | undefined },
): string {
  const { isFlow, like = 'plain' } = options;
  if (NEEDS_ESCAPE.test(value)) return doubleQuoted(value);
  if (like === 'double') return doubleQuoted(value);
  if (like === 'single') return singleQuoted(value);
  if (isPlain(value, isFlow)) return value;
  // A text with quotes or backslashes is easier to read in the quotes that leave them alone.
  if (style.quote === 'single' || /["\\]/.test(value)) return singleQuoted(value);
  return doubleQuoted(value);
}

export function keyAsText(
  key: string,
  style: YamlStyle,
  options: { isFlow: boolean; isQuoted?: boolean },
): string | undefined {
  if (key.length > MAX_KEY) return undefined;
  if (key === '<<') return key;
  return stringText(key, style, {
    isFlow: options.isFlow,
    ...(options.isQuoted === true ? { like: 'double' as const } : {}),
  });
}

/** A number, truth value or nothing as YAML. */
export function otherScalarText(value: number | boolean | null): string {
  if (typeof value !== 'number') return value === null ? 'null' : String(value);
  if (Number.isNaN(value)) return '.nan';
  return Number.isFinite(value) ? String(value) : value > 0 ? '.inf' : '-.inf';
}

/** What a plain text may not begin with, hold, or end with; beside that, what brackets and braces take for theirs. */
const NOT_PLAIN: readonly RegExp[] = [
  /^$|^\s|\s$|[^\S ]/,
  /^[,[\]{}#&*!|>'"%@`]|^[-?:](?:\s|$)|^---|^\.\.\./,
  /:(?:\s|$)|\s#/,
];
const NOT_PLAIN_IN_FLOW = /[,[\]{}]|^[-?:]|:["']/;

function isPlain(value: string, isFlow: boolean): boolean {
  if (NOT_TEXT.some((pattern) => pattern.test(value))) return false;
  if (NOT_PLAIN.some((pattern) => pattern.test(value))) return false;
  return !isFlow || !NOT_PLAIN_IN_FLOW.test(value);
}

function singleQuoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

const SHORT: Readonly<Record<string, string>> = {
  '"': String.raw`\"`,
  '\\': '\\\\',
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
};

function doubleQuoted(value: string): string {
  const escaped = value.replaceAll(
    // oxlint-disable-next-line no-control-regex
    /["\\\u0000-\u001F\u007F-\u009F\u2028\u2029\uFEFF\uFFFE\uFFFF]|\p{Surrogate}/gu,
    (character) => SHORT[character] ?? String.raw`\u` + character.charCodeAt(0).toString(16).padStart(4, '0'),
  );
  return `"${escaped}"`;
}
