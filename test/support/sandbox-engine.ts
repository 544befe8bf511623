import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDocker, type Docker } from '../../src/engine/docker.ts';
import { findSystemProgram } from '../../src/engine/docker-programs.ts';
import { installRunsc } from '../../src/operate/host/sandbox.ts';
import { fakePorts } from '../../src/ports/fake/fake-ports.ts';
import { createNodeHostPorts } from '../../src/ports/node/host.ts';
import type { Ports } from '../../src/ports/ports.ts';
import { builtImage, docker } from './docker-cli.ts';
import { runProgram } from './run-program.ts';
import { type SecondEngine, startSecondEngine } from './second-engine.ts';

/** Name of the gateway's image on that engine. */
export const GATEWAY_IMAGE = 'clawproof/gateway:sandboxed';

/** A second engine with the image of the gateway, on a host that has runsc. */
export interface SandboxEngine {
  engine: SecondEngine;
  /** Of this process, for the functions of the program itself. */
  ports: Ports;
  /** The second engine, as the program calls it. */
  docker: Docker;
  remove(): Promise<void>;
}

/** @param runtimes of its daemon.json beside what the test sets */
export async function startSandboxEngine(runtimes: Record<string, unknown>): Promise<SandboxEngine> {
  const ports: Ports = { ...fakePorts(), ...createNodeHostPorts(process) };
  const wasThere = (await findSystemProgram(ports, 'runsc')) !== null;
  const [engine] = await Promise.all([
    startSecondEngine({ runtimes }),
    // Outside: the engine's own network has no way to Debian's archive.
    wasThere ? Promise.resolve() : installRunsc(ports, () => undefined),
  ]);
  const archive = join(engine.folder, 'gateway.tar');
  const image = await builtImage('gateway');
  await docker('image', 'save', '--output', archive, image);
  const loaded = await engine.docker('image', 'load', '--input', archive);
  if (loaded.code !== 0) throw new Error(loaded.stderr);
  await engine.docker('image', 'tag', image, GATEWAY_IMAGE);
  return {
    engine,
    ports,
    docker: createDocker(ports, writeProgram(engine)),
    remove: async () => {
      await engine.remove();
      if (!wasThere) await runProgram('dpkg', ['--purge', 'runsc'], { timeoutMs: 60_000 });
    },
  };
}

/** A docker program for this process that speaks to the second engine. */
function writeProgram({ folder }: SecondEngine): string {
  const namespaces = `/proc/${readFileSync(join(folder, 'holder.pid'), 'utf8').trim()}/ns`;
  const path = join(folder, 'docker');
  const words = `nsenter --net=${namespaces}/net --mount=${namespaces}/mnt env DOCKER_HOST=unix://${folder}/docker.sock`;
  writeFileSync(path, `#!/bin/sh\nexec ${words} docker "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}
