import type { FirewallNames } from './names.ts';
import { type FirewallRule, familyOf } from './rules.ts';

/**
 * The rules as a table of their own, for `nft -f`: put in place of the earlier one in a single step of the kernel.
 * Its chains come before those of Docker, UFW and iptables, and a packet dropped there stays dropped whatever they say.
 */
export function nftRules(rules: readonly FirewallRule[], { table, comment }: FirewallNames): string {
  const chain = (name: FirewallRule['chain']): string[] => [
    `  chain ${name} {`,
    `    type filter hook ${name} priority filter - 10; policy accept;`,
    ...rules.filter((rule) => rule.chain === name).map((rule) => `    ${nftRule(rule)}`),
    '  }',
  ];
  return [
    // The first line makes the second one succeed where there is none yet.
    `table inet ${table}`,
    `delete table inet ${table}`,
    `table inet ${table} {`,
    `  comment "${comment}"`,
    ...chain('input'),
    ...chain('forward'),
    '}',
    '',
  ].join('\n');
}

function nftRule(rule: FirewallRule): string {
  const words = [
    rule.from === undefined ? '' : `iifname "${rule.from}"`,
    rule.notFrom === undefined ? '' : `iifname != "${rule.notFrom}"`,
    rule.to === undefined ? '' : `oifname "${rule.to}"`,
    nftMatch(rule.match),
    rule.verdict === 'pass' ? 'accept' : 'counter drop',
  ];
  return words.filter(Boolean).join(' ');
}

function nftMatch(match: FirewallRule['match']): string {
  if (match === undefined) return '';
  if (match.kind === 'established') return 'ct state established,related';
  if (match.kind === 'neighbour') return 'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert }';
  if (match.kind === 'redirected') return 'ct direction original ct status dnat';
  // Only what the engine has redirected: the container's own address and port stay closed.
  if (match.kind === 'published')
    return `meta l4proto ${match.protocol} ct status dnat ct original proto-dst ${match.port}`;
  const { protocol, port, address } = match;
  const to = address === undefined ? '' : `${familyOf(address) === 'v6' ? 'ip6' : 'ip'} daddr ${address} `;
  return `${to}${protocol} dport ${port}`;
}
