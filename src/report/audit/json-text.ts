// Characters that JSON leaves as they are and a terminal or an editor may obey. They stand only inside of strings.
const OBEYED = /[\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/gu;

/** JSON with two spaces an indent, `indent` more before each line but the first; what a terminal could obey is escaped. */
export function jsonText(value: unknown, indent = ''): string {
  const text = JSON.stringify(value, null, 2) ?? 'null';
  const escaped = text.replace(
    OBEYED,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return indent === '' ? escaped : escaped.replaceAll('\n', `\n${indent}`);
}
