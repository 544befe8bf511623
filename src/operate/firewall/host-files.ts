import { dirname } from 'node:path';
import { firewallUnitFailed } from '../../errors/firewall-errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { FirewallNames } from '../../render/firewall/names.ts';
import type { FirewallUnit } from '../../render/firewall/unit.ts';
import { hasSystemd } from './plan.ts';
import { runTool } from './tools.ts';

type HostPorts = Pick<Ports, 'files' | 'exec' | 'system'>;

/** Writes the script that loads the rules; null takes it away, and its folder when that is empty then. */
export async function putScript(
  { files }: HostPorts,
  { script }: FirewallNames,
  text: string | null,
): Promise<void> {
  if (text !== null) return files.writeAtomic(script, text, { mode: 0o644 });
  await files.unlink(script);
  for (const folder of [dirname(script), dirname(dirname(script))])
    if ((await files.stat(folder)) !== null && (await files.list(folder)).length === 0)
      await files.remove(folder);
}

/**
 * Has systemd load the rules at each start of the host, and after nftables.service took them away; null ends that. Nothing is
 * done where no systemd runs.
 * @throws AppError `firewall-unit-failed`
 */
export async function putUnit(
  ports: HostPorts,
  { unit, unitFile, dropIn }: FirewallNames,
  texts: FirewallUnit | null,
): Promise<void> {
  const { files } = ports;
  const runs = await hasSystemd(ports);
  if (texts === null) {
    await putDropIn(ports, dropIn, null);
    if ((await files.stat(unitFile)) === null) return;
    if (runs) await systemctl(ports, ['disable', '--now', unit]);
    await files.unlink(unitFile);
    if (runs) await systemctl(ports, ['daemon-reload']);
    return;
  }
  await files.writeAtomic(unitFile, texts.unit, { mode: 0o644 });
  await putDropIn(ports, dropIn, texts.dropIn);
  if (!runs) return;
  await systemctl(ports, ['daemon-reload']);
  await systemctl(ports, ['enable', unit]);
  await systemctl(ports, ['restart', unit]);
}

/** Its folder goes with it when nobody else has anything in there. */
async function putDropIn({ files }: HostPorts, path: string, text: string | null): Promise<void> {
  if (text !== null) return files.writeAtomic(path, text, { mode: 0o644 });
  await files.unlink(path);
  const folder = dirname(path);
  if ((await files.stat(folder)) !== null && (await files.list(folder)).length === 0)
    await files.remove(folder);
}

/** What systemd is told now; null = nothing. */
export async function readUnit(
  { files }: Pick<HostPorts, 'files'>,
  { unitFile, dropIn }: FirewallNames,
): Promise<FirewallUnit | null> {
  const unit = await files.read(unitFile);
  return unit === null ? null : { unit, dropIn: await files.read(dropIn) };
}

async function systemctl(ports: HostPorts, args: readonly string[]): Promise<void> {
  const result = await runTool(ports, 'systemctl', args);
  if (result.code === 0) return;
  throw firewallUnitFailed(result.stderr.trim() || `systemctl ${args[0]} ended with ${result.code}`);
}

/** Whether systemd will load the rules; null where no systemd runs. */
export async function isUnitEnabled(ports: HostPorts, { unit }: FirewallNames): Promise<boolean | null> {
  if (!(await hasSystemd(ports))) return null;
  return (await runTool(ports, 'systemctl', ['is-enabled', unit])).stdout.trim() === 'enabled';
}
