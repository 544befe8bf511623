import type { HttpsAccess } from '../../policy/https-access.ts';
import type { ChangeContext } from '../change/change.ts';
import { containerName, DOOR_SERVICES } from '../up/start.ts';
import type { Check } from '../up/types.ts';

/**
 * Looks whether everything is really closed: its containers are gone, and its ports can be had by others.
 * @param before what was open; null = nothing
 */
export async function closedChecks(
  { docker, ports, policy }: ChangeContext,
  before: HttpsAccess | null,
): Promise<Check[]> {
  const checks: Check[] = [];
  for (const service of DOOR_SERVICES) {
    const isThere = (await docker.inspectContainer(containerName({ policy }, service))) !== null;
    checks.push({
      id: `closed-${service}`,
      title: `The container of ${service} is gone`,
      state: isThere ? 'fail' : 'pass',
      detail: isThere ? 'it is still there' : 'none',
    });
  }
  for (const { address, port } of before === null ? [] : listeners(before)) {
    const { inUse, reason } = await ports.system.portInUse(address, port);
    checks.push({
      id: `closed-${address}-${port}`,
      title: `Nothing listens on ${address}, port ${port}`,
      state: inUse ? 'fail' : 'pass',
      detail: inUse ? (reason ?? 'something listens') : 'free',
    });
  }
  return checks;
}

/** Where HTTPS and its redirect listen. */
export function listeners({
  addresses,
  port,
  redirectPort,
}: Pick<HttpsAccess, 'addresses' | 'port' | 'redirectPort'>): { address: string; port: number }[] {
  const ports = redirectPort === null ? [port] : [port, redirectPort];
  return addresses.flatMap((address) => ports.map((each) => ({ address, port: each })));
}
