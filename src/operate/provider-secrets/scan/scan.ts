import { dirname, join, resolve } from 'node:path';
import { isAppError } from '../../../errors/app-error.ts';
import { scanSourceFailed } from '../../../errors/secret-errors.ts';
import type { Ports } from '../../../ports/ports.ts';
import { PATHS } from '../../../render/layout.ts';
import { ownerContext, readOwned } from '../../container-owner.ts';
import { openSession } from '../../session.ts';
import { pinsFrom } from '../../up/file-set.ts';
import { keyPath } from '../names.ts';
import { keyNames } from '../store.ts';
import { Collector, type Expected, type NamesIn } from './collector.ts';
import {
  type ScanContext,
  searchImages,
  searchInspect,
  searchLogs,
  searchMount,
  size,
} from './engine-sources.ts';
import { formsOf, type KnownSecret } from './forms.ts';
import { GitHistory } from './git-history.ts';
import type { ScanReport } from './scan-report.ts';
import type { TarSummary } from './search-tar.ts';

export interface ScanRequest {
  folder: string;
  toolVersion: string;
  images: boolean;
  /** Files and folders besides, as the user wrote them. */
  also: readonly string[];
}

/** What the audit of files knows, too. */
export interface ScanTools {
  namesIn: NamesIn;
  /** How Git is called in a repository that may be somebody else's. */
  git: { args: readonly string[]; env: Record<string, string | undefined> };
}

const GIT_MS = 30 * 60_000;

/** Looks everywhere for keys; changes nothing. What cannot be searched is in the report, with the reason. */
export async function scanSecrets(ports: Ports, request: ScanRequest, tools: ScanTools): Promise<ScanReport> {
  const session = await openSession(ports, request.folder);
  const image = pinsFrom(session.policy, session.lock, request.toolVersion).images.gateway;
  const known = await readKnown(ports, request.folder, ownerContext({ ...session, ports }, image));
  const collector = new Collector(known.flatMap(formsOf), tools.namesIn);
  const context: ScanContext = { ...session, ports, collector, image };
  const source = (
    what: string,
    search: (report: (text: string) => void) => Promise<string | { skipped: string }>,
  ): Promise<void> =>
    ports.progress.task(what, (task) =>
      collector.source(
        what,
        () => search((text) => task.step(text)),
        (error) => words(ports, error),
      ),
    );
  await source('files of the folder', () => searchFolder(context, request.folder));
  for (const path of request.also)
    await source(path, () => searchAlso(context, resolve(ports.system.cwd, path)));
  await source('state of OpenClaw', () => searchState(context));
  await source('logs', () => searchLogs(context));
  await source('containers', () => searchInspect(context));
  await source('environment of this shell', async () => searchEnvironment(context));
  await source('history of git', () => searchGit(context, request.folder, tools.git));
  await source('images', (report) =>
    request.images
      ? searchImages(context, report)
      : Promise.resolve({ skipped: 'left out with --no-images' }),
  );
  const { findings, expected, looked } = collector;
  return { known: known.length, findings, expected, looked };
}

/** Keys and the gateway token. Their values stay in this process. */
async function readKnown(
  ports: Ports,
  folder: string,
  owner: ReturnType<typeof ownerContext>,
): Promise<KnownSecret[]> {
  const places = [
    { name: 'the gateway token', path: PATHS.gatewayToken },
    ...(await keyNames(ports, folder)).map((name) => ({ name, path: keyPath(name) })),
  ];
  const known = await Promise.all(
    places.map(async ({ name, path }) => ({
      name,
      value: (await readOwned(owner, folder, path))?.trim() ?? '',
    })),
  );
  return known.filter(({ value }) => value !== '');
}

async function searchFolder(context: ScanContext, folder: string): Promise<string> {
  const summary = await searchMount(
    context,
    { kind: 'folder', source: folder },
    {
      place: (name) => name,
      // Where the keys have to be; the repository is searched as a history.
      isHome: (name) =>
        name === PATHS.gatewayToken || name.startsWith(`${PATHS.keys}/`) || name.startsWith('.git/'),
      thorough: () => true,
    },
  );
  return described(context, 'files of the folder', summary);
}

async function searchAlso(context: ScanContext, path: string): Promise<string | { skipped: string }> {
  const stat = await context.ports.files.stat(path);
  if (stat === null) throw scanSourceFailed(path, 'there is nothing of that name');
  const mount = { kind: 'folder' as const, source: path, isFile: stat.kind !== 'directory' };
  const base = mount.isFile ? dirname(path) : path;
  const summary = await searchMount(context, mount, {
    place: (name) => join(base, name),
    thorough: () => true,
  });
  return described(context, path, summary);
}

async function searchState(context: ScanContext): Promise<string | { skipped: string }> {
  const volume = `${context.policy.name}_state`;
  if ((await context.docker.inspectVolume(volume)) === null) return { skipped: 'there is none yet' };
  const summary = await searchMount(
    context,
    { kind: 'volume', source: volume },
    {
      place: (name) => `state, ${name}`,
      thorough: () => true,
      expected: ownIdentity,
    },
  );
  return described(context, 'state of OpenClaw', summary);
}

/** OpenClaw makes a key pair for itself, by which its own commands and devices know it. */
const ownIdentity: Expected = (place, { what }) =>
  what === 'looks like a private key' && /^state, (?:state\/openclaw\.sqlite|identity\/)/.test(place)
    ? "the gateway's own device key, made by OpenClaw"
    : undefined;

/** What could not be opened is told as a source of its own, so that it never counts as searched. */
function described({ collector }: ScanContext, what: string, { files, bytes, closed }: TarSummary): string {
  if (closed.length > 0)
    collector.looked.push({
      what: `${what}: ${closed.length} ${closed.length === 1 ? 'archive' : 'archives'}`,
      state: 'skipped',
      detail: closed.slice(0, 3).join(', ') + (closed.length > 3 ? ', …' : ''),
    });
  return `${files} files, ${size(bytes)}`;
}

function searchEnvironment({ ports, collector }: ScanContext): string {
  const entries = Object.entries(ports.system.env);
  for (const [name, value] of entries) {
    if (value === undefined || value === '') continue;
    const searcher = collector.searcher(true);
    searcher.push(Buffer.from(value));
    collector.add(
      `environment of this shell, ${name}`,
      searcher.end().map((hit) => ({ ...hit, line: null })),
    );
  }
  return `${entries.length} variables`;
}

async function searchGit(
  { ports, collector }: ScanContext,
  folder: string,
  git: ScanTools['git'],
): Promise<string | { skipped: string }> {
  if (!(await isInRepository(ports, folder))) return 'the folder is in no repository';
  const history = new GitHistory(collector);
  const args = [
    ...git.args, 'log', '--all', '--reflog', '--patch', '--unified=0', '--text', '--no-color', '--no-ext-diff', '--no-textconv',
    '--no-show-signature', '-m', '--full-history', '--format=clawproof-commit %H%n%B',
  ]; // prettier-ignore
  const options = { cwd: folder, timeoutMs: GIT_MS, signal: ports.signal, env: git.env };
  const result = await ports.exec.stream('git', args, (bytes) => history.push(bytes), options);
  ports.signal.throwIfAborted();
  if (result.killed === 'missing')
    throw scanSourceFailed('the history', 'there is a repository, but no git here');
  if (result.code !== 0) throw scanSourceFailed('the history', result.stderr.trim().split('\n')[0] ?? '');
  history.end();
  return `${history.commits} commits`;
}

async function isInRepository({ files }: Ports, folder: string): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    if ((await files.stat(join(at, '.git'))) !== null) return true;
    if (dirname(at) === at) return false;
  }
}

/** An interruption ends the whole search; anything else only that of one source. */
function words({ signal }: Ports, error: unknown): string {
  signal.throwIfAborted();
  if (isAppError(error)) return error.entry.message;
  throw error;
}
