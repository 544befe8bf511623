import type { FirewallNames } from './names.ts';
import type { FirewallTool } from './script.ts';

/**
 * The systemd unit that loads the rules at each start of the host. A table of nft's own is there before the engine starts,
 * so no container ever runs without it. Rules of iptables hang in a chain of the engine's and are loaded once it has
 * started, and again each time it has.
 */
export function firewallUnit({ deployment, script }: FirewallNames, tool: FirewallTool): string {
  const own = tool === 'nft';
  return [
    '# Written by clawproof firewall on; taken away by clawproof firewall off.',
    '[Unit]',
    `Description=Firewall rules of the OpenClaw deployment ${deployment}`,
    // What these do at their start may take all rules away.
    `After=nftables.service netfilter-persistent.service ufw.service firewalld.service${own ? '' : ' docker.service'}`,
    ...(own ? ['Before=docker.service'] : []),
    // Restarted or reloaded with what takes the rules away.
    `PartOf=${own ? 'nftables.service' : 'docker.service netfilter-persistent.service'}`,
    `ReloadPropagatedFrom=${own ? 'nftables.service' : 'docker.service'}`,
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
