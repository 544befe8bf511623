/** Names under which a deployment's rules stand in the kernel and on the disk. */

export interface FirewallNames {
  /** Name of the deployment. */
  deployment: string;
  /** Table of the nftables back end. */
  table: string;
  /** Chains of the iptables back ends, at most 28 characters. */
  input: string;
  forward: string;
  /** On every jump into a chain, for whoever reads the rules of the host. */
  comment: string;
  /** The script that loads the rules. */
  script: string;
  unit: string;
  unitFile: string;
  /** Addition to the unit of others that takes all rules away. */
  dropIn: string;
}

/** Where the rules are kept for the next start of the host. */
const SCRIPT_FOLDER = '/etc/clawproof/firewall';
const UNIT_FOLDER = '/etc/systemd/system';

/**
 * @param deployment name of the Compose project; no two on an engine have the same
 * @param hash 8 hex digits that follow from it: it may be longer than a name in the kernel
 */
export function firewallNames(deployment: string, hash: string): FirewallNames {
  const unit = `clawproof-firewall-${deployment}.service`;
  return {
    deployment,
    table: `clawproof_${hash}`,
    input: `CLAWPROOF-IN-${hash}`,
    forward: `CLAWPROOF-FWD-${hash}`,
    comment: `clawproof: ${deployment}`,
    script: `${SCRIPT_FOLDER}/${deployment}.sh`,
    unit,
    unitFile: `${UNIT_FOLDER}/${unit}`,
    dropIn: `${UNIT_FOLDER}/nftables.service.d/clawproof-firewall-${deployment}.conf`,
  };
}
