import type { FirewallNames } from './names.ts';
import type { FirewallTool } from './script.ts';

/** Texts of what systemd is told. */
export interface FirewallUnit {
  /** Of a unit of its own. */
  unit: string;
  /** Of an addition to nftables.service; null where that does the rules no harm. */
  dropIn: string | null;
}

const HEADER = '# Written by clawproof firewall on; taken away by clawproof firewall off.';

/** How the rules come back after whatever takes them away: a start of the host, the engine, or nftables.service. */
export function firewallUnit(names: FirewallNames, tool: FirewallTool): FirewallUnit {
  return {
    unit: ownUnit(names, tool),
    // It empties only the one of the kernel's two firewalls.
    dropIn: tool === 'iptables-legacy' ? null : dropIn(names),
  };
}

/**
 * The unit that loads the rules at each start of the host. A table of nft's own is there before the engine starts, so no
 * container ever runs without it. Rules of iptables hang in a chain of the engine's and are loaded once it has started, and
 * again each time it has.
 */
function ownUnit({ deployment, script }: FirewallNames, tool: FirewallTool): string {
  const own = tool === 'nft';
  return [
    HEADER,
    '[Unit]',
    `Description=Firewall rules of the OpenClaw deployment ${deployment}`,
    // What these do at their start may take all rules away.
    `After=nftables.service netfilter-persistent.service ufw.service firewalld.service${own ? '' : ' docker.service'}`,
    ...(own
      ? ['Before=docker.service']
      : // Restarted or reloaded with what takes the rules away.
        ['PartOf=docker.service netfilter-persistent.service', 'ReloadPropagatedFrom=docker.service']),
    '',
    '[Service]',
    'Type=oneshot',
    'RemainAfterExit=yes',
    `ExecStart=/bin/sh ${script}`,
    `ExecReload=/bin/sh ${script}`,
    '',
    '[Install]',
    'WantedBy=multi-user.target docker.service',
    '',
  ].join('\n');
}

/**
 * Debian's nftables.service runs "nft flush ruleset" when it is stopped, and in most settings when it is started or reloaded.
 * A unit of our own could follow its start, but not its stop: that is done before. The minus keeps a failure of ours from
 * being one of its.
 */
function dropIn({ script }: FirewallNames): string {
  const again = `-/bin/sh ${script}`;
  return [
    HEADER,
    '[Service]',
    `ExecStartPost=${again}`,
    `ExecReload=${again}`,
    `ExecStopPost=${again}`,
    '',
  ].join('\n');
}
