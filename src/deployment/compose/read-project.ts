import { nodeAt, plainOf, type LocatedMap } from '../../documents/located.ts';
import { PRESET_NAMES } from '../../policy/presets.ts';
import type { Deployment, Service, UnreadField } from '../deployment.ts';
import { addHostPaths } from '../host-paths.ts';
import { presetLabel, settleRoles } from '../role.ts';
import type { ComposeProject } from './project/compose-project.ts';
import { readNetworks } from './networks.ts';
import { relativePath } from './relative-path.ts';
import { readService } from './service.ts';
import { asMap, isMap, type YamlMap } from './values.ts';
import { addForeignVolumes } from './volumes-from.ts';

/** What is known of a deployment beside its compose file. */
export type ComposeContext = Pick<
  Deployment,
  | 'preset'
  | 'execMode'
  | 'openclawVersion'
  | 'openclawConfig'
  | 'files'
  | 'dockerfiles'
  | 'buildContexts'
  | 'engine'
>;

/**
 * What a loaded project asks for. Anything that is there and cannot be understood is in `unread`, and so is what depends
 * on a variable that is set nowhere, as far as it could not be kept (see `Service.unknown`). Services that are no
 * mappings are problems of the project and left out here.
 */
export function deploymentFromProject(project: ComposeProject, context: ComposeContext = {}): Deployment {
  const deployment = deploymentFromRoot(plainRoot(project.root), context, project.projectDirectory);
  for (const service of deployment.services) addEnvironmentFiles(service, project);
  return deployment;
}

/**
 * The same for the data of a single file, without knowing where each part of it stands.
 * @param folder project directory; undefined when nobody knows it
 */
export function deploymentFromRoot(root: YamlMap, context: ComposeContext, folder?: string): Deployment {
  const unread: UnreadField[] = [];
  const definitions = {
    volumes: asMap(root['volumes']),
    secrets: asMap(root['secrets']),
    configs: asMap(root['configs']),
  };
  const services: Service[] = [];
  for (const [name, definition] of Object.entries(asMap(root['services'])))
    if (isMap(definition)) services.push(readService(name, definition, definitions, unread));
  addHostPaths(services, folder);
  addForeignVolumes(services, root, unread);
  settleRoles(services);
  const deployment: Deployment = {
    evidence: 'declared',
    services,
    networks: readNetworks(root, services, unread),
    ...context,
  };
  const preset = context.preset ?? presetOf(services);
  if (preset) deployment.preset = preset;
  if (unread.length > 0) deployment.unread = unread;
  return deployment;
}

/** The preset that clawproof notes on its gateway. */
export function presetOf(services: readonly Service[]): Deployment['preset'] {
  const value = services.find((service) => service.role === 'gateway')?.labels?.[presetLabel];
  return PRESET_NAMES.find((name) => name === value);
}

/** Extensions are for people and for anchors; nothing of them is deployed. */
function plainRoot(root: LocatedMap): YamlMap {
  const entries = [...root.entries].filter(([key]) => !key.startsWith('x-'));
  return Object.fromEntries(entries.map(([key, node]) => [key, plainOf(node)]));
}

/** Notes which variables come from which env_file: those that stand in one. */
function addEnvironmentFiles(service: Service, project: ComposeProject): void {
  const missing = project.envFiles
    .filter((file) => file.service === service.name && file.isRequired && !file.isThere)
    .map((file) => relativePath(project.projectDirectory, file.path));
  if (missing.length > 0) service.missingEnvironmentFiles = [...new Set(missing)];
  const envFiles = new Set(
    project.envFiles.filter((file) => file.service === service.name).map((file) => file.path),
  );
  const environment = nodeAt(project.root, ['services', service.name, 'environment']);
  if (envFiles.size === 0 || environment?.kind !== 'map') return;
  const origins: Record<string, string> = {};
  for (const [name, { origin }] of environment.entries)
    if (envFiles.has(origin.file)) origins[name] = relativePath(project.projectDirectory, origin.file);
  if (Object.keys(origins).length > 0) service.environmentFiles = origins;
}
