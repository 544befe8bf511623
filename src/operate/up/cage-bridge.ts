import type { Ports } from '../../ports/ports.ts';
import { cageBridge } from '../../render/layout.ts';
import type { Check, UpContext } from './types.ts';

/** Kernel setting of the cage's bridge: 1 = the host drops packets that it could not answer on this bridge. */
function settingPath(cageSubnet: string): string {
  return `/proc/sys/net/ipv4/conf/${cageBridge(cageSubnet)}/rp_filter`;
}

/**
 * Closes the last way to the host. Without an address of the host on the bridge no connection comes about, but a program
 * in the cage can still send it single packets; strict reverse path filtering drops those. Needs root, and is to be done
 * again whenever the network is made anew, for example after a reboot.
 */
export async function closeCageBridge({ ports, engine }: UpContext, cageSubnet: string): Promise<Check> {
  const check = (state: Check['state'], detail: string): Check => {
    return { id: 'cage-bridge', title: 'The host drops every packet from the cage', state, detail };
  };
  if (engine.kind !== 'local')
    return check('skipped', `the bridge is not in sight of a ${engine.kind} engine's user`);
  const path = settingPath(cageSubnet);
  const before = await readSetting(ports, path);
  if (before === null) return check('error', `${path} cannot be read`);
  if (before !== '1' && ports.system.uid === 0)
    await ports.exec.run('tee', [path], { input: '1', timeoutMs: 10_000 });
  const after = await readSetting(ports, path);
  if (after === '1') return check('pass', 'strict reverse path filtering on its bridge');
  return check(
    'fail',
    `single packets reach the host; as root: sysctl -w net.ipv4.conf.${cageBridge(cageSubnet)}.rp_filter=1`,
  );
}

/** False when the setting is known to be open: after a reboot the engine makes the bridge anew. */
export async function isCageBridgeClosed(ports: Pick<Ports, 'files'>, cageSubnet: string): Promise<boolean> {
  const value = await readSetting(ports, settingPath(cageSubnet));
  return value === null || value === '1';
}

async function readSetting({ files }: Pick<Ports, 'files'>, path: string): Promise<string | null> {
  const text = await files.read(path).catch(() => null);
  return text === null ? null : text.trim();
}
