import { join, resolve } from 'node:path';
import { noDeployment } from '../errors/usage-errors.ts';
import type { Ports } from '../ports/ports.ts';

export const CONFIG_FILE = 'clawproof.yaml';
const DEFAULT_FOLDER = 'openclaw';

type FolderPorts = Pick<Ports, 'files' | 'system'>;

/**
 * The folder that `up` works in, which need not exist: the one given, else the current folder when it holds a
 * clawproof.yaml, else ./openclaw.
 */
export async function folderForUp(ports: FolderPorts, given: string | undefined): Promise<string> {
  const { cwd } = ports.system;
  if (given !== undefined) return resolve(cwd, given);
  return (await holdsConfig(ports, cwd)) ? cwd : join(cwd, DEFAULT_FOLDER);
}

/**
 * The folder of an existing deployment, looked for as `folderForUp` does.
 * @throws AppError `no-deployment` when it holds no clawproof.yaml.
 */
export async function existingFolder(ports: FolderPorts, given: string | undefined): Promise<string> {
  const folder = await folderForUp(ports, given);
  if (await holdsConfig(ports, folder)) return folder;
  throw noDeployment(given === undefined ? [ports.system.cwd, folder] : [folder]);
}

/** The folder of a deployment for a command that also works without one; null when there is none and none was named. */
export async function folderIfThere(ports: FolderPorts, given: string | undefined): Promise<string | null> {
  if (given !== undefined) return existingFolder(ports, given);
  const folder = await folderForUp(ports, given);
  return (await holdsConfig(ports, folder)) ? folder : null;
}

async function holdsConfig(ports: FolderPorts, folder: string): Promise<boolean> {
  return (await ports.files.stat(join(folder, CONFIG_FILE))) !== null;
}
