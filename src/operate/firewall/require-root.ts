import { firewallNeedsRoot } from '../../errors/firewall-errors.ts';
import type { System } from '../../ports/system.ts';

/** @param command to be run as root. @throws AppError `firewall-needs-root` */
export function requireRoot({ system }: { system: Pick<System, 'uid'> }, command: string): void {
  if (system.uid !== 0) throw firewallNeedsRoot(command);
}
