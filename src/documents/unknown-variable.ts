// A variable that is set nowhere: its value is unknown, and neither "" nor "${NAME}" may stand for it, since both can be
// what somebody really wrote. Two noncharacters, which no file may contain, mark its name.
const open = '\uFDD0';
const close = '\uFDD1';
const pattern = /\uFDD0([^\uFDD0\uFDD1]*)\uFDD1/gu;

/** The mark that takes the place of `${name}` in a text. */
export function unknownVariable(name: string): string {
  return open + name + close;
}

export function hasUnknownVariable(text: string): boolean {
  return text.includes(open);
}

/** Names of the variables that a text depends on, in order, each once. */
export function unknownVariables(text: string): string[] {
  if (!hasUnknownVariable(text)) return [];
  return [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))];
}

/** The text as people know it, with `${NAME}` for every mark. */
export function showUnknown(text: string): string {
  if (!hasUnknownVariable(text)) return text;
  return text.replaceAll(pattern, (_, name: string) => `\${${name}}`);
}

/** Removes marks from a text that was read, so that a file cannot contain one. */
export function withoutMarks(text: string): string {
  return text.includes(open) || text.includes(close) ? text.replaceAll(/[\uFDD0\uFDD1]/gu, '\uFFFD') : text;
}
