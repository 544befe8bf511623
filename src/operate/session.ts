import { createCompose, type Compose } from '../engine/compose.ts';
import { createDocker, type Docker } from '../engine/docker.ts';
import { detectEngine } from '../engine/detect.ts';
import type { EngineReport } from '../engine/engine-report.ts';
import { engineNotReady, notUpYet } from '../errors/operate-errors.ts';
import type { Ports } from '../ports/ports.ts';
import { PATHS } from '../render/layout.ts';
import { type DeploymentFolder, readFolder } from './folder.ts';

/** An existing deployment with the engine that runs it. */
export interface Session extends DeploymentFolder {
  engine: EngineReport;
  docker: Docker;
  compose: Compose;
}

/**
 * Opens a deployment for a command that needs its engine.
 * @throws AppError `engine-not-ready`, `not-up-yet` when there is no compose.yaml.
 */
export async function openSession(ports: Ports, folder: string): Promise<Session> {
  const [read, engine] = await Promise.all([readFolder(ports, folder), detectEngine(ports)]);
  if ((await ports.files.read(`${folder}/${PATHS.compose}`)) === null) throw notUpYet(folder);
  if (!engine.ok) throw engineNotReady(engine.missing);
  const program = engine.docker?.path ?? 'docker';
  return {
    ...read,
    engine,
    docker: createDocker(ports, program),
    compose: createCompose(ports, { name: read.policy.name, directory: folder }, program),
  };
}
