import { parseDomain } from '../../policy/https-access.ts';
import { exposeWrongValue } from '../../errors/expose-errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { readFolder } from '../folder.ts';

export interface TailscaleResult {
  url: string;
  /** To be run on this host, in this order. */
  commands: string[];
  /** True where clawproof.yaml does not allow that origin yet. */
  needsOrigin: boolean;
}

/**
 * How Tailscale of this host passes the gateway's port on to the tailnet; nothing is opened here, and nothing is changed.
 * @throws AppError `expose-wrong-value`
 */
export async function tailscaleServe(ports: Ports, folder: string, name: string): Promise<TailscaleResult> {
  const parsed = parseDomain(name);
  if (!parsed.ok) throw exposeWrongValue('--name', name, parsed.problem);
  if (!parsed.value.endsWith('.ts.net'))
    throw exposeWrongValue('--name', name, 'is no name in a tailnet; it ends with .ts.net');
  const { policy } = await readFolder(ports, folder);
  const origin = `https://${parsed.value}`;
  return {
    url: `${origin}/`,
    commands: [
      `tailscale serve --bg --https=443 http://127.0.0.1:${policy.access.port}`,
      'tailscale serve status',
    ],
    needsOrigin: !policy.access.allowedOrigins.includes(origin),
  };
}
