import { oneLine } from '../printable.ts';

// What XML 1.0 has no way to write, not even as a reference, and what a terminal or an editor could obey.
const FORBIDDEN =
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFDD0-\uFDEF\uFFFE\uFFFF]/gu;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** Text for the content of an element in XML or HTML; what cannot be shown becomes �. */
export function markupText(text: string): string {
  return clean(text).replaceAll(/[&<>"']/gu, (character) => ESCAPES[character] ?? character);
}

/** Text for a quoted attribute; line ends and tabs are kept. */
export function markupAttribute(text: string): string {
  return clean(text).replaceAll(/[&<>"'\t\n\r]/gu, (character) => ESCAPES[character] ?? character);
}

function clean(text: string): string {
  return text.replace(FORBIDDEN, '\uFFFD').replace(/\p{Surrogate}/gu, '\uFFFD');
}

/** Attributes of one element, each with a space before it; every value as one line. */
export function attributesOf(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${markupAttribute(oneLine(value))}"`)
    .join('');
}
