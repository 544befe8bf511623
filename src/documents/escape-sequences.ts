// Control sequences: CSI (colours, cursor), OSC (titles, links) and two-byte escapes.
// oxlint-disable-next-line no-control-regex -- the escape character is what it looks for
const ESCAPES = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[@-Z\\-_])/gu;

/** A text without what a terminal would obey instead of showing it. */
export function withoutEscapes(text: string): string {
  return text.replace(ESCAPES, '');
}
