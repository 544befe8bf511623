import type { ComposeInput, ComposeProject } from '../deployment/compose/project/compose-project.ts';
import { loadComposeProject } from '../deployment/compose/project/load-project.ts';
import { deploymentFromProject } from '../deployment/compose/read-project.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { type LocatedYaml, parseLocatedYaml } from '../documents/located-yaml.ts';
import type { AuditProblem } from './audit-report.ts';
import type { AuditTarget } from './audit-target.ts';
import { chooseGateway } from './choose-gateway.ts';
import { type CollectedFiles, collectFiles, type CollectOptions } from './collect-files.ts';
import { followMounts } from './follow-mounts.ts';
import { configCandidates } from './gateway-config.ts';
import { emptyTexts, loadDocuments, type ReadTexts } from './load-documents.ts';
import { openclawVersionOf } from './openclaw-version.ts';
import { type ReadConfig, readConfig } from './read-config.ts';
import { readPolicy } from './read-policy.ts';
import type { AuditChoices, ReadTools, TargetRequest } from './request.ts';
import type { SourceReader } from './source-reader.ts';
import { missingFileWarnings, unsetWarnings } from './unset-warnings.ts';

/** Reads compose files and everything that belongs to their deployment. */
export async function readComposeTarget(request: TargetRequest, tools: ReadTools): Promise<AuditTarget> {
  const { reader, choices } = tools;
  const read = emptyTexts();
  const project = await loadProject(reader, read, request, choices);
  if (project === undefined) return unreadTarget(request, read);
  const crowd = tooManyServices(project);
  if (crowd !== undefined) return unreadTarget(request, read, [crowd]);
  const folder = project.projectDirectory;
  const policy = await readPolicy(reader, folder);
  const deployment: Deployment = { ...deploymentFromProject(project), ...policy.facts };
  const mountProblems = await followMounts(reader, deployment, { project: folder, home: choices.homeDir });
  const nobody = chooseGateway(deployment, choices.service);
  const candidates = configCandidates(deployment, folder, choices.homeDir);
  const config = await readConfig(reader, read, candidates, gatewayEnvironment(deployment));
  const collected = await collectFiles(reader, folder, project, deployment, collectOptions(tools));
  return {
    name: request.name,
    kind: request.kind,
    folder,
    deployment: complete(deployment, collected, config),
    compose: project,
    ...(config === undefined ? {} : { config: config.document }),
    ...(policy.unsettled === undefined ? {} : { unsettled: policy.unsettled }),
    sources: new Map([...project.sources, ...(config?.document.sources ?? []), ...collected.sources]),
    files: filesRead(project, read, collected.files, policy.file),
    errors: [
      ...read.problems,
      ...composeProblems(project),
      ...unreadFields(deployment),
      ...policy.problems,
      ...mountProblems,
      ...(config?.problems ?? []),
      ...collected.problems,
      ...nobody,
    ],
    warnings: [
      ...unsetWarnings(project.unset),
      ...missingFileWarnings(project, folder),
      ...(config?.warnings ?? []),
      ...withoutGateway(deployment),
    ],
  };
}

function collectOptions({ choices: { homeDir, daemon }, exec }: ReadTools): CollectOptions {
  return {
    homeDir,
    ...(daemon === undefined ? {} : { daemon }),
    ...(exec === undefined ? {} : { exec }),
  };
}

/** With what its files tell beside the compose files. */
function complete(
  deployment: Deployment,
  { facts }: CollectedFiles,
  config: ReadConfig | undefined,
): Deployment {
  const version = deployment.openclawVersion ?? openclawVersionOf({ ...deployment, ...facts });
  return {
    ...deployment,
    ...facts,
    ...(version === undefined ? {} : { openclawVersion: version }),
    ...(config === undefined
      ? {}
      : { openclawConfig: config.settings, openclawConfigVariables: config.variables }),
  };
}

/** Files that only add to the standard file of their folder are read together with it. */
async function loadProject(
  reader: SourceReader,
  read: ReadTexts,
  request: TargetRequest,
  choices: AuditChoices,
): Promise<ComposeProject | undefined> {
  const parse = createParser();
  const load = (files: readonly string[]): Promise<ComposeProject | undefined> =>
    loadDocuments(reader, read, (lookup) => loadComposeProject(composeInput(files, choices), lookup, parse));
  const project = await load(request.files);
  const { base } = request;
  return base === undefined || project === undefined || standsAlone(project)
    ? project
    : load([base, ...request.files]);
}

/** Each time that a project asks for more files, those that it has are needed again; what was parsed is never changed. */
function createParser(): (text: string, path: string) => LocatedYaml {
  const known = new Map<string, LocatedYaml>();
  return (text, path) => {
    const parsed = known.get(path) ?? parseLocatedYaml(text, path);
    known.set(path, parsed);
    return parsed;
  };
}

function composeInput(files: readonly string[], choices: AuditChoices): ComposeInput {
  const { projectDirectory, projectName, envFiles, environment, profiles } = choices;
  return {
    files,
    ...(projectDirectory === undefined ? {} : { projectDirectory }),
    ...(projectName === undefined ? {} : { projectName }),
    ...(envFiles === undefined ? {} : { envFiles }),
    environment,
    profiles: profiles.length === 0 ? ['*'] : profiles,
    unset: 'mark',
  };
}

function standsAlone({ root }: ComposeProject): boolean {
  const services = root.entries.get('services');
  if (services?.kind !== 'map') return false;
  return [...services.entries.values()].every(
    (service) => service.kind === 'map' && (service.entries.has('image') || service.entries.has('build')),
  );
}

function withoutGateway({ services }: Deployment): AuditProblem[] {
  if (services.some(({ role }) => role === 'gateway')) return [];
  return [
    {
      id: 'no-gateway',
      message:
        'None of the services looks like an OpenClaw gateway, so nothing was audited. Name it with --service.',
    },
  ];
}

function gatewayEnvironment({ services }: Deployment): Record<string, string> {
  return services.find(({ role }) => role === 'gateway')?.environment ?? {};
}

function composeProblems({ problems }: ComposeProject): AuditProblem[] {
  return problems.map(({ message, position }) => ({ id: 'compose-not-understood', message, position }));
}

/** A field that nobody understood was not looked at; one that depends on an unset variable has its warning. */
function unreadFields({ unread = [] }: Deployment): AuditProblem[] {
  return unread
    .filter(({ variables = [] }) => variables.length === 0)
    .map(({ path, reason }) => ({ id: 'field-not-understood', message: `${path.join('.')}: ${reason}` }));
}

function filesRead(
  project: ComposeProject,
  { texts }: ReadTexts,
  collected: readonly string[],
  policy: string | undefined,
): string[] {
  const loaded = [...texts].filter(([, text]) => text !== null).map(([path]) => path);
  const own = policy === undefined ? [] : [policy];
  return [...new Set([...project.sources.keys(), ...loaded, ...collected, ...own])];
}

/** Far more than one machine runs; every one of them costs time, and whoever wrote the file may want it to. */
const MAX_SERVICES = 1000;

function tooManyServices({ root }: ComposeProject): AuditProblem | undefined {
  const services = root.entries.get('services');
  const count = services?.kind === 'map' ? services.entries.size : 0;
  if (count <= MAX_SERVICES) return undefined;
  return {
    id: 'too-many-services',
    message: `There are ${count} services, and no more than ${MAX_SERVICES} are audited together, so nothing was audited. Audit the files of one deployment at a time.`,
  };
}

function unreadTarget(
  request: TargetRequest,
  read: ReadTexts,
  problems: readonly AuditProblem[] = [],
): AuditTarget {
  return {
    name: request.name,
    kind: request.kind,
    folder: request.folder,
    deployment: { evidence: 'declared', services: [], networks: [] },
    sources: new Map(),
    files: [],
    errors: [...read.problems, ...problems],
    warnings: [],
  };
}
