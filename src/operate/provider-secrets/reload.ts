import { reloadFailed } from '../../errors/secret-errors.ts';
import type { ChangeContext } from '../change/change.ts';
import { containerName, waitUntilReady } from '../up/start.ts';

/** What the gateway did with new keys. */
export interface Reloaded {
  how: 'reloaded' | 'recreated' | 'not running';
  detail: string;
}

const RELOAD_MS = 120_000;
/** The gateway looks at its settings file every moment; a busy machine takes longer. */
const SETTINGS_MS = 30_000;
const POLL_MS = 500;

const NOT_RUNNING: Reloaded = {
  how: 'not running',
  detail: 'the gateway is not up; it reads its keys when it starts',
};

/**
 * Lets the running gateway read its keys anew, without a restart. One that does not run reads them when it starts; one that is
 * not well is asked, and need not answer: the key may be what it is missing.
 * @param change `providers` of the keys that have to be readable; `awaitSettings` when references changed, too
 * @throws AppError `secrets-not-reloaded`
 */
export async function reloadKeys(
  context: ChangeContext,
  change: { providers: readonly string[]; awaitSettings: boolean },
): Promise<Reloaded> {
  const { docker, policy } = context;
  const name = containerName({ policy }, 'gateway');
  const gateway = await docker.inspectContainer(name);
  if (gateway === null || !gateway.State.Running || gateway.State.Restarting) return NOT_RUNNING;
  try {
    return await askGateway(context, name, change);
  } catch (error) {
    context.ports.signal.throwIfAborted();
    if (gateway.State.Health?.Status !== 'healthy') return NOT_RUNNING;
    throw error;
  }
}

async function askGateway(
  context: ChangeContext,
  name: string,
  { providers, awaitSettings }: { providers: readonly string[]; awaitSettings: boolean },
): Promise<Reloaded> {
  const { compose, docker, ports } = context;
  if (awaitSettings) await settingsTaken(context, new Date(ports.clock.now().getTime() - 2000));
  const began = ports.clock.now().toISOString();
  const result = await compose.exec('gateway', ['openclaw', 'secrets', 'reload', '--json'], {
    timeoutMs: RELOAD_MS,
  });
  if (!/"ok":\s*true/.test(result.stdout))
    throw reloadFailed(lastLine(result.stderr) || lastLine(result.stdout) || `exit code ${result.code}`);
  const said = await docker.logs(name, { since: began });
  const refused = providers.find((provider) =>
    said.includes(`[SECRETS_PROVIDER_DEGRADED] file:${provider}:`),
  );
  if (refused !== undefined) throw reloadFailed(`it could not read the key of the provider ${refused}`);
  return { how: 'reloaded', detail: 'taken, without a restart' };
}

/**
 * Waits until the gateway says that it took changed settings; not forever, since it does not say so of every change.
 * @param quietMs how long it may say nothing, or only that other settings came in between: settings that are again those
 *   that it runs with are not worth a word to it
 */
export async function settingsTaken(
  { docker, policy, ports: { clock, signal } }: ChangeContext,
  since: Date,
  quietMs = SETTINGS_MS,
): Promise<void> {
  const name = containerName({ policy }, 'gateway');
  if (!(await docker.inspectContainer(name))?.State.Running) return;
  const began = clock.monotonicMs();
  for (let waitMs = quietMs; clock.monotonicMs() - began < waitMs; await clock.sleep(POLL_MS, signal)) {
    signal.throwIfAborted();
    const log = await docker.logs(name, { since: since.toISOString() });
    if (/\[reload\] config (?:hot reload applied|change applied)|\[reload\].*no-op/.test(log)) return;
    waitMs = /\[reload\] (?!.*superseded)/.test(log) ? SETTINGS_MS : quietMs;
  }
}

/** Makes the gateway's container anew, where its environment changed, and waits for it. */
export async function recreateGateway(context: ChangeContext): Promise<Reloaded> {
  const { compose, docker, policy, ports } = context;
  const gateway = await docker.inspectContainer(containerName({ policy }, 'gateway'));
  if (gateway === null || !gateway.State.Running) return NOT_RUNNING;
  await compose.up({ services: ['gateway'], noDeps: true });
  await ports.progress.task('Gateway ready', (task) =>
    waitUntilReady({ ...context, folder: context.path }, task),
  );
  return { how: 'recreated', detail: 'its container was made anew' };
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
}
