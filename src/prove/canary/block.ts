/**
 * Addresses of one canary. They look public, so that no filter for private addresses hides what a filter for all others
 * lets through, and nobody's packets ever go there: the blocks belong to a transition technique that is out of use (AMT, RFC
 * 7450), and are in the registries of special-purpose addresses as globally reachable.
 */
export interface CanaryBlock {
  /** 0 to 31: several proofs on one host get one each. */
  slot: number;
  v4: string;
  /** The host's end of the link. */
  hostV4: string;
  blockV4: string;
  v6: string;
  hostV6: string;
  blockV6: string;
  /** Names of the two ends of the link; the second one becomes the canary's `eth0`. */
  link: string;
  peer: string;
  /** Number of the routing table, and priority of the rules that lead to it. */
  table: number;
}

export const SLOTS = 32;
/** Metric of the route that stays when the link goes: no other route is as bad. */
export const LAST_METRIC = 4_294_967_295;
export const LINK_PREFIX = 'cproofv';
const FIRST_TABLE = 52_190;
const RULE_PRIORITY = 5219;

export function canaryBlock(slot: number): CanaryBlock {
  const first = slot * 8;
  const six = `2001:3:c1a0:${slot.toString(16)}`;
  return {
    slot,
    v4: `192.52.193.${first + 2}`,
    hostV4: `192.52.193.${first + 1}`,
    blockV4: `192.52.193.${first}/29`,
    v6: `${six}::2`,
    hostV6: `${six}::1`,
    blockV6: `${six}::/64`,
    link: `${LINK_PREFIX}${slot}`,
    peer: `cproofp${slot}`,
    table: FIRST_TABLE + slot,
  };
}

/** Order in which a run tries the slots, so that two that begin together seldom try the same. */
export function slotOrder(id: string): number[] {
  const start = Number.parseInt(id.slice(0, 8), 16) % SLOTS;
  return Array.from({ length: SLOTS }, (_, index) => (start + index) % SLOTS);
}

/** Shell commands that take the first free slot and print it. What goes there is refused from now on, until there is a link. */
export function reserveScript(slots: readonly number[], owner: string): string {
  const lines = slots.map((slot) => {
    const { link, peer, blockV4, blockV6 } = canaryBlock(slot);
    return [
      `if ip link add ${link} type veth peer name ${peer} 2>/dev/null; then`,
      `  ip link set ${link} alias ${quoted(owner)}`,
      `  ip route add unreachable ${blockV4} metric ${LAST_METRIC} 2>/dev/null || ip route show ${blockV4} | grep -q unreachable || { ip link del ${link}; exit 4; }`,
      `  ip -6 route add unreachable ${blockV6} metric ${LAST_METRIC} 2>/dev/null || :`,
      `  echo ${slot}; exit 0`,
      'fi',
    ].join('\n');
  });
  return [...lines, 'exit 3'].join('\n');
}

/** Moves the far end of the link into the network namespace of a process. */
export function joinScript(block: CanaryBlock, pid: number, extra: readonly string[]): string {
  const { link, peer, v4, v6, hostV4, hostV6 } = block;
  const inside = [
    `ip link set ${peer} name eth0`,
    `ip addr add ${v4}/29 dev eth0`,
    ...extra.map((address) => `ip addr add ${address} dev lo`),
    'ip link set eth0 up',
    'ip link set lo up',
    `ip route add default via ${hostV4}`,
    `sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.default.disable_ipv6=0 net.ipv6.conf.eth0.disable_ipv6=0 2>/dev/null || :`,
    `ip -6 addr add ${v6}/64 dev eth0 nodad 2>/dev/null || :`,
    `ip -6 route add default via ${hostV6} 2>/dev/null || :`,
  ].join('; ');
  return [
    'set -e',
    `ip link set ${peer} netns ${pid}`,
    `ip addr add ${hostV4}/29 dev ${link}`,
    // Answers come from addresses that are elsewhere for this host.
    `echo 2 > /proc/sys/net/ipv4/conf/${link}/rp_filter`,
    `ip link set ${link} up`,
    `ip -6 addr add ${hostV6}/64 dev ${link} nodad 2>/dev/null || :`,
    `nsenter -t ${pid} -n sh -ec ${quoted(inside)}`,
    // A connection that comes in from there to something of this host is answered there, whatever else has such an address.
    `ip route show ${block.blockV4} | grep -q ${link}`,
  ].join('\n');
}

/**
 * Leads what containers with these addresses send to these destinations to the canary, and refuses what else they send
 * beyond this host and its containers: not one of their packets leaves. Only theirs: the host's own packets and those of
 * all other containers go where they always go.
 */
export function divertScript(
  { table, v4, link }: CanaryBlock,
  sources: readonly string[],
  destinations: readonly string[],
): string {
  return [
    'set -e',
    // Networks of containers keep the routes that they have; nothing else has one.
    `ip route replace unreachable default metric ${LAST_METRIC} table ${table}`,
    'ip route show table main scope link | while read -r block _ device _; do',
    `  case "$device" in br-*|docker*|cproof*) ip route replace throw "$block" table ${table} || :;; esac`,
    'done',
    ...destinations.map((each) => `ip route replace ${each}/32 via ${v4} dev ${link} table ${table}`),
    ...sources.map((each) => `ip rule add from ${each} lookup ${table} priority ${RULE_PRIORITY}`),
  ].join('\n');
}

export function undivertScript({ table }: CanaryBlock, sources: readonly string[]): string {
  return sources
    .map((each) => `ip rule del from ${each} lookup ${table} priority ${RULE_PRIORITY} 2>/dev/null || :`)
    .join('\n');
}

/** Undoes everything of these slots. The route that refuses goes last. */
export function releaseScript(slots: readonly number[]): string {
  return slots
    .map(canaryBlock)
    .map(({ link, table, blockV4, blockV6 }) =>
      [
        `while ip rule del lookup ${table} 2>/dev/null; do :; done`,
        `ip link del ${link} 2>/dev/null || :`,
        `ip route flush table ${table} 2>/dev/null || :`,
        `ip route del unreachable ${blockV4} metric ${LAST_METRIC} 2>/dev/null || :`,
        `ip -6 route del unreachable ${blockV6} metric ${LAST_METRIC} 2>/dev/null || :`,
      ].join('\n'),
    )
    .join('\n');
}

/** Prints "link SLOT OWNER" and "route BLOCK" for what this and earlier runs made. */
export function surveyScript(): string {
  return [
    'command -v ip >/dev/null && command -v nsenter >/dev/null || exit 127',
    `for f in /sys/class/net/${LINK_PREFIX}*; do [ -e "$f" ] || continue; n=\${f##*/${LINK_PREFIX}}; echo "link $n $(cat "$f/ifalias")"; done`,
    `ip route show type unreachable | while read -r _ block _; do echo "route $block"; done`,
  ].join('\n');
}

/** What the survey found: slots in use with their owners, and slots of which only the route is left. */
export function readSurvey(text: string): { links: { slot: number; owner: string }[]; bare: number[] } {
  const links = [...text.matchAll(/^link (\d+) (.*)$/gm)].map(([, slot, owner = '']) => ({
    slot: Number(slot),
    owner: owner.trim(),
  }));
  const routed = [...text.matchAll(/^route 192\.52\.193\.(\d+)\/29$/gm)].map(
    ([, first]) => Number(first) / 8,
  );
  return { links, bare: routed.filter((slot) => !links.some((link) => link.slot === slot)) };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
