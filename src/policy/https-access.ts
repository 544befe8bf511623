import ipaddr from 'ipaddr.js';
import { parseHostName } from './host-name.ts';
import { parsed, refused, type Parsed } from './parsed.ts';

/** Where the certificate of the name comes from. */
export const CERTIFICATE_SOURCES = {
  acme: { doc: 'a certificate authority with ACME, such as Let’s Encrypt; needs port 80 to be reachable' },
  internal: { doc: 'an own authority in this deployment, whose root your devices have to trust' },
  files: { doc: 'your own files, in secrets/https' },
} as const;

export type CertificateSource = keyof typeof CERTIFICATE_SOURCES;

export const CERTIFICATE_SOURCE_NAMES = Object.keys(CERTIFICATE_SOURCES) as [
  CertificateSource,
  ...CertificateSource[],
];

/** Directory of Let's Encrypt. */
export const DEFAULT_ACME_DIRECTORY = 'https://acme-v02.api.letsencrypt.org/directory';

/** For the JSON Schema; `parseDirectory` decides. */
export const DIRECTORY_PATTERN = '^https://[^\\s"{}@?#]+$';
export const IPV4_PATTERN = '^[0-9]{1,3}(?:\\.[0-9]{1,3}){3}$';

/** How browsers reach the gateway from other machines; see `access.https` in settings.ts. */
export interface HttpsAccess {
  /** Lower-case DNS name. */
  domain: string;
  /** IPv4 addresses of the host that listen; without repetition. */
  addresses: string[];
  /** TCP port of HTTPS. */
  port: number;
  /** TCP port that only redirects to HTTPS; null = none. */
  redirectPort: number | null;
  certificate: CertificateSource;
  /** Used with `certificate: acme`. */
  acmeDirectory: string;
  /** True = the directory is trusted by config/certificates/acme-ca.pem instead of the public roots. */
  acmeCa: boolean;
  /** CIDR blocks in normal form of the callers that are let in; empty = everybody. */
  allow: string[];
  /** True = callers need a certificate that config/edge/client-ca.pem has signed. */
  clientCa: boolean;
  /** True = callers need a name and password of secrets/https/users. */
  basicAuth: boolean;
}

/** A name of which a certificate can be had: at least two parts, and no leading dot. */
export function parseDomain(text: string): Parsed<string> {
  if (text.startsWith('.')) return refused('begins with a dot; one exact name is needed');
  const name = parseHostName(text);
  if (!name.ok) return name;
  if (!name.value.includes('.'))
    return refused('has only one part; write the full name, such as "claw.example.org"');
  return name;
}

/** An IPv4 address of this host to listen on. */
export function parseListenAddress(text: string): Parsed<string> {
  if (text.includes(':'))
    return refused(
      'is IPv6; Docker hides the address of IPv6 callers, which would pass the allowlist as this host',
    );
  if (!ipaddr.IPv4.isValidFourPartDecimal(text) || text.split('.').some((part) => /^0[0-9]/.test(part)))
    return refused('is no IPv4 address of this host; write one such as "203.0.113.7", or "0.0.0.0" for all');
  return parsed(text);
}

/** A CIDR block of callers in its normal form; a single address becomes /32. Only IPv4: only that is published. */
export function parseCallerBlock(text: string): Parsed<string> {
  const [address = '', prefixText = '32', ...rest] = text.split('/');
  if (address.includes(':'))
    return refused('is IPv6, and the port is published on IPv4 only; nobody would come from it');
  const isPrefix = /^(?:0|[1-9]\d?)$/.test(prefixText) && Number(prefixText) <= 32;
  if (!parseListenAddress(address).ok || !isPrefix || rest.length > 0)
    return refused('is no address block; write one such as "203.0.113.0/24" or "198.51.100.7"');
  const prefix = Number(prefixText);
  if (prefix === 0) return refused('is every address; leave the allowlist out to let everybody in');
  const block = `${ipaddr.IPv4.networkAddressFromCIDR(`${address}/${prefix}`).toString()}/${prefix}`;
  if (block !== `${address}/${prefix}`)
    return refused(`is an address inside a block; write "${block}" for the block or "${address}/32"`);
  return parsed(block);
}

/** URL of an ACME directory. */
export function parseDirectory(text: string): Parsed<string> {
  if (!new RegExp(DIRECTORY_PATTERN).test(text) || !URL.canParse(text))
    return refused(`is no https URL of an ACME directory, such as "${DEFAULT_ACME_DIRECTORY}"`);
  const url = new URL(text);
  return url.href === text ? parsed(text) : refused(`is not in its normal form; write "${url.href}"`);
}

/** The origin that browsers send, e.g. "https://claw.example.org" or with ":8443" behind it. */
export function httpsOrigin({ domain, port }: Pick<HttpsAccess, 'domain' | 'port'>): string {
  return port === 443 ? `https://${domain}` : `https://${domain}:${port}`;
}
