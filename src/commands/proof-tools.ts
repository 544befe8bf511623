import { createContainerReader } from '../audit/live/container-files.ts';
import { createSourceReader, withListings } from '../audit/source-reader.ts';
import { detectEngine } from '../engine/detect.ts';
import { createDocker } from '../engine/docker.ts';
import { engineNotReady } from '../errors/operate-errors.ts';
import { measures } from '../measures/registry.generated.ts';
import type { ProofTools } from '../prove/run-proof.ts';
import { auditChoices } from './audit-choices.ts';
import type { CommandContext } from './context.ts';

/** What a proof works with. @throws AppError when no engine answers */
export async function proofTools({ ports }: CommandContext): Promise<ProofTools> {
  const engine = await detectEngine(ports);
  const program = engine.docker?.path;
  if (program === undefined || engine.engine === undefined) throw engineNotReady(engine.missing);
  const choices = auditChoices(ports.system, { targets: [], files: [], envFiles: [], profiles: [] }, false);
  return {
    ports,
    engine,
    docker: createDocker(ports, program),
    measures,
    audit: {
      reader: withListings(createSourceReader(ports.files)),
      choices,
      exec: ports.exec,
      containerFiles: (container) => createContainerReader(ports, program, container),
    },
  };
}
