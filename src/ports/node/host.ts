import type { Ports } from '../ports.ts';
import { createNodeClock } from './clock.ts';
import { createNodeExec } from './exec.ts';
import { createNodeFiles } from './files.ts';
import { createNodeHttp } from './http.ts';
import { createNodeRandom } from './random.ts';
import { createNodeSystem, type ProcessLike } from './system.ts';

/** The ports to the host; main.ts adds the terminal, the progress and the signal. */
export type HostPorts = Pick<Ports, 'exec' | 'files' | 'system' | 'clock' | 'random' | 'http'>;

/** All real ports to the host. Cheap: nothing is opened or started here. */
export function createNodeHostPorts(host: ProcessLike): HostPorts {
  return {
    exec: createNodeExec(host),
    files: createNodeFiles(),
    system: createNodeSystem(host),
    clock: createNodeClock(),
    random: createNodeRandom(),
    http: createNodeHttp(),
  };
}
