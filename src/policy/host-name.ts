import ipaddr from 'ipaddr.js';
import { parsed, refused, type Parsed } from './parsed.ts';

const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const VALID_LABEL = new RegExp(`^${LABEL}$`);

/** Host name of an egress rule, optionally with a leading dot and a closing one. For the JSON Schema. */
export const HOST_PATTERN = `\\.?${LABEL}(?:\\.${LABEL})*\\.?`;

/**
 * Reads a host name of an egress rule: lower-cases it and drops the root's closing dot; a leading dot stays.
 * Refuses what only looks like a host name (addresses, URLs, wildcards) and says what to write instead.
 */
export function parseHostName(text: string): Parsed<string> {
  const problem = urlProblem(text) ?? wildcardProblem(text) ?? addressProblem(text) ?? spellingProblem(text);
  if (problem) return refused(problem);
  const host = text.toLowerCase().replace(/\.$/, '');
  const labels = host.replace(/^\./, '').split('.');
  if (host.startsWith('.') && labels.length === 1)
    return refused(`would allow every name under ${labels[0]}; write more of the name`);
  if (labels.at(-1) === 'localhost') return refused('is the egress proxy’s own container, not this host');
  return parsed(host);
}

function urlProblem(text: string): string | undefined {
  if (!/[/@?#\\]/.test(text)) return undefined;
  if (isAddressBlock(text)) return addressProblem(text.split('/')[0] ?? '');
  const url = parseUrl(text);
  const host = url && parseHostName(url.hostname);
  const instead = url && host?.ok ? `: "${host.value}${url.port ? `:${url.port}` : ''}"` : '';
  const what = text.includes('://') ? 'is a web address' : 'is more than a host name';
  return `${what}; write only the host name${instead}`;
}

function isAddressBlock(text: string): boolean {
  return ipaddr.IPv4.isValidCIDR(text) || ipaddr.IPv6.isValidCIDR(text);
}

function parseUrl(text: string): URL | null {
  const url = text.includes('://') ? text.trim() : `https://${text.trim()}`;
  return URL.canParse(url) ? new URL(url) : null;
}

function wildcardProblem(text: string): string | undefined {
  if (!text.includes('*')) return undefined;
  if (text === '*' || text === '*.*')
    return 'would allow every host; list the hosts that the agent needs, or use preset baseline';
  const rest = text.replace(/^\*\.?/, '');
  const suffix = rest.includes('*') ? null : parseHostName(`.${rest}`);
  if (suffix?.ok) return `has a wildcard; for ${rest} and every name below it write "${suffix.value}"`;
  return 'has a wildcard in a place where it cannot stand; ".example.org" means example.org and every name below it';
}

function addressProblem(text: string): string | undefined {
  const bare = text.replace(/^\[|\]$/g, '');
  if (!looksLikeAddress(bare)) return undefined;
  return (
    'is an address, and egress decides by name; write the name that the certificate is for, ' +
    'and for a private address add it to that name’s privateAddresses'
  );
}

/** Also the spellings that programs take for IPv4 addresses: 127.1, 0x7f000001, 2130706433. */
function looksLikeAddress(text: string): boolean {
  return (
    ipaddr.isValid(text) ||
    /^[0-9][0-9.]*$/.test(text) ||
    /(?:^|\.)0x[0-9a-f]*\.?$/i.test(text) ||
    text.split(':').length > 2
  );
}

function spellingProblem(text: string): string | undefined {
  if (text.trim() === '') return 'is empty; write a host name such as "api.example.com"';
  if (/\s/.test(text)) return 'has a space; one host name an entry';
  if (/[^\x20-\x7e]/.test(text)) return foreignProblem(text);
  if (text.includes('_')) return 'has an underscore, which no host name can have';
  if (text.includes(':')) return 'has a port where only a host name can stand; ports are a key of their own';
  const name = text.replace(/^\./, '').replace(/\.$/, '');
  if (name.length > 253) return `is ${name.length} characters long; a host name has at most 253`;
  const label = name.split('.').find((part) => !VALID_LABEL.test(part));
  if (label === undefined) return undefined;
  if (label === '') return 'has an empty part between two dots';
  if (label.length > 63) return 'has a part of more than 63 characters between two dots';
  return `has a part that is no host name: "${label}"; letters, digits and inner hyphens are`;
}

function foreignProblem(text: string): string {
  const url = parseUrl(text.replace(/^\./, ''));
  const dot = text.startsWith('.') ? '.' : '';
  const ascii = url && parseHostName(`${dot}${url.hostname}`);
  const instead = ascii?.ok ? `; write its ASCII form "${ascii.value}"` : '';
  return `has letters outside ASCII${instead}. Look closely: some look like Latin ones and lead elsewhere`;
}
