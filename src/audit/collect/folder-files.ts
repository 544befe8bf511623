import { isAbsolute, join, relative } from 'node:path';
import type { ComposeProject } from '../../deployment/compose/project/compose-project.ts';
import type { Deployment, DeploymentFile, Mount } from '../../deployment/deployment.ts';
import { hasUnknownVariable } from '../../documents/unknown-variable.ts';
import { secretFileKind } from '../../measures/secret-files.ts';
import type { SourceReader } from '../source-reader.ts';
import { describeFile, namesIn } from './describe-file.ts';

/** More files than a deployment has; of what lies behind them nothing is said. */
const MAX_FILES = 400;
const MAX_DEPTH = 5;
/** Folders beside a compose file in which settings, secrets and state are kept. */
const subfolders = new Set([
  'secrets',
  '.secrets',
  'credentials',
  'config',
  'openclaw',
  '.openclaw',
  'data',
  'state',
]);
/** What OpenClaw keeps in its state folder and holds credentials, by folder. */
const stateFolders = ['', 'credentials', 'agents', 'logs', 'backups', 'config'];
const keptPattern =
  /\/\.(?:openclaw|clawdbot|moltbot)(?:\/|$)|^\/etc\/openclaw(?:\/|$)|^\/run\/secrets(?:\/|$)/;
/** Folders of the system: looking into some of them waits for a network. */
const systemPattern = /^\/(?:proc|sys|dev|net|run|mnt|media|afs)(?:\/|$)/;

interface Listing {
  folder: string;
  paths: Promise<string[]>;
}

/** Ten thousand compose files of one folder are ten thousand deployments: the folder is looked through once. */
const lastListing = new WeakMap<SourceReader, Listing>();

/** Files beside the compose files that hold secrets, settings or state, with what their mounts bring in. */
export async function describeFolder(
  reader: SourceReader,
  folder: string,
  deployment: Deployment,
  project: ComposeProject | undefined,
  homeDir: string,
): Promise<DeploymentFile[]> {
  const wanted = new Map<string, DeploymentFile['use']>();
  for (const path of await listed(reader, folder)) wanted.set(path, secretFileKind(path));
  for (const { path, isThere } of project?.envFiles ?? [])
    if (isThere) wanted.set(within(folder, path), 'env');
  const mounts = deployment.services.flatMap(({ mounts: own = [], role }) =>
    role === 'neighbour' ? [] : own,
  );
  for (const [path, use] of await mounted(reader, folder, mounts, homeDir))
    if (!wanted.has(path)) wanted.set(path, use);
  const files: DeploymentFile[] = [];
  for (const [path, use] of [...wanted].slice(0, MAX_FILES)) {
    const file = await describeFile(reader, folder, path, use);
    if (file) files.push(file);
  }
  return files;
}

function listed(reader: SourceReader, folder: string): Promise<string[]> {
  const last = lastListing.get(reader);
  if (last?.folder === folder) return last.paths;
  const paths = listFolder(reader, folder);
  lastListing.set(reader, { folder, paths });
  return paths;
}

async function listFolder(reader: SourceReader, folder: string): Promise<string[]> {
  const names = await namesIn(reader, folder);
  const found = names.filter((name) => secretFileKind(name) !== undefined);
  for (const name of names.filter((candidate) => subfolders.has(candidate))) {
    const inner = await namesIn(reader, folder, name);
    const deeper = inner.includes('openclaw') ? await namesIn(reader, folder, join(name, 'openclaw')) : [];
    const paths = [
      ...inner.map((child) => `${name}/${child}`),
      ...deeper.map((child) => `${name}/openclaw/${child}`),
    ];
    found.push(...paths.filter((path) => secretFileKind(path) !== undefined));
  }
  return found.slice(0, MAX_FILES);
}

/** What the mounts of OpenClaw bring in: settings and secrets, and what lies in its state folder. */
async function mounted(
  reader: SourceReader,
  folder: string,
  mounts: readonly Mount[],
  homeDir: string,
): Promise<[string, DeploymentFile['use']][]> {
  const found: [string, DeploymentFile['use']][] = [];
  for (const mount of mounts.filter(bringsInState)) {
    const source = (mount.source ?? '').replace(/^~(?=\/|$)/, homeDir);
    // Absolute sources keep their spelling, by which measures find the file of a mount.
    const path = isAbsolute(source) ? source.replace(/(?<=.)\/+$/, '') : within(folder, join(folder, source));
    found.push([path, mount.from === 'secret' ? 'secret' : undefined]);
    const inner = within(folder, join(isAbsolute(source) ? '/' : folder, source));
    // State of others is none of this deployment's business.
    if (isAbsolute(inner) || inner.startsWith('..')) continue;
    for (const file of await stateFiles(reader, folder, inner)) found.push([file, undefined]);
  }
  return found;
}

function bringsInState({ source, target, kind, from }: Mount): boolean {
  if (kind !== 'bind' || source === undefined || hasUnknownVariable(source)) return false;
  return (from !== undefined || keptPattern.test(target)) && !systemPattern.test(source);
}

async function stateFiles(reader: SourceReader, folder: string, path: string): Promise<string[]> {
  const found: string[] = [];
  for (const inner of stateFolders) {
    const names = await namesIn(reader, folder, join(path, inner));
    found.push(
      ...names.map((name) => join(path, inner, name)).filter((file) => secretFileKind(file) !== undefined),
    );
    if (inner !== 'agents') continue;
    for (const agent of names.slice(0, 50)) {
      const profiles = join(path, inner, agent, 'agent');
      const files = await namesIn(reader, folder, profiles);
      found.push(
        ...files.map((name) => join(profiles, name)).filter((file) => secretFileKind(file) !== undefined),
      );
    }
  }
  return found.slice(0, MAX_FILES);
}

/** Relative to the folder for what lies in it or near it, absolute for the rest. */
function within(folder: string, path: string): string {
  const short = relative(folder, path);
  return short === ''
    ? '.'
    : short.split('/').filter((part) => part === '..').length > MAX_DEPTH
      ? path
      : short;
}
