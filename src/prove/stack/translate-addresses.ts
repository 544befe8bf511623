/** A block of a network of the target and the one that its twin has in its place; both IPv4, "172.18.0.0/16". */
export interface AddressMapping {
  from: string;
  to: string;
  /** Single addresses that have another place in the twin: the host's own in a network. Address → address. */
  addresses?: Readonly<Record<string, string>>;
}

/** Four decimal parts that are no piece of something longer (a version, another address), with a prefix length perhaps. */
const ADDRESS = /(?<![\d.])(\d{1,3}(?:\.\d{1,3}){3})(\/\d{1,2})?(?!\d|\.\d)/g;

/**
 * Replaces all addresses of the target's networks by those of the twin's. An address keeps its place in its network; a block
 * that is one of the networks becomes the twin's, one within it moves. What does not fit into the twin's network stays.
 */
export function translateAddresses(text: string, mappings: readonly AddressMapping[]): string {
  return text.replaceAll(ADDRESS, (whole, address: string, prefix: string | undefined) => {
    for (const mapping of mappings) {
      const moved = prefix === undefined ? moveAddress(address, mapping) : moveBlock(whole, mapping);
      if (moved !== undefined) return moved;
    }
    return whole;
  });
}

/** The same for every text in JSON data; keys stay. */
export function translateValue<T>(value: T, mappings: readonly AddressMapping[]): T {
  if (typeof value === 'string') return translateAddresses(value, mappings) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => translateValue(item, mappings)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, translateValue(item as unknown, mappings)]),
  ) as T;
}

/** Greatest place in its network that any address of `block` in these texts has; 0 when there is none. */
export function highestPlace(texts: readonly string[], block: string): number {
  const range = blockOf(block);
  if (range === undefined) return 0;
  const places = texts.flatMap((text) =>
    [...text.matchAll(ADDRESS)].flatMap(([, address = '']) => {
      const number = numberOf(address);
      return number === undefined || !isWithin(number, range) ? [] : [number - range.first];
    }),
  );
  return Math.max(0, ...places);
}

function moveAddress(address: string, { from, to, addresses = {} }: AddressMapping): string | undefined {
  const special = Object.hasOwn(addresses, address) ? addresses[address] : undefined;
  if (special !== undefined) return special;
  const [source, target, number] = [blockOf(from), blockOf(to), numberOf(address)];
  if (source === undefined || target === undefined || number === undefined || !isWithin(number, source))
    return undefined;
  const place = number - source.first;
  return place < target.size ? textOf(target.first + place) : undefined;
}

function moveBlock(text: string, mapping: AddressMapping): string | undefined {
  const [block, source] = [blockOf(text), blockOf(mapping.from)];
  if (block === undefined || source === undefined || !isWithin(block.first, source)) return undefined;
  const [address = '', bits = ''] = text.split('/');
  if (block.size === source.size && numberOf(address) === source.first) return mapping.to;
  // Wider than the network: what it stands for is not the network.
  if (block.size > source.size) return undefined;
  const moved = moveAddress(address, mapping);
  const target = blockOf(mapping.to);
  if (moved === undefined || target === undefined) return undefined;
  return block.size > target.size ? mapping.to : `${moved}/${bits}`;
}

interface Block {
  first: number;
  size: number;
}

/** Undefined for anything but an IPv4 block. */
export function blockOf(text: string): Block | undefined {
  const [address = '', bits = '', ...rest] = text.split('/');
  const number = numberOf(address);
  const length = /^\d{1,2}$/.test(bits) ? Number(bits) : -1;
  if (number === undefined || rest.length > 0 || length < 0 || length > 32) return undefined;
  const size = 2 ** (32 - length);
  return { first: Math.floor(number / size) * size, size };
}

/** The address behind the block's own. */
export function firstAddress(block: string): string | undefined {
  const range = blockOf(block);
  return range === undefined ? undefined : textOf(range.first + 1);
}

/** True when an IPv4 address lies in the block. */
export function blockHolds(block: string, address: string): boolean {
  const [range, number] = [blockOf(block), numberOf(address)];
  return range !== undefined && number !== undefined && isWithin(number, range);
}

function isWithin(number: number, { first, size }: Block): boolean {
  return number >= first && number < first + size;
}

function numberOf(address: string): number | undefined {
  const parts = address.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255))
    return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

function textOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
