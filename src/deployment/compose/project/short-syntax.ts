/** `SOURCE:TARGET:OPTIONS`, `SOURCE:TARGET` or `TARGET` of a service's `volumes`. */
export interface ShortVolume {
  source?: string;
  target: string;
  options?: string;
  /** The source is a path on the host, not the name of a volume. */
  isHostPath: boolean;
}

/**
 * Takes a volume in short syntax apart.
 * @returns undefined for what Compose does not accept
 */
export function parseShortVolume(text: string): ShortVolume | undefined {
  if (text === '') return undefined;
  if (text.length <= 2) return { target: text, isHostPath: false };
  const parts = splitVolume(text);
  if (parts.length > 3 || parts.includes('')) return undefined;
  const [first = '', target, options] = parts;
  if (target === undefined) return { target: first, isHostPath: false };
  return { source: first, target, ...(options !== undefined && { options }), isHostPath: isHostPath(first) };
}

/** At colons, except for the one behind the letter of a Windows drive. */
function splitVolume(text: string): string[] {
  const parts = [''];
  for (const character of text) {
    const part = parts.at(-1) ?? '';
    if (character === ':' && !/^\p{L}$/u.test(part)) parts.push('');
    else parts[parts.length - 1] = part + character;
  }
  return parts;
}

function isHostPath(source: string): boolean {
  return /^(?:[./~]|\\\\|\p{L}:)/u.test(source);
}

/** One published port, as Compose tells them apart. */
export interface ShortPort {
  address: string;
  /** A port, a range of ports, or '' for any. */
  published: string;
  target: number;
  protocol: string;
}

/**
 * `[[ADDRESS:]PUBLISHED:]TARGET[/PROTOCOL]`, with ranges spread out.
 * @returns undefined for what Compose does not accept
 */
export function parseShortPort(text: string): ShortPort[] | undefined {
  const parts = text.split(':');
  const [target = '', ...rest] = (parts.pop() ?? '').split('/');
  const published = parts.pop() ?? '';
  const address = parts.join(':').replace(/^\[(.*)\]$/, '$1');
  const protocol = (rest.join('/') || 'tcp').toLowerCase();
  const isRight = /^(?:tcp|udp|sctp)$/.test(protocol) && (address === '' || isAddress(address));
  return isRight ? spread(address, published, target, protocol) : undefined;
}

function spread(
  address: string,
  published: string,
  target: string,
  protocol: string,
): ShortPort[] | undefined {
  const targets = parseRange(target);
  const sources = parseRange(published);
  if (!targets || (published !== '' && !sources)) return undefined;
  const count = targets.last - targets.first + 1;
  if (sources && sources.last - sources.first + 1 !== count && count > 1) return undefined;
  return Array.from({ length: count }, (_, index) => ({
    address,
    published: publishedPort(sources, index, count),
    target: targets.first + index,
    protocol,
  }));
}

interface PortRange {
  first: number;
  last: number;
}

function publishedPort(range: PortRange | undefined, index: number, count: number): string {
  if (!range) return '';
  const first = String(range.first + index);
  return count === 1 && range.last > range.first ? `${first}-${range.last}` : first;
}

function parseRange(text: string): PortRange | undefined {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (!match) return undefined;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return last < first || last > 65_535 ? undefined : { first, last };
}

/** Close enough to what Go's parser of addresses takes; the engine refuses the rest. */
function isAddress(text: string): boolean {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(text))
    return text.split('.').every((part) => Number(part) <= 255 && (part === '0' || !part.startsWith('0')));
  return /^[0-9a-fA-F:.]+(?:%\w+)?$/.test(text) && text.includes(':');
}

/** `SOURCE[:TARGET[:PERMISSIONS]]` of a service's `devices`: its target. */
export function deviceTarget(text: string): string {
  const [source = '', target] = text.split(':');
  return target === undefined ? source : target;
}
