import { parse } from 'yaml';

/** A network as a rendered compose file has it. */
export interface ComposeNetwork {
  /** Name in the engine. */
  name: string;
  isInternal: boolean;
  /** True where the containers are that may use ports of the host: those of egress, or the gateway's where there is none. */
  mayUseHost: boolean;
}

interface Document {
  services?: Record<string, { networks?: string[] | Record<string, unknown> } | undefined>;
  networks?: Record<string, { internal?: boolean } | null>;
}

/** @param deployment name of the Compose project */
export function deploymentNetworks(composeText: string, deployment: string): ComposeNetwork[] {
  const { services = {}, networks = {} } = (parse(composeText) ?? {}) as Document;
  const service = services['egress'] ?? services['gateway'];
  const { networks: used = [] } = service ?? {};
  const wayOut = Array.isArray(used) ? used : Object.keys(used);
  return Object.entries(networks).map(([key, network]) => {
    const isInternal = network?.internal === true;
    return { name: `${deployment}_${key}`, isInternal, mayUseHost: !isInternal && wayOut.includes(key) };
  });
}
