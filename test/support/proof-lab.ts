import { fileURLToPath } from 'node:url';
import { createContainerReader } from '../../src/audit/live/container-files.ts';
import { createSourceReader } from '../../src/audit/source-reader.ts';
import { createDocker } from '../../src/engine/docker.ts';
import { createNodeHostPorts } from '../../src/ports/node/host.ts';
import type { EngineConnection } from '../../src/ports/engine-api.ts';
import { createLab } from '../../src/prove/lab/create-lab.ts';
import type { LabPorts } from '../../src/prove/lab/lab-engine.ts';
import type { Lab } from '../../src/prove/lab.ts';
import type { ContainerSpec } from '../../src/prove/container-spec.ts';
import type { TwinSpec } from '../../src/prove/proof-target.ts';
import { readProofTarget } from '../../src/prove/target/read-proof-target.ts';

export const PROOF_LAB_SOURCE = fileURLToPath(import.meta.url);

/** What a command has when it begins to prove something on the engine of this host. */
export interface ProofHost {
  ports: LabPorts;
  connection: EngineConnection;
  lab(image: string): Promise<Lab>;
  twinOf(container: string): Promise<TwinSpec>;
}

export function proofHost(signal: AbortSignal = new AbortController().signal): ProofHost {
  const ports = { ...createNodeHostPorts(process), signal };
  const program = 'docker';
  const connection = ports.engineApi.connect({ url: 'unix:///var/run/docker.sock', program });
  const choices = {
    cwd: '/',
    homeDir: '/',
    environment: {},
    composeFiles: [],
    profiles: [],
    recursive: false,
  };
  return {
    ports,
    connection,
    lab: (image) => createLab(ports, { program, connection, image, arch: 'x64' }),
    twinOf: async (container) =>
      (
        await readProofTarget(container, {
          ports,
          connection,
          docker: createDocker(ports, program),
          engine: { kind: 'local' },
          reader: createSourceReader(ports.files),
          choices,
          containerFiles: (name) => createContainerReader(ports, program, name),
        })
      ).spec,
  };
}

/** A small container without any network. */
export function plainSpec(image: string): ContainerSpec {
  return {
    Image: image,
    Env: [],
    Labels: {},
    User: '1000:1000',
    HostConfig: { NetworkMode: 'none', LogConfig: { Type: 'none' } },
    networks: {},
  };
}

/** Makes one thing of each kind, several times, until it is killed. */
export async function proveForever(image: string): Promise<void> {
  const host = proofHost();
  const lab = await host.lab(image);
  for (;;) {
    const network = await lab.createNetwork('net', { internal: true });
    await lab.createVolume('state', [], { uid: 1000, gid: 1000, mode: 0o700 });
    const spec = plainSpec(image);
    await lab.runAttempts(
      'cell',
      {
        ...spec,
        HostConfig: { ...spec.HostConfig, NetworkMode: network.name },
        networks: { [network.name]: {} },
      },
      [{ id: 'p/self', run: 'self', params: {}, timeoutMs: 5000 }],
    );
  }
}
