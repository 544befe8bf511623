import { deploymentFromInspect } from '../../deployment/docker/read-inspect.ts';
import type { Deployment } from '../../deployment/deployment.ts';
import { engineSettingsFromInfo } from '../../deployment/engine-settings/engine-info.ts';
import { settleRoles } from '../../deployment/role.ts';
import type { Docker } from '../../engine/docker.ts';
import type { ContainerInspect } from '../../engine/docker-types.ts';
import { liveNotFound } from '../../errors/audit-errors.ts';
import type { AuditProblem } from '../audit-report.ts';
import type { AuditTarget } from '../audit-target.ts';
import { chooseGateway } from '../choose-gateway.ts';
import { gatewayConfigPaths } from '../gateway-config.ts';
import { emptyTexts } from '../load-documents.ts';
import { openclawVersionOf } from '../openclaw-version.ts';
import { type ReadConfig, readConfig } from '../read-config.ts';
import { readComposeTarget } from '../read-compose-target.ts';
import type { AuditChoices, ReadTools, TargetRequest } from '../request.ts';
import type { SourceReader } from '../source-reader.ts';

const PROJECT = 'com.docker.compose.project';

export interface LiveTools extends ReadTools {
  docker: Pick<Docker, 'info' | 'inspectContainer' | 'inspectNetwork' | 'listContainers'>;
  /** Files of a container. */
  containerFiles(container: string): SourceReader;
}

/** What runs, and the files that it was made from, where these can be found and read here. */
export interface LiveTargets {
  effective: AuditTarget;
  declared?: AuditTarget;
  /** As the engine gave them: containers in the order of the services of `effective`, and their networks. */
  raw: { containers: readonly ContainerInspect[]; networks: readonly unknown[] };
  /** Path of the openclaw.json in the gateway's container that `effective` was read from. */
  configPath?: string;
}

/**
 * Looks at a container, with all others of its Compose project, or at a project by its name.
 * @throws AppError `live-not-found`, and those of the engine
 */
export async function readLive(name: string, tools: LiveTools): Promise<LiveTargets> {
  const containers = await containersOf(name, tools);
  const networks = await networksOf(containers, tools);
  const { target: files, warnings } = await readDeclared(containers, tools);
  const engine = engineSettingsFromInfo(await tools.docker.info());
  const found = deploymentFromInspect(containers, networks, chosenBy(files));
  const deployment: Deployment = { ...found, engine };
  if (files !== undefined) deployment.declared = files.deployment;
  settleRoles(deployment.services);
  const problems = chooseGateway(deployment, tools.choices.service);
  const config = await readLiveConfig(deployment, containers, tools);
  addConfig(deployment, config.read);
  const effective: AuditTarget = {
    name,
    kind: 'container',
    folder: files?.folder ?? tools.choices.cwd,
    deployment,
    // Positions come from the files; the configuration in the container is shown nowhere.
    ...(files?.compose === undefined ? {} : { compose: files.compose }),
    sources: files?.compose?.sources ?? new Map(),
    files: [],
    errors: [...problems, ...config.problems],
    warnings,
  };
  const configPath = config.read?.document.file;
  return {
    effective,
    raw: { containers, networks },
    ...(files === undefined ? {} : { declared: files }),
    ...(configPath === undefined ? {} : { configPath }),
  };
}

function addConfig(deployment: Deployment, config: ReadConfig | undefined): void {
  const version = deployment.openclawVersion ?? openclawVersionOf(deployment);
  if (version !== undefined) deployment.openclawVersion = version;
  if (config === undefined) return;
  deployment.openclawConfig = config.settings;
  deployment.openclawConfigVariables = config.variables;
}

async function containersOf(name: string, { docker }: LiveTools): Promise<ContainerInspect[]> {
  const one = await docker.inspectContainer(name);
  const project = one === null ? name : one.Config.Labels?.[PROJECT];
  if (project === undefined) return one === null ? [] : [one];
  const listed = await docker.listContainers([`${PROJECT}=${project}`]);
  const all = await Promise.all(listed.map((container) => docker.inspectContainer(container.id)));
  // A container made by `docker compose run` goes away again.
  const found = all.filter((each) => each !== null).filter((each) => !isOneOff(each));
  if (one !== null && !found.some(({ Id }) => Id === one.Id)) found.unshift(one);
  if (found.length === 0) throw liveNotFound(name);
  return found;
}

function isOneOff({ Config: { Labels } }: ContainerInspect): boolean {
  return Labels?.['com.docker.compose.oneoff'] === 'True';
}

async function networksOf(
  containers: readonly ContainerInspect[],
  { docker }: LiveTools,
): Promise<unknown[]> {
  const names = new Set(containers.flatMap(({ NetworkSettings }) => Object.keys(NetworkSettings.Networks)));
  const networks = await Promise.all([...names].map((network) => docker.inspectNetwork(network)));
  return networks.filter((network) => network !== null);
}

/** What the owner chose in clawproof.yaml holds for what runs, too. */
function chosenBy(
  files: AuditTarget | undefined,
): Pick<Deployment, 'preset' | 'execMode' | 'openclawVersion'> {
  const { preset, execMode, openclawVersion } = files?.deployment ?? {};
  return {
    ...(preset === undefined ? {} : { preset }),
    ...(execMode === undefined ? {} : { execMode }),
    ...(openclawVersion === undefined ? {} : { openclawVersion }),
  };
}

/** The compose files that Compose noted on its containers. */
async function readDeclared(
  containers: readonly ContainerInspect[],
  tools: LiveTools,
): Promise<{ target?: AuditTarget; warnings: AuditProblem[] }> {
  const noted = notedBy(containers);
  if (noted === undefined) return { warnings: [notCompared('Compose noted no files on the containers')] };
  for (const file of noted.files)
    if ((await tools.reader.text(file).catch(() => null)) === null)
      return { warnings: [notCompared(`${file}, from which they were made, cannot be read here`)] };
  const { files, folder, choices } = noted;
  const request: TargetRequest = { name: files[0] ?? folder, kind: 'compose', files, folder };
  const target = await readComposeTarget(request, { ...tools, choices: { ...tools.choices, ...choices } });
  return { target, warnings: [] };
}

interface Noted {
  files: string[];
  folder: string;
  choices: Pick<AuditChoices, 'projectDirectory' | 'projectName' | 'envFiles'>;
}

/** What Compose wrote on its containers about where they come from. */
function notedBy(containers: readonly ContainerInspect[]): Noted | undefined {
  const labels = containers.map(({ Config }) => Config.Labels ?? {});
  const own = labels.find((each) => each[`${PROJECT}.config_files`] !== undefined) ?? {};
  const listed = (name: string): string[] => (own[`${PROJECT}.${name}`] ?? '').split(',').filter(Boolean);
  const folder = own[`${PROJECT}.working_dir`];
  const [files, envFiles, projectName] = [listed('config_files'), listed('environment_file'), own[PROJECT]];
  if (folder === undefined || files.length === 0) return undefined;
  return {
    files,
    folder,
    choices: {
      projectDirectory: folder,
      ...(projectName === undefined ? {} : { projectName }),
      ...(envFiles.length === 0 ? {} : { envFiles }),
    },
  };
}

function notCompared(why: string): AuditProblem {
  return { id: 'files-not-compared', message: `What runs was not compared with its files: ${why}.` };
}

/** The configuration that the gateway really has. */
async function readLiveConfig(
  { services }: Deployment,
  containers: readonly ContainerInspect[],
  tools: LiveTools,
): Promise<{ read?: ReadConfig; problems: AuditProblem[] }> {
  const gateway = services.find(({ role }) => role === 'gateway');
  const container = containers[gateway === undefined ? -1 : services.indexOf(gateway)];
  if (gateway === undefined || container === undefined) return { problems: [] };
  const read = emptyTexts();
  const candidates = gatewayConfigPaths(gateway).map((file) => ({ file }));
  const config = await readConfig(
    tools.containerFiles(container.Id),
    read,
    candidates,
    gateway.environment ?? {},
  );
  const where = container.Name.replace(/^\//, '');
  // Without positions: they would show lines of a file that holds secrets.
  const problems = [...read.problems, ...(config?.problems ?? [])].map(({ id, message }) => ({
    id,
    message: `In the container ${where}: ${message}`,
  }));
  return { ...(config === undefined ? {} : { read: config }), problems };
}
