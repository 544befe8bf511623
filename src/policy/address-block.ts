import ipaddr from 'ipaddr.js';
import { parsed, refused, type Parsed } from './parsed.ts';

/** Ranges that an egress rule may open: private use (RFC 1918, RFC 4193) and shared space, which tailnets use (RFC 6598). */
const PRIVATE_RANGES = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'];

/** Addresses in private ranges where clouds answer with credentials. */
const METADATA_ADDRESSES = ['100.100.100.200', 'fd00:ec2::254', 'fd20:ce::254'];

/** An address or a CIDR block, loosely; for the JSON Schema. */
export const ADDRESS_BLOCK_PATTERN = '^[0-9A-Fa-f:.]+(?:/[0-9]{1,3})?$';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * Reads a CIDR block of private addresses in its normal form; a single address becomes /32 or /128.
 * Refuses blocks that are not wholly private, and blocks whose address has bits outside the block.
 */
export function parsePrivateBlock(text: string): Parsed<string> {
  const [addressText = '', prefixText, ...rest] = text.split('/');
  const address = parseAddress(addressText);
  if (!address || rest.length > 0) return refused(notABlock(text));
  const width = address.kind() === 'ipv4' ? 32 : 128;
  const prefix =
    prefixText === undefined ? width : /^(?:0|[1-9][0-9]{0,2})$/.test(prefixText) ? Number(prefixText) : -1;
  if (prefix < 0 || prefix > width)
    return refused(`needs a prefix length from 0 to ${width} after the slash`);
  const network = networkOf(address, prefix);
  const block = `${network.toString()}/${prefix}`;
  const problem = rangeProblem(network, prefix);
  if (problem) return refused(problem);
  if (network.toString() !== address.toString()) {
    return refused(
      `is an address inside a block; write "${block}" for the block or "${address.toString()}/${width}" for the address alone`,
    );
  }
  return parsed(block);
}

/** Strict: four decimal parts without leading zeros, or IPv6 without a zone. */
function parseAddress(text: string): Address | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) {
    return text.split('.').some((part) => /^0[0-9]/.test(part)) ? null : ipaddr.IPv4.parse(text);
  }
  return text.includes(':') && !text.includes('%') && ipaddr.IPv6.isValid(text)
    ? ipaddr.IPv6.parse(text)
    : null;
}

function notABlock(text: string): string {
  if (/[a-z]/i.test(text) && text.includes('.'))
    return 'is a name; write the private addresses that it resolves to, such as "192.168.1.20/32"';
  return 'is not an address block; write one such as "192.168.1.20/32" or "10.0.0.0/8"';
}

function networkOf(address: Address, prefix: number): Address {
  const bytes = address
    .toByteArray()
    .map((byte, index) => byte & (0xff << Math.max(0, 8 - Math.max(0, prefix - index * 8))) & 0xff);
  return ipaddr.fromByteArray(bytes);
}

function rangeProblem(network: Address, prefix: number): string | undefined {
  if (PRIVATE_RANGES.some((range) => contains(range, network, prefix))) {
    const single = prefix === (network.kind() === 'ipv4' ? 32 : 128);
    const isMetadata =
      single &&
      METADATA_ADDRESSES.some((metadata) => ipaddr.parse(metadata).toString() === network.toString());
    return isMetadata
      ? 'is the metadata address of a cloud, which gives out credentials; it stays closed'
      : undefined;
  }
  if (prefix === 0) return 'is every address; write only the private ones that the name resolves to';
  if (PRIVATE_RANGES.some((range) => covers(range, network, prefix))) {
    return `reaches beyond private addresses; blocks inside ${PRIVATE_RANGES.join(', ')} do not`;
  }
  switch (network.range()) {
    case 'loopback':
      return 'is loopback, which in the egress container is that container itself; it stays closed';
    case 'linkLocal':
      return 'is link-local, where clouds give out credentials; it stays closed';
    case 'unicast':
      return 'is public; public addresses are allowed already, remove it';
    default:
      return `is not wholly private; blocks inside ${PRIVATE_RANGES.join(', ')} are`;
  }
}

/** True when the range lies inside the block. */
function covers(range: string, network: Address, prefix: number): boolean {
  const [base] = ipaddr.parseCIDR(range);
  return base.kind() === network.kind() && networkOf(base, prefix).toString() === network.toString();
}

/** True when the block lies inside the range. */
function contains(range: string, network: Address, prefix: number): boolean {
  const [base, length] = ipaddr.parseCIDR(range);
  if (base.kind() !== network.kind() || prefix < length) return false;
  return networkOf(network, length).toString() === base.toString();
}
