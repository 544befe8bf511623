import { join } from 'node:path';
import { policyJsonSchema } from '../../policy/json-schema.ts';
import { SCHEMA_PATH } from '../../policy/write.ts';
import type { Ports } from '../../ports/ports.ts';
import { renderBuildContexts } from '../../render/images/build-context.ts';
import { PATHS } from '../../render/layout.ts';
import { ensureScriptsFolder } from '../exec-mode/scripts-folder.ts';
import { planFiles, writeChanges } from '../file-plan.ts';
import type { DeploymentFolder } from '../folder.ts';

/** What must be in the folder before images are made: the user's policy, its schema, and the build contexts. */
export async function writeFolderBasics(ports: Pick<Ports, 'files'>, read: DeploymentFolder): Promise<void> {
  const { files } = ports;
  if (read.isNew) await files.writeAtomic(join(read.path, PATHS.policy), read.policyText, { mode: 0o644 });
  const schema = `${JSON.stringify(policyJsonSchema(), null, 2)}\n`;
  const path = join(read.path, SCHEMA_PATH);
  if ((await files.read(path)) !== schema) await files.writeAtomic(path, schema, { mode: 0o644 });
  // What is mounted has to be there.
  if (read.policy.exec.mode === 'allowlist') await ensureScriptsFolder(files, read.path);
  if (read.policy.access.tailscale !== null)
    await files.makeDirectory(join(read.path, PATHS.tailscaleState), 0o700);
  await writeChanges(files, read.path, await planFiles(files, read.path, renderBuildContexts(read.policy)));
}
