import type { FirewallNames } from './names.ts';
import type { Family, FirewallRule } from './rules.ts';

/** Lines for iptables-restore that fill the two chains of a deployment, in one family. */
export function iptablesRules(
  rules: readonly FirewallRule[],
  family: Family,
  { input, forward }: FirewallNames,
): string[] {
  return [
    `:${input} - [0:0]`,
    `:${forward} - [0:0]`,
    ...rules
      .filter(({ families }) => families.includes(family))
      .flatMap((rule) => iptablesRule(rule, rule.chain === 'input' ? input : forward)),
  ];
}

function iptablesRule(rule: FirewallRule, chain: string): string[] {
  const interfaces = [
    rule.from === undefined ? '' : `-i ${rule.from}`,
    rule.notFrom === undefined ? '' : `! -i ${rule.notFrom}`,
    rule.to === undefined ? '' : `-o ${rule.to}`,
  ];
  return iptablesMatches(rule.match).map((match) =>
    ['-A', chain, ...interfaces, match, '-j', rule.verdict === 'pass' ? 'RETURN' : 'DROP']
      .filter(Boolean)
      .join(' '),
  );
}

/** One for each rule that it takes. */
function iptablesMatches(match: FirewallRule['match']): string[] {
  if (match === undefined) return [''];
  if (match.kind === 'established') return ['-m conntrack --ctstate RELATED,ESTABLISHED'];
  if (match.kind === 'neighbour')
    return ['135', '136'].map((type) => `-p ipv6-icmp -m icmp6 --icmpv6-type ${type}`);
  if (match.kind === 'redirected') return ['-m conntrack --ctstate DNAT --ctdir ORIGINAL'];
  if (match.kind === 'published')
    return [`-p ${match.protocol} -m conntrack --ctstate DNAT --ctorigdstport ${match.port}`];
  const { protocol, port, address } = match;
  const to = address === undefined ? '' : `-d ${address} `;
  return [`${to}-p ${protocol} -m ${protocol} --dport ${port}`];
}
