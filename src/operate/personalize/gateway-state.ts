import type { ChangeContext } from '../change/change.ts';
import type { Policy } from '../../policy/policy.ts';
import { containerName, waitUntilReady } from '../up/start.ts';
import type { UpContext } from '../up/types.ts';

export async function gatewayRuns({
  docker,
  policy,
}: Pick<ChangeContext, 'docker' | 'policy'>): Promise<boolean> {
  const container = await docker.inspectContainer(containerName({ policy }, 'gateway'));
  return container?.State.Running === true;
}

/** What the functions of `up` work with, for a change. */
export function upContext(context: ChangeContext, policy: Policy = context.policy): UpContext {
  const { ports, path: folder, engine, docker, compose, toolVersion } = context;
  return { ports, folder, policy, engine, docker, compose, toolVersion };
}

/** Ends and starts the gateway: a mount of a single file shows a new one only then. */
export async function restartGateway(context: ChangeContext): Promise<void> {
  await context.compose.restart(['gateway']);
  await waitUntilReady(upContext(context), { step: () => undefined, result: () => undefined });
}
