/** An element with its attributes and what is in it, entities resolved. */
export interface XmlElement {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  text: string;
}

const NAME = '[A-Za-z_][\\w.-]*';
const TOKEN = new RegExp(
  `<(?<close>/)?(?<name>${NAME})(?<attributes>(?:\\s+${NAME}="[^<"]*")*)\\s*(?<empty>/)?>|(?<text>[^<]+)`,
  'uy',
);
// oxlint-disable-next-line no-control-regex -- control characters are what XML forbids
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/u;
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Reads the XML that our writers may use: elements, quoted attributes, text and references; nothing else.
 * @throws Error for anything that is not well-formed
 */
export function parseXml(document: string): XmlElement {
  const body = document.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/u, '');
  if (FORBIDDEN.test(body)) throw new Error('a character that XML has no place for');
  const root: XmlElement = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < body.length) {
    const start = TOKEN.lastIndex;
    const groups = TOKEN.exec(body)?.groups;
    if (!groups) throw new Error(`not well-formed at ${JSON.stringify(body.slice(start, start + 60))}`);
    take(groups, open);
  }
  if (open.length !== 1 || root.children.length !== 1) throw new Error('not one element');
  return root.children[0] as XmlElement;
}

function take(groups: Record<string, string | undefined>, open: XmlElement[]): void {
  const parent = open.at(-1);
  if (!parent) throw new Error('too many ends');
  const { close, name = '', attributes = '', empty, text } = groups;
  if (text !== undefined) {
    if (text.includes(']]>')) throw new Error(']]> in text');
    parent.text += resolved(text);
  } else if (close !== undefined) {
    if (open.pop()?.name !== name || attributes !== '') throw new Error(`wrong end of ${name}`);
  } else {
    const element: XmlElement = { name, attributes: attributesOf(attributes), children: [], text: '' };
    parent.children.push(element);
    if (empty === undefined) open.push(element);
  }
}

function attributesOf(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(new RegExp(`(${NAME})="([^"]*)"`, 'gu'))) {
    if (name in found) throw new Error(`two attributes ${name}`);
    // Line ends and tabs that are not written as references become spaces.
    found[name] = resolved(value.replaceAll(/[\t\r\n]/gu, ' '));
  }
  return found;
}

function resolved(text: string): string {
  return text.replaceAll(/&([^;]*);?/gu, (reference, name: string) => {
    const number = /^#(\d+)$/u.exec(name)?.[1];
    const character = number === undefined ? ENTITIES[name] : String.fromCodePoint(Number(number));
    if (character === undefined || !reference.endsWith(';'))
      throw new Error(`unknown reference ${reference}`);
    return character;
  });
}
