import { join } from 'node:path';
import { LABELS, PATHS } from '../../render/layout.ts';
import type { FileSet } from '../../render/file-set.ts';
import type { ContainerInspect } from '../../engine/docker-types.ts';
import { contentHash } from '../content-hash.ts';
import { isOwnedByContainer, ownerContext } from '../container-owner.ts';
import { planFiles } from '../file-plan.ts';
import { containerName, services } from './start.ts';
import type { UpContext } from './types.ts';

/** What the last complete `up` was made of; equal fingerprints mean that its checks hold for this run, too. */
export function fingerprint(policyText: string, set: FileSet, toolVersion: string): string {
  return contentHash(
    JSON.stringify([toolVersion, policyText, set.map(({ path, text, mode }) => [path, text, mode])]),
  );
}

const RECORD = `${PATHS.toolFolder}/last-up.json`;

/** Remembers that an `up` went through to its end. Written last: a run that was killed is not remembered. */
export async function rememberUp(context: UpContext, print: string): Promise<void> {
  const record = { fingerprint: print, at: context.ports.clock.now().toISOString() };
  await context.ports.files.writeAtomic(join(context.folder, RECORD), `${JSON.stringify(record)}\n`, {
    mode: 0o600,
  });
}

export async function forgetUp(context: Pick<UpContext, 'ports' | 'folder'>): Promise<void> {
  await context.ports.files.remove(join(context.folder, RECORD));
}

/** True when the folder, the last run and the running containers all say that there is nothing to do. */
export async function isUnchanged(
  context: UpContext,
  set: FileSet,
  owned: Readonly<Record<string, string | null>>,
  print: string,
): Promise<boolean> {
  const record = await context.ports.files.read(join(context.folder, RECORD));
  if (record === null || !record.includes(`"${print}"`)) return false;
  if ((await context.ports.files.stat(join(context.folder, PATHS.gatewayToken))) === null) return false;
  if (!(await isOwnedByContainer(ownerContext(context, ''), context.folder))) return false;
  if ((await planFiles(context.ports.files, context.folder, set, owned)).length > 0) return false;
  const compose = set.find((file) => file.path === PATHS.compose)?.text ?? '';
  const [containers, ready] = await Promise.all([
    Promise.all(
      services(context).map((service) => context.docker.inspectContainer(containerName(context, service))),
    ),
    isReady(context),
  ]);
  return ready && containers.every((container) => container !== null && runsAs(container, compose));
}

/** A container that runs from the image and the inputs that compose.yaml names. */
function runsAs(container: ContainerInspect, compose: string): boolean {
  const inputs = container.Config.Labels?.[LABELS.inputs];
  const current =
    inputs !== undefined &&
    compose.includes(`${LABELS.inputs}: ${inputs}\n`) &&
    compose.includes(container.Config.Image);
  return (
    current &&
    container.State.Running &&
    !container.State.Paused &&
    container.State.Health?.Status !== 'unhealthy'
  );
}

async function isReady(context: UpContext): Promise<boolean> {
  try {
    return (
      (
        await context.ports.http.request(`http://127.0.0.1:${context.policy.access.port}/readyz`, {
          timeoutMs: 3000,
        })
      ).status === 200
    );
  } catch {
    return false;
  }
}
