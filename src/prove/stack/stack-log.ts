import { callDocker } from '../../engine/docker-call.ts';
import type { LabContext } from '../lab/lab-engine.ts';

const LOG_MS = 30_000;

/** Both streams of a container's log, stdout first. */
export async function stackLog(
  { ports, engine }: Pick<LabContext, 'ports' | 'engine'>,
  container: string,
): Promise<string> {
  const { stdout, stderr } = await callDocker(ports, engine.program, ['logs', container], {
    action: `read the log of ${container}`,
    timeoutMs: LOG_MS,
  });
  return stdout + stderr;
}
