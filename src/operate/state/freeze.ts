import { join } from 'node:path';
import { createDocker, type Docker } from '../../engine/docker.ts';
import { ONE_OFF_PREFIX } from '../../engine/one-off.ts';
import { shellQuote } from '../../errors/quote.ts';
import type { Ports } from '../../ports/ports.ts';
import { PATHS } from '../../render/layout.ts';

/** Files that name the containers which are held. */
const MARK = /^frozen-[0-9a-f]{12}$/;

export interface FreezeContext {
  ports: Ports;
  docker: Docker;
  /** Folder of the deployment. */
  path: string;
  engine: { docker?: { path: string } };
}

/**
 * Holds every container that has the volume mounted while `work` reads it: what is read is the state of one moment, as
 * after a power cut, and no connection is closed. Whatever happens to this process, another one lets them go on.
 * @returns what `work` gave, and for how many milliseconds the containers stood still; 0 when none runs
 */
export async function whileFrozen<T>(
  context: FreezeContext,
  volume: string,
  work: () => Promise<T>,
): Promise<{ value: T; frozenMs: number }> {
  const { docker, ports } = context;
  const names = await whoWrites(docker, volume);
  if (names.length === 0) return { value: await work(), frozenMs: 0 };
  const release = await watchOver(context, names);
  const began = ports.clock.monotonicMs();
  let value: T;
  try {
    for (const name of names) await docker.pause(name);
    value = await work();
  } finally {
    // An abort must not leave them standing.
    const calm = createDocker({ ...ports, signal: new AbortController().signal }, programOf(context));
    for (const name of names) await calm.unpause(name);
    await release();
  }
  return { value, frozenMs: Math.round(ports.clock.monotonicMs() - began) };
}

/**
 * Lets those go on whom a killed command still holds: the process that should have done it may have been killed, too. Call
 * it while holding the deployment's lock.
 */
export async function thawLeft({
  ports,
  docker,
  path,
}: Pick<FreezeContext, 'ports' | 'path'> & { docker: Pick<Docker, 'unpause'> }): Promise<void> {
  const folder = join(path, PATHS.toolFolder);
  for (const mark of (await ports.files.list(folder)).filter((name) => MARK.test(name))) {
    const names = (await ports.files.read(join(folder, mark)))?.split('\n') ?? [];
    for (const name of names.filter(Boolean)) await docker.unpause(name);
    await ports.files.unlink(join(folder, mark));
  }
}

/** Whoever is paused already was so by somebody else, and stays so. */
async function whoWrites(docker: Docker, volume: string): Promise<string[]> {
  const names: string[] = [];
  for (const name of await docker.containersUsing(volume)) {
    if (name.startsWith(ONE_OFF_PREFIX)) continue;
    const found = await docker.inspectContainer(name);
    if (found?.State.Running === true && !found.State.Paused) names.push(name);
  }
  return names;
}

/**
 * Starts a process that outlives this one and lets the containers go on should this one be killed.
 * @returns what tells it that all is well
 */
async function watchOver(context: FreezeContext, names: readonly string[]): Promise<() => Promise<void>> {
  const { ports, path } = context;
  const folder = join(path, PATHS.toolFolder);
  const mark = join(folder, `frozen-${ports.random.hex(6)}`);
  await ports.files.writeAtomic(mark, `${names.join('\n')}\n`, { mode: 0o600 });
  const script = [
    `while [ -e ${shellQuote(mark)} ] && kill -0 ${ports.system.pid} 2>/dev/null; do sleep 0.5; done`,
    `if [ -e ${shellQuote(mark)} ]; then`,
    ...names.map((name) => `  ${shellQuote(programOf(context))} unpause ${shellQuote(name)}`),
    `  rm -f ${shellQuote(mark)}`,
    'fi',
  ].join('\n');
  await ports.exec.detach('sh', ['-c', script], { logFile: join(folder, 'thaw.log') });
  return () => ports.files.unlink(mark);
}

function programOf({ engine }: FreezeContext): string {
  return engine.docker?.path ?? 'docker';
}
