import type { EngineApi, EngineConnection } from '../engine-api.ts';
import type { Exec } from '../exec.ts';
import type { Ports } from '../ports.ts';
import type { Http } from '../system.ts';
import { createNodeClock } from './clock.ts';
import { createNodeFiles } from './files.ts';
import { createNodeRandom } from './random.ts';
import type { Pipes } from '../pipes.ts';
import type { Threads } from '../threads.ts';
import { createNodeSystem, type ProcessLike } from './system.ts';

/** The ports to the host; main.ts adds the terminal, the progress and the signal. */
export type HostPorts = Pick<
  Ports,
  'exec' | 'files' | 'pipes' | 'threads' | 'system' | 'clock' | 'random' | 'http' | 'engineApi'
>;

/** All real ports to the host. Cheap: nothing is opened or started here. */
export function createNodeHostPorts(host: ProcessLike): HostPorts {
  return {
    exec: lazyExec(host),
    files: createNodeFiles(),
    pipes: lazyPipes(),
    threads: lazyThreads(),
    system: createNodeSystem(host),
    clock: createNodeClock(),
    random: createNodeRandom(),
    http: lazyHttp(),
    engineApi: lazyEngineApi(host),
  };
}

// Node's own modules for processes and connections take longer to load than most commands need in all.

function lazyExec(host: ProcessLike): Exec {
  const load = async (): Promise<Exec> => (await import('./exec.ts')).createNodeExec(host);
  return {
    run: async (...args) => (await load()).run(...args),
    stream: async (...args) => (await load()).stream(...args),
    interactive: async (...args) => (await load()).interactive(...args),
    detach: async (...args) => (await load()).detach(...args),
  };
}

function lazyPipes(): Pipes {
  const load = async (): Promise<Pipes> => (await import('./pipes.ts')).createNodePipes();
  return {
    openToRead: async (path) => (await load()).openToRead(path),
    openToWrite: async (path) => (await load()).openToWrite(path),
  };
}

function lazyThreads(): Threads {
  return {
    start: async (program, data) => (await import('./threads.ts')).createNodeThreads().start(program, data),
  };
}

function lazyHttp(): Http {
  const load = async (): Promise<Http> => (await import('./http.ts')).createNodeHttp();
  return {
    request: async (...args) => (await load()).request(...args),
    webSocket: async (...args) => (await load()).webSocket(...args),
  };
}

function lazyEngineApi({ env }: ProcessLike): EngineApi {
  return {
    connect: (endpoint) => {
      let loading: Promise<EngineConnection> | undefined;
      const load = async (): Promise<EngineConnection> => {
        const [{ createNodeEngineApi }, { dialProgram }] = await Promise.all([
          import('./engine-api.ts'),
          import('./exec.ts'),
        ]);
        return createNodeEngineApi((program, args) => dialProgram(env, program, args)).connect(endpoint);
      };
      return {
        request: async (request) => (await (loading ??= load())).request(request),
        close: () => void loading?.then((connection) => connection.close()),
      };
    },
  };
}
