import { join, relative } from 'node:path';
import type { ComposeProject } from '../deployment/compose/project/compose-project.ts';
import type { BuildContext, Deployment, DeploymentFile } from '../deployment/deployment.ts';
import type { SourceText } from '../documents/source-text.ts';
import { isAppError } from '../errors/app-error.ts';
import type { Exec } from '../ports/exec.ts';
import type { AuditProblem } from './audit-report.ts';
import { lookIntoContext } from './collect/build-contexts.ts';
import { readDockerfiles } from './collect/dockerfiles.ts';
import { describeFolder } from './collect/folder-files.ts';
import { markTracked } from './collect/git-tracking.ts';
import type { SourceReader } from './source-reader.ts';

export interface CollectOptions {
  /** For sources of mounts that begin with `~`. */
  homeDir?: string;
  /** Absolute path of the daemon.json of the engine that the deployment runs on. */
  daemon?: string;
  /** Asks Git which files it tracks; without it nobody is asked. */
  exec?: Pick<Exec, 'run'>;
}

/** What stands beside the compose files. */
export interface CollectedFiles {
  facts: Pick<Deployment, 'files' | 'dockerfiles' | 'buildContexts' | 'engine'>;
  /** Texts that findings may point into, by absolute path. */
  sources: Map<string, SourceText>;
  /** Absolute paths of everything that was read. */
  files: string[];
  problems: AuditProblem[];
}

/**
 * Looks at everything of a deployment that is no compose file: files with secrets and settings (modes, owners, names of
 * secrets, never their values), Dockerfiles, what their builds would take in, and daemon.json where one is named. Bounded,
 * whatever lies there; what could not be read is among the problems.
 * @param folder absolute project directory
 */
export async function collectFiles(
  reader: SourceReader,
  folder: string,
  project: ComposeProject | undefined,
  deployment: Deployment,
  options: CollectOptions = {},
): Promise<CollectedFiles> {
  const dockerfiles = await readDockerfiles(reader, folder, deployment, project);
  const described = await describeFolder(reader, folder, deployment, project, options.homeDir ?? '/root');
  const sources = [...dockerfiles.sources];
  const buildContexts: BuildContext[] = [];
  for (const request of dockerfiles.contexts) {
    const { facts, source } = await lookIntoContext(reader, folder, request);
    buildContexts.push(facts);
    if (source) sources.push(source);
  }
  const files = await markTracked(reader, options.exec, folder, withContexts(described, buildContexts));
  const facts: CollectedFiles['facts'] = { files };
  if (dockerfiles.facts.length > 0) facts.dockerfiles = dockerfiles.facts;
  if (buildContexts.length > 0) facts.buildContexts = buildContexts;
  const problems = [...dockerfiles.problems];
  if (options.daemon !== undefined) {
    const daemon = await readDaemon(reader, options.daemon);
    problems.push(...daemon.problems);
    if (daemon.engine) facts.engine = daemon.engine;
    if (daemon.source) sources.push(daemon.source);
  }
  const searched = files.filter(hasText).map(({ path }) => join(folder, path));
  return {
    facts,
    sources: new Map(sources.map((source) => [source.file, source])),
    files: [...new Set([...sources.map(({ file }) => file), ...searched])],
    problems,
  };
}

/** Files whose text was searched for names of secrets. */
function hasText({ path, secretNames }: DeploymentFile): boolean {
  return secretNames !== undefined && !path.startsWith('/');
}

function withContexts(files: readonly DeploymentFile[], contexts: readonly BuildContext[]): DeploymentFile[] {
  if (contexts.length === 0) return [...files];
  const entering = new Set(contexts.flatMap(({ secretFiles }) => secretFiles));
  return files.map((file) => ({ ...file, isInBuildContext: entering.has(file.path) }));
}

async function readDaemon(
  reader: SourceReader,
  file: string,
): Promise<{ source?: SourceText; engine?: Deployment['engine']; problems: AuditProblem[] }> {
  const { readDaemonConfig } = await import('../deployment/engine-settings/daemon-config.ts');
  try {
    const text = await reader.text(file);
    // Without a file the engine has its defaults.
    const read = readDaemonConfig(text ?? '{}', file);
    return {
      ...(text === null ? {} : { source: read.source }),
      ...(read.engine ? { engine: read.engine } : {}),
      problems: read.problems.map(({ message, position }) => ({
        id: 'daemon-config-not-understood',
        message: `${relative('/', file)}: ${message}.`,
        position,
      })),
    };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { problems: [{ id: error.id, message: error.entry.message }] };
  }
}
