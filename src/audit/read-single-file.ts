import { basename } from 'node:path';
import { readDockerfile } from '../deployment/dockerfile/read-dockerfile.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { SourceText } from '../documents/source-text.ts';
import type { SourcePosition } from '../errors/app-error.ts';
import type { AuditProblem } from './audit-report.ts';
import type { AuditTarget } from './audit-target.ts';
import { describeFile } from './collect/describe-file.ts';
import { dockerfileProblems } from './collect/dockerfiles.ts';
import { markTracked } from './collect/git-tracking.ts';
import { emptyTexts, type ReadTexts, readInto } from './load-documents.ts';
import { openclawVersionOf } from './openclaw-version.ts';
import { readConfig } from './read-config.ts';
import type { ReadTools, TargetRequest } from './request.ts';

/** What one file tells. */
interface Told {
  facts?: Partial<Deployment>;
  config?: AuditTarget['config'];
  sources?: ReadonlyMap<string, SourceText>;
  problems?: AuditProblem[];
}

/** Reads a file that is audited by itself: everything that others would tell stays unknown. */
export async function readSingleFile(request: TargetRequest, tools: ReadTools): Promise<AuditTarget> {
  const read = emptyTexts();
  const [file = ''] = request.files;
  const told = await tellers[request.kind as keyof typeof tellers](file, request, tools, read);
  const empty: Deployment = { evidence: 'declared', services: [], networks: [] };
  const deployment = { ...empty, ...told.facts };
  const version = openclawVersionOf(deployment);
  const { config, sources = new Map<string, SourceText>(), problems = [] } = told;
  return {
    name: request.name,
    kind: request.kind,
    folder: request.folder,
    deployment: { ...deployment, ...(version === undefined ? {} : { openclawVersion: version }) },
    ...(config === undefined ? {} : { config }),
    sources,
    files: [...new Set([file, ...sources.keys()])],
    errors: [...read.problems, ...problems],
    warnings: [],
  };
}

type Teller = (file: string, request: TargetRequest, tools: ReadTools, read: ReadTexts) => Promise<Told>;

const tellers = {
  dockerfile: tellDockerfile,
  'openclaw-config': tellConfig,
  'daemon-config': tellDaemon,
  'env-file': tellVariables,
} satisfies Record<Exclude<TargetRequest['kind'], 'compose'>, Teller>;

async function tellDockerfile(
  file: string,
  _request: TargetRequest,
  { reader }: ReadTools,
  read: ReadTexts,
): Promise<Told> {
  const text = await readInto(reader, read, file);
  if (text === null) return {};
  const told = readDockerfile(text, basename(file), [], { file });
  return {
    facts: { dockerfiles: [told.facts] },
    sources: new Map([[file, told.source]]),
    problems: dockerfileProblems(told),
  };
}

/** Variables are those of the gateway's process, which nobody here knows. */
async function tellConfig(
  file: string,
  _request: TargetRequest,
  { reader }: ReadTools,
  read: ReadTexts,
): Promise<Told> {
  const config = await readConfig(reader, read, [{ file }], {});
  if (config === undefined) return {};
  const { document, settings, variables, problems } = config;
  return {
    facts: { openclawConfig: settings, openclawConfigVariables: variables },
    config: document,
    sources: document.sources,
    problems,
  };
}

async function tellDaemon(
  file: string,
  _request: TargetRequest,
  { reader }: ReadTools,
  read: ReadTexts,
): Promise<Told> {
  const text = await readInto(reader, read, file);
  if (text === null) return {};
  const { readDaemonConfig } = await import('../deployment/engine-settings/daemon-config.ts');
  const { source, engine, problems } = readDaemonConfig(text, file);
  return {
    facts: engine === undefined ? {} : { engine },
    sources: new Map([[file, source]]),
    problems: named('daemon-config-not-understood', problems),
  };
}

/** Its text holds secrets and is no source: findings name the file, and names in it. */
async function tellVariables(
  file: string,
  { folder }: TargetRequest,
  { reader, exec }: ReadTools,
  read: ReadTexts,
): Promise<Told> {
  if ((await readInto(reader, read, file)) === null) return {};
  const described = await describeFile(reader, folder, basename(file), 'env');
  const files = described === undefined ? [] : await markTracked(reader, exec, folder, [described]);
  return { facts: { files } };
}

function named(
  id: string,
  problems: readonly { message: string; position: SourcePosition }[],
): AuditProblem[] {
  return problems.map(({ message, position }) => ({ id, message: `${message}.`, position }));
}
