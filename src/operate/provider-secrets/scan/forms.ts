/** A known key that is searched for. */
export interface KnownSecret {
  /** What it is called in the report: "OPENAI_API_KEY", "the gateway token". */
  name: string;
  value: string;
}

/** One way in which a key may be written somewhere. */
export interface Form {
  name: string;
  /** Completes "NAME, …"; empty for the key as it is. */
  how: string;
  bytes: Buffer;
}

/** Shorter ones would be found everywhere. */
const SHORTEST = 8;

/** All the ways in which a key is looked for; none for one that is too short. */
export function formsOf({ name, value }: KnownSecret): Form[] {
  if (value.length < SHORTEST) return [];
  const texts: [string, string][] = [
    ['', value],
    ['URL-encoded', encodeURIComponent(value)],
    ['JSON-escaped', JSON.stringify(value).slice(1, -1)],
    ['as hexadecimal', Buffer.from(value).toString('hex')],
    ...base64Forms(value).map((text): [string, string] => ['in base64', text]),
    // Of a key of many lines, one line that says enough.
    ...(value.includes('\n') ? [['', longestLine(value)] as [string, string]] : []),
  ];
  const seen = new Set<string>();
  return texts.flatMap(([how, text]) => {
    if (text.length < SHORTEST || seen.has(text)) return [];
    seen.add(text);
    return [{ name, how, bytes: Buffer.from(text) }];
  });
}

/** The middle of a key's base64 text for each of the three places in a group of bytes at which it may begin. */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value);
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const first = Math.ceil((before * 8) / 6);
    const middle = text.slice(first, Math.floor(((before + bytes.length) * 8) / 6));
    const url = middle.replaceAll('+', '-').replaceAll('/', '_');
    return url === middle ? [middle] : [middle, url];
  });
}

function longestLine(value: string): string {
  return value.split('\n').reduce((longest, line) => (line.length > longest.length ? line : longest), '');
}
