import { createContainerReader } from '../../src/audit/live/container-files.ts';
import { createSourceReader } from '../../src/audit/source-reader.ts';
import { detectEngine } from '../../src/engine/detect.ts';
import { createDocker } from '../../src/engine/docker.ts';
import { createNodeHostPorts } from '../../src/ports/node/host.ts';
import { createLab } from '../../src/prove/lab/create-lab.ts';
import type { TwinSpec } from '../../src/prove/proof-target.ts';
import type { Bench } from '../../src/prove/rings/ring-group.ts';
import { readProofTarget } from '../../src/prove/target/read-proof-target.ts';
import { createCells } from '../../src/prove/twin/cells.ts';

/** A lab on this engine, and the specification of twins of one container. */
export interface ProofBench {
  bench: Bench;
  spec: TwinSpec;
  /** Removes what the lab made. */
  close(): Promise<void>;
}

/** Reads a container as `prove` does, and makes a lab for twins of it. */
export async function openProofBench(container: string): Promise<ProofBench> {
  const ports = { ...createNodeHostPorts(process), signal: new AbortController().signal };
  const engine = await detectEngine(ports);
  const program = engine.docker?.path ?? 'docker';
  const connection = ports.engineApi.connect({ url: engine.endpoint, program });
  const { spec } = await readProofTarget(container, {
    ports,
    engine,
    connection,
    docker: createDocker(ports, program),
    reader: createSourceReader(ports.files),
    choices: {
      cwd: '/',
      homeDir: '/root',
      environment: {},
      composeFiles: [],
      profiles: [],
      recursive: false,
    },
    containerFiles: (name: string) => createContainerReader(ports, program, name),
  });
  const { image, engine: host } = spec.target;
  const lab = await createLab(ports, { program, connection, image: image.id, arch: host.arch });
  return {
    spec,
    bench: { lab, cells: createCells(lab, ports.random) },
    close: async () => {
      await lab.close();
      connection.close();
    },
  };
}
