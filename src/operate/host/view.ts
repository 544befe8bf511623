import { detectEngine } from '../../engine/detect.ts';
import type { Ports } from '../../ports/ports.ts';
import type { HostView } from '../../report/host-text.ts';
import { openEngineHost, proposeHardening } from './harden.ts';
import { readRecord } from './host-state.ts';
import { RUNTIME } from './sandbox.ts';

/** How well the engine protects its host. Changes nothing. */
export async function hostView(ports: Ports): Promise<HostView> {
  const host = await openEngineHost(ports);
  const { engine, kind } = await detectEngine(ports);
  const { plan } = await proposeHardening(ports, host, { withUserNamespace: false });
  const record = await readRecord(ports.files, host.folder, 'harden').catch(() => null);
  return {
    version: host.info.ServerVersion,
    kind,
    configFile: host.daemon.configFile,
    isRootless: host.isRootless,
    mapsUsers: host.mapsUsers,
    ignoredLimits: Object.entries(engine?.limits ?? {}).flatMap(([name, enforced]) =>
      enforced ? [] : [name],
    ),
    there: plan?.there ?? [],
    missing: [...new Set(plan?.set.map(({ name }) => name))],
    left: plan?.left ?? [],
    hardenedAt: record?.at ?? null,
    hasRuntime: Object.hasOwn(host.info.Runtimes ?? {}, RUNTIME),
  };
}
