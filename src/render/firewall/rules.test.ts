import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { iptablesRules } from './iptables.ts';
import { firewallNames } from './names.ts';
import { nftRules } from './nft.ts';
import { type Family, type FirewallFacts, type FirewallRule, firewallRules } from './rules.ts';

const NAMES = firewallNames('openclaw', '0123abcd');

interface Packet {
  chain: 'input' | 'forward';
  family: Family;
  from: string;
  to: string;
  state: 'new' | 'established';
  protocol: 'tcp' | 'udp' | 'icmpv6';
  port: number;
  address: string;
  /** Port of the host that the engine redirected from. */
  publishedPort: number | null;
}

/** What the rules do with a packet, as the kernel goes through them. */
function judge(rules: readonly FirewallRule[], packet: Packet): 'pass' | 'drop' {
  const found = rules.find((rule) => matches(rule, packet));
  return found?.verdict ?? 'pass';
}

function matches(rule: FirewallRule, packet: Packet): boolean {
  const { match } = rule;
  return (
    rule.chain === packet.chain &&
    rule.families.includes(packet.family) &&
    (rule.from === undefined || rule.from === packet.from) &&
    (rule.notFrom === undefined || rule.notFrom !== packet.from) &&
    (rule.to === undefined || rule.to === packet.to) &&
    (match === undefined || matchesKind(match, packet))
  );
}

function matchesKind(match: NonNullable<FirewallRule['match']>, packet: Packet): boolean {
  if (match.kind === 'established') return packet.state === 'established';
  if (match.kind === 'neighbour') return packet.protocol === 'icmpv6';
  if (match.kind === 'redirected') return packet.state === 'new' && packet.publishedPort !== null;
  if (match.kind === 'published')
    return packet.protocol === match.protocol && packet.publishedPort === match.port;
  return (
    packet.protocol === match.protocol &&
    packet.port === match.port &&
    (match.address === undefined || match.address === packet.address)
  );
}

const INTERFACES = ['br-0123456789ab', 'br-ba9876543210', 'cproof-30-224', 'eth0', 'lo', 'docker0', 'wlan0'];
const bridgeName = fc.constantFrom(...INTERFACES.slice(0, 3));
const ADDRESSES = ['10.0.0.53', '192.168.1.1', 'fd00::53'];
const port = fc.integer({ min: 1, max: 65_535 });

const facts: fc.Arbitrary<FirewallFacts> = fc.record({
  name: fc.constant('openclaw'),
  bridges: fc.uniqueArray(
    fc.record({
      network: fc.constant('openclaw_front'),
      bridge: bridgeName,
      hasWayOut: fc.boolean(),
      mayUseHost: fc.boolean(),
    }),
    { selector: ({ bridge }) => bridge, minLength: 1, maxLength: 3 },
  ),
  nameservers: fc.subarray(ADDRESSES),
  hostPorts: fc.array(port, { maxLength: 3 }),
  exposed: fc.array(fc.record({ protocol: fc.constantFrom('tcp' as const, 'udp' as const), port }), {
    maxLength: 2,
  }),
});

const packet: fc.Arbitrary<Packet> = fc.record({
  chain: fc.constantFrom('input' as const, 'forward' as const),
  family: fc.constantFrom('v4' as const, 'v6' as const),
  from: fc.constantFrom(...INTERFACES),
  to: fc.constantFrom(...INTERFACES),
  state: fc.constantFrom('new' as const, 'established' as const),
  protocol: fc.constantFrom('tcp' as const, 'udp' as const, 'icmpv6' as const),
  port: fc.oneof(port, fc.constantFrom(22, 53, 443)),
  address: fc.constantFrom(...ADDRESSES),
  publishedPort: fc.option(port),
});

describe('the rules', () => {
  propertyTest.prop([facts, packet], { numRuns: 500 })(
    'never drop what does not come from, or go to, an interface of the deployment',
    (known, sent) => {
      const own = new Set(known.bridges.map(({ bridge }) => bridge));
      const isRedirected = own.has(sent.from) && sent.publishedPort !== null;
      const isOurs = own.has(sent.chain === 'input' ? sent.from : sent.to) || isRedirected;
      fc.pre(!isOurs);
      expect(judge(firewallRules(known), sent)).toBe('pass');
    },
  );

  propertyTest.prop([facts, packet], { numRuns: 500 })(
    'let nothing new from the containers reach the host, but names and what the policy lists',
    (known, sent) => {
      const bridge = known.bridges.find((one) => one.bridge === sent.from);
      fc.pre(bridge !== undefined && sent.state === 'new' && sent.protocol !== 'icmpv6');
      const { hasWayOut, mayUseHost } = bridge;
      const isName = sent.port === 53 && known.nameservers.includes(sent.address) && hasWayOut;
      const isListed = sent.protocol === 'tcp' && known.hostPorts.includes(sent.port);
      const mayPass = isName || (isListed && mayUseHost);
      if (mayPass) return;
      expect(judge(firewallRules(known), { ...sent, chain: 'input' })).toBe('drop');
    },
  );

  propertyTest.prop([facts, packet], { numRuns: 500 })(
    'let nothing new reach the containers from elsewhere, but what is exposed and came through the published port',
    (known, sent) => {
      const bridge = known.bridges.find((one) => one.bridge === sent.to);
      fc.pre(bridge !== undefined && sent.state === 'new' && sent.from !== sent.to);
      const { hasWayOut } = bridge;
      const isExposed = known.exposed.some(
        (one) => one.port === sent.publishedPort && one.protocol === sent.protocol,
      );
      const expected = isExposed && hasWayOut ? 'pass' : 'drop';
      expect(judge(firewallRules(known), { ...sent, chain: 'forward' })).toBe(expected);
    },
  );

  propertyTest.prop([facts, packet], { numRuns: 500 })(
    'let nothing new from the containers reach a port that other containers publish here, but what the policy lists',
    (known, sent) => {
      const own = known.bridges.map(({ bridge }) => bridge);
      const bridge = known.bridges.find((one) => one.bridge === sent.from);
      fc.pre(bridge !== undefined && sent.state === 'new' && !own.includes(sent.to));
      const isListed = sent.protocol === 'tcp' && known.hostPorts.some((one) => sent.publishedPort === one);
      const isFree = sent.publishedPort === null || (isListed && bridge.mayUseHost);
      expect(judge(firewallRules(known), { ...sent, chain: 'forward' })).toBe(isFree ? 'pass' : 'drop');
    },
  );

  propertyTest.prop([facts])('name an interface of the deployment on every line that is written', (known) => {
    const rules = firewallRules(known);
    const own = known.bridges.map(({ bridge }) => bridge);
    const nft = nftRules(rules, NAMES)
      .split('\n')
      .filter((line) => / (accept|drop)$/.test(line));
    const iptables = (['v4', 'v6'] as const)
      .flatMap((family) => iptablesRules(rules, family, NAMES))
      .filter((line) => line.startsWith('-A '));
    expect(nft.length).toBeGreaterThan(0);
    for (const line of nft) expect(own).toContain(/(?:^|\s)[io]ifname "([^"]+)"/.exec(line)?.[1]);
    for (const line of iptables) expect(own).toContain(/(?<! !) -[io] (\S+)/.exec(line)?.[1]);
    // A name server of one family is no business of the other.
    expect(iptables.filter((line) => / -d \S*:/.test(line)).length).toBe(
      known.bridges.filter(({ hasWayOut }) => hasWayOut).length *
        known.nameservers.filter((address) => address.includes(':')).length *
        2,
    );
  });
});

const EXAMPLE: FirewallFacts = {
  name: 'openclaw',
  bridges: [{ network: 'openclaw_front', bridge: 'br-0123456789ab', hasWayOut: true, mayUseHost: true }],
  nameservers: ['10.0.0.53', 'fd00::53'],
  hostPorts: [11_434],
  exposed: [{ protocol: 'tcp', port: 443 }],
};

test('nft gets a table of its own, put in place of the one before', () => {
  expect(nftRules(firewallRules(EXAMPLE), NAMES)).toBe(`table inet clawproof_0123abcd
delete table inet clawproof_0123abcd
table inet clawproof_0123abcd {
  comment "clawproof: openclaw"
  chain input {
    type filter hook input priority filter - 10; policy accept;
    iifname "br-0123456789ab" ct state established,related accept
    iifname "br-0123456789ab" icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
    iifname "br-0123456789ab" ip daddr 10.0.0.53 udp dport 53 accept
    iifname "br-0123456789ab" ip daddr 10.0.0.53 tcp dport 53 accept
    iifname "br-0123456789ab" ip6 daddr fd00::53 udp dport 53 accept
    iifname "br-0123456789ab" ip6 daddr fd00::53 tcp dport 53 accept
    iifname "br-0123456789ab" tcp dport 11434 accept
    iifname "br-0123456789ab" counter drop
  }
  chain forward {
    type filter hook forward priority filter - 10; policy accept;
    oifname "br-0123456789ab" ct state established,related accept
    oifname "br-0123456789ab" meta l4proto tcp ct status dnat ct original proto-dst 443 accept
    iifname != "br-0123456789ab" oifname "br-0123456789ab" counter drop
    iifname "br-0123456789ab" meta l4proto tcp ct status dnat ct original proto-dst 11434 accept
    iifname "br-0123456789ab" ct direction original ct status dnat counter drop
  }
}
`);
});

test('iptables gets two chains of its own, in each family', () => {
  expect(iptablesRules(firewallRules(EXAMPLE), 'v6', NAMES)).toEqual([
    ':CLAWPROOF-IN-0123abcd - [0:0]',
    ':CLAWPROOF-FWD-0123abcd - [0:0]',
    '-A CLAWPROOF-IN-0123abcd -i br-0123456789ab -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN',
    '-A CLAWPROOF-IN-0123abcd -i br-0123456789ab -p ipv6-icmp -m icmp6 --icmpv6-type 135 -j RETURN',
    '-A CLAWPROOF-IN-0123abcd -i br-0123456789ab -p ipv6-icmp -m icmp6 --icmpv6-type 136 -j RETURN',
    '-A CLAWPROOF-IN-0123abcd -i br-0123456789ab -d fd00::53 -p udp -m udp --dport 53 -j RETURN',
    '-A CLAWPROOF-IN-0123abcd -i br-0123456789ab -d fd00::53 -p tcp -m tcp --dport 53 -j RETURN',
    '-A CLAWPROOF-IN-0123abcd -i br-0123456789ab -p tcp -m tcp --dport 11434 -j RETURN',
    '-A CLAWPROOF-IN-0123abcd -i br-0123456789ab -j DROP',
    '-A CLAWPROOF-FWD-0123abcd -o br-0123456789ab -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN',
    '-A CLAWPROOF-FWD-0123abcd -o br-0123456789ab -p tcp -m conntrack --ctstate DNAT --ctorigdstport 443 -j RETURN',
    '-A CLAWPROOF-FWD-0123abcd ! -i br-0123456789ab -o br-0123456789ab -j DROP',
    '-A CLAWPROOF-FWD-0123abcd -i br-0123456789ab -p tcp -m conntrack --ctstate DNAT --ctorigdstport 11434 -j RETURN',
    '-A CLAWPROOF-FWD-0123abcd -i br-0123456789ab -m conntrack --ctstate DNAT --ctdir ORIGINAL -j DROP',
  ]);
});
