/** Values of firewall.tool: which of the kernel's firewalls holds the rules. */
export const FIREWALL_CHOICES = ['auto', 'nft', 'iptables-nft', 'iptables-legacy'] as const;
