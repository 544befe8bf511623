import ipaddr from 'ipaddr.js';
import { exposeAllowTooWide } from '../../errors/expose-errors.ts';
import type { HttpsAccess } from '../../policy/https-access.ts';
import { frontNetwork } from '../../render/layout.ts';

/**
 * Where the engine does not tell who calls, everybody seems to call from the door's own network.
 * @throws AppError `expose-allow-too-wide` for an allowlist with that network
 */
export function requireNarrow({ allow }: Pick<HttpsAccess, 'allow'>, cageSubnet: string): void {
  const front = ipaddr.parse(frontNetwork(cageSubnet).host);
  const wide = allow.filter((block) => {
    const [address, bits] = ipaddr.parseCIDR(block.includes('/') ? block : `${block}/32`);
    return address.kind() === front.kind() && front.match([address, bits]);
  });
  if (wide.length > 0) throw exposeAllowTooWide(wide, front.toString());
}
