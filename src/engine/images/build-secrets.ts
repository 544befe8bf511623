import { join } from 'node:path';
import { withTempFolder } from '../../ports/temp-folder.ts';
import { hostCaBundle } from './host-trust.ts';
import type { ImagePorts } from './image-engine.ts';
import { npmAccess } from './npm-config.ts';

/** What builds get of this host without it ever becoming part of an image. */
export interface BuildSecrets {
  /** `--secret` values of the Docker client: files that exist only while builds run. */
  mounts: string[];
  /** Strings that no image may hold: the mark in each of the files, and logins. */
  forbidden: string[];
  /** Address of the npm registry without a login. */
  registry: string;
  /** Private folder for files of the same lifetime. */
  folder: string;
}

/**
 * First line of each secret file: a file that is copied into an image is recognised by it, whatever else it holds. It is
 * the same in all builds, because a layer with the file of an earlier build may come from the builder's cache.
 */
const MARK = 'clawproof-build-secret-5c1e0f7a93d24b68';

/** Writes the host's CA bundle and npm login to private files for as long as `work` runs. */
export async function withBuildSecrets<T>(
  ports: ImagePorts,
  work: (secrets: BuildSecrets) => Promise<T>,
): Promise<T> {
  const [bundle, npm] = await Promise.all([hostCaBundle(ports), npmAccess(ports)]);
  return withTempFolder(ports, 'secrets', async (folder) => {
    const forbidden = [MARK, ...npm.secrets];
    const mounts: string[] = [];
    const add = async (id: string, text: string | null): Promise<void> => {
      if (text === null) return;
      const path = join(folder, id);
      await ports.files.writeAtomic(path, `# ${MARK}\n${text}`, { mode: 0o600 });
      mounts.push(`id=${id},src=${path}`);
    };
    await add('ca', bundle);
    await add('npmrc', npm.npmrc);
    return work({ mounts, forbidden, registry: npm.registry, folder });
  });
}
