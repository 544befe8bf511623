import type { TailscaleAccess } from '../../policy/tailscale-access.ts';
import { frontAddresses, INGRESS_PORT } from '../layout.ts';

/**
 * What the sidecar serves (ipn.ServeConfig): HTTPS on port 443 under its one name, passed on to the ingress. That nothing is
 * opened to the Internet (Funnel) is said, and not left to what it was told before.
 */
export function renderTailscaleServe({ name }: TailscaleAccess, cageSubnet: string): string {
  const place = `${name}:443`;
  const proxy = `http://${frontAddresses(cageSubnet).ingress}:${INGRESS_PORT}`;
  const config = {
    TCP: { 443: { HTTPS: true } },
    Web: { [place]: { Handlers: { '/': { Proxy: proxy } } } },
    AllowFunnel: { [place]: false },
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
