import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import type { ComposeProject } from '../../deployment/compose/project/compose-project.ts';
import type { Deployment, DockerfileFacts, Service } from '../../deployment/deployment.ts';
import { type ReadDockerfile, readDockerfile } from '../../deployment/dockerfile/read-dockerfile.ts';
import { dockerfileOptions, isRemoteContext } from '../../deployment/file-facts.ts';
import { nodeAt } from '../../documents/located.ts';
import type { SourceText } from '../../documents/source-text.ts';
import { hasUnknownVariable } from '../../documents/unknown-variable.ts';
import { isAppError } from '../../errors/app-error.ts';
import type { AuditProblem } from '../audit-report.ts';
import type { SourceReader } from '../source-reader.ts';
import type { ContextRequest } from './build-contexts.ts';

export interface CollectedDockerfiles {
  facts: DockerfileFacts[];
  sources: SourceText[];
  problems: AuditProblem[];
  contexts: ContextRequest[];
}

/** Reads the Dockerfiles that services are built from, and the one that a local image is made from. */
export async function readDockerfiles(
  reader: SourceReader,
  folder: string,
  deployment: Deployment,
  project: ComposeProject | undefined,
): Promise<CollectedDockerfiles> {
  const collected: CollectedDockerfiles = { facts: [], sources: [], problems: [], contexts: [] };
  for (const service of deployment.services)
    if (service.build?.isInline === true) addInline(collected, folder, service, project);
  for (const [file, services] of buildsByFile(folder, deployment)) {
    const wanted = services.length > 0;
    await addFile(collected, reader, folder, file, services, wanted);
    // Without its Dockerfile nothing is built yet, but this is the folder that the builder will get.
    if (wanted) addContext(collected, folder, file, services);
  }
  return collected;
}

/** Absolute path of each Dockerfile → services that are built from it; none for one that is only expected. */
function buildsByFile(folder: string, { services }: Deployment): Map<string, Service[]> {
  const files = new Map<string, Service[]>();
  for (const service of services) {
    const { build } = service;
    if (!build || build.isInline === true || isRemoteContext(build.context)) continue;
    if (hasUnknownVariable(build.context + (build.dockerfile ?? ''))) continue;
    const context = absolute(folder, build.context);
    const file = absolute(context, build.dockerfile ?? 'Dockerfile');
    files.set(file, [...(files.get(file) ?? []), service]);
  }
  const local = services.some(
    ({ role, image, build }) => role === 'gateway' && !build && isLocalImage(image?.reference),
  );
  const beside = join(folder, 'Dockerfile');
  if (local && !files.has(beside)) files.set(beside, []);
  return files;
}

/** An image without a registry or an owner in its name is not pulled from anywhere: somebody builds it. */
function isLocalImage(reference = ''): boolean {
  return /^(?:openclaw|clawdbot|moltbot)[\w.-]*(?::[\w.-]+)?$/.test(reference);
}

function addInline(
  collected: CollectedDockerfiles,
  folder: string,
  service: Service,
  project: ComposeProject | undefined,
): void {
  const { context = '.' } = service.build ?? {};
  if (!isRemoteContext(context) && !hasUnknownVariable(context))
    addContext(collected, folder, absolute(folder, join(context, 'Dockerfile')), [service]);
  const node = project && nodeAt(project.root, ['services', service.name, 'build', 'dockerfile_inline']);
  if (node?.kind !== 'scalar' || typeof node.value !== 'string') return;
  const path = `dockerfile_inline of ${service.name}`;
  const { facts, problems } = readDockerfile(node.value, path, [service.name], dockerfileOptions([service]));
  collected.facts.push({ ...facts, inlineOf: service.name });
  collected.problems.push(
    ...problems.map(({ message }) => ({ id: 'dockerfile-not-understood', message: `${path}: ${message}.` })),
  );
}

async function addFile(
  collected: CollectedDockerfiles,
  reader: SourceReader,
  folder: string,
  file: string,
  services: readonly Service[],
  isWanted: boolean,
): Promise<boolean> {
  const path = relative(folder, file);
  let text: string | null = null;
  try {
    text = await reader.text(file);
  } catch (error) {
    if (!isAppError(error)) throw error;
    collected.problems.push({ id: error.id, message: error.entry.message });
    return false;
  }
  if (text === null) {
    const names = services.map(({ name }) => name).join(', ');
    if (isWanted)
      collected.problems.push({
        id: 'dockerfile-missing',
        message: `${path} is not there, and ${names} is built from it.`,
      });
    return false;
  }
  const names = services.map(({ name }) => name);
  const read = readDockerfile(text, path, names, { file, ...dockerfileOptions(services) });
  collected.facts.push(read.facts);
  collected.sources.push(read.source);
  collected.problems.push(...dockerfileProblems(read, `${basename(file)}: `));
  return true;
}

const MOST_PROBLEMS = 20;

/** What a builder would refuse; of a file that is something else entirely, that alone. */
export function dockerfileProblems({ facts, problems }: ReadDockerfile, prefix = ''): AuditProblem[] {
  const [first] = problems;
  const isOther = facts.instructions.length === 0 && problems.length > 1;
  const told =
    isOther && first
      ? [{ ...first, message: 'this is no Dockerfile: nothing in it is an instruction' }]
      : problems;
  return told.slice(0, MOST_PROBLEMS).map(({ message, position }) => ({
    id: 'dockerfile-not-understood',
    message: `${prefix}${message}.`,
    position,
  }));
}

function addContext(
  collected: CollectedDockerfiles,
  folder: string,
  dockerfile: string,
  services: readonly Service[],
): void {
  const contexts = new Map<string, string[]>();
  for (const { name, build } of services) {
    const context = absolute(folder, build?.context ?? dirname(dockerfile));
    contexts.set(context, [...(contexts.get(context) ?? []), name]);
  }
  for (const [context, names] of contexts) collected.contexts.push({ context, dockerfile, services: names });
}

function absolute(folder: string, path: string): string {
  return isAbsolute(path) ? join(path) : join(folder, path);
}
