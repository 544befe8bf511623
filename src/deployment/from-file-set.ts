import type { FileSet } from '../render/file-set.ts';
import { deploymentFromCompose, type ComposeContext } from './compose/read-compose.ts';
import type { Deployment, DeploymentFile } from './deployment.ts';
import { isMap } from './compose/values.ts';
import { withFileFacts } from './file-facts.ts';

/** User id inside and outside of the gateway's container. */
const containerUid = 1000;

export interface FileSetLayout {
  /** Path of the compose file in the set. */
  compose: string;
  /** Path of openclaw.json in the set. */
  openclaw: string;
  /** User id of whoever owns the deployment folder. */
  ownerUid: number;
}

/**
 * The deployment that rendered files describe, as an audit of the written folder would read it. Used to hold
 * `audit(render(policy))` without writing anything.
 * @throws AppError `compose-not-understood`; Error when the layout names a file that is not in the set.
 */
export function deploymentFromFileSet(
  files: FileSet,
  layout: FileSetLayout,
  context: Omit<ComposeContext, 'files' | 'openclawConfig'> = {},
): Deployment {
  const compose = files.find((file) => file.path === layout.compose);
  if (!compose) throw new Error(`no ${layout.compose} among the rendered files`);
  const openclaw = files.find((file) => file.path === layout.openclaw);
  const config: unknown = openclaw ? JSON.parse(openclaw.text) : undefined;
  const described = files.map((file): DeploymentFile => {
    const entry: DeploymentFile = {
      path: file.path,
      mode: file.mode,
      uid: file.owner === 'container' ? containerUid : layout.ownerUid,
      size: new TextEncoder().encode(file.text).length,
    };
    return file.path.startsWith('secrets/') || file.path.startsWith('.env')
      ? entry
      : { ...entry, text: file.text };
  });
  const deployment = deploymentFromCompose(compose.text, compose.path, {
    ...context,
    files: described,
    ...(isMap(config) ? { openclawConfig: config } : {}),
  });
  return withFileFacts(deployment);
}
