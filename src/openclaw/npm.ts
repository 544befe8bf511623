import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { integrityMismatch, lockNotVerifiable, packageRangeMissing, npmFailed, npmPackageMissing, openclawVersionMissing } from '../errors/npm-errors.ts';
import { withTempFolder } from '../ports/temp-folder.ts';
import { npmRegistry, runNpm } from './npm-run.ts';
import type { NpmPorts } from './npm-run.ts';
import { suggestVersions } from './version.ts';

/** One version of an npm package, and the checksum that its archive must have. */
export interface PinnedPackage {
  name: string;
  version: string;
  /** Subresource integrity, "sha512-…". */
  integrity: string;
}

export interface ResolvedPackage extends PinnedPackage {
  /** Range of Node versions that the package accepts; null when it names none. */
  enginesNode: string | null;
}

const NPM_RANGE = '^11.6.0';
const VIEW_SECONDS = 60;
const DOWNLOAD_SECONDS = 600;
/** So that a registry that is not there is known after seconds instead of npm's minutes. */
const IMPATIENT = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-timeout=20000'];

/**
 * Asks the registry for one exact version of a package.
 * @param version exact version or a tag such as `latest`
 * @throws AppError `package-version-missing` (with suggestions), `npm-*`
 */
export async function resolvePackage(ports: NpmPorts, name: string, version: string): Promise<ResolvedPackage> {
  const fields = ['name', 'version', 'engines', 'dist.integrity'];
  const answer = await view(ports, `${name}@${version}`, fields);
  if (answer === null) throw openclawVersionMissing(name, version, suggestVersions(version, await publishedVersions(ports, name)));
  const found = (Array.isArray(answer) ? answer.at(-1) : answer) as Record<string, unknown>;
  const integrity = found['dist.integrity'];
  if (typeof found['version'] !== 'string') throw npmFailed(`look up ${name}@${version}`, 'its answer has no version');
  if (typeof integrity !== 'string' || !integrity.startsWith('sha512-')) throw lockNotVerifiable([`${name}@${version}`]);
  const engines = found['engines'] as Record<string, unknown> | undefined;
  const node = engines?.['node'];
  return { name, version: found['version'], integrity, enginesNode: typeof node === 'string' ? node : null };
}

/**
 * The Node version to run a package on: the newest of the lowest even (long-term support) major that the package
 * accepts, as an npm package that holds just the `node` binary for Linux.
 * @param arch Node's name of the processor: x64, arm64
 */
export async function resolveNode(ports: NpmPorts, range: string, arch: string): Promise<ResolvedPackage> {
  const name = `node-linux-${arch}`;
  const versions = await matchingVersions(ports, name, range);
  const majors = [...new Set(versions.map(([major]) => major))].toSorted((a, b) => a - b);
  const major = majors.find((one) => one % 2 === 0) ?? majors[0];
  const chosen = newest(versions.filter((version) => version[0] === major));
  if (chosen === null) throw packageRangeMissing(name, range);
  return resolvePackage(ports, name, chosen);
}

/** The npm that installs OpenClaw into the image. Major 12 no longer runs the install scripts that OpenClaw needs. */
export async function resolveNpm(ports: NpmPorts): Promise<ResolvedPackage> {
  const chosen = newest(await matchingVersions(ports, 'npm', NPM_RANGE));
  if (chosen === null) throw packageRangeMissing('npm', NPM_RANGE);
  return resolvePackage(ports, 'npm', chosen);
}

type Triple = [major: number, minor: number, patch: number];

/** Published versions in a range, without pre-releases. */
async function matchingVersions(ports: NpmPorts, name: string, range: string): Promise<Triple[]> {
  const answer = [await view(ports, `${name}@${range}`, ['version'])].flat();
  const plain = answer.filter((version) => typeof version === 'string' && /^\d+\.\d+\.\d+$/.test(version)) as string[];
  return plain.map((version) => version.split('.').map(Number) as Triple);
}

function newest(versions: readonly Triple[]): string | null {
  return versions.toSorted((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]).at(-1)?.join('.') ?? null;
}

/** Downloads a package to `file` and checks its bytes against the integrity ourselves. */
export async function packPackage(ports: NpmPorts, wanted: PinnedPackage, file: string): Promise<void> {
  const present = await ports.files.readBytes(file);
  if (present !== null && sri(present) === wanted.integrity) return;
  await withTempFolder(ports, 'pack', async (folder) => {
    const spec = `${wanted.name}@${wanted.version}`;
    await runNpm(ports, ['pack', spec, '--pack-destination', folder, '--ignore-scripts', '--json'], {
      what: `download ${spec}`,
      seconds: DOWNLOAD_SECONDS,
      cwd: folder,
    });
    const name = (await ports.files.list(folder)).find((entry) => entry.endsWith('.tgz'));
    const bytes = name === undefined ? null : await ports.files.readBytes(join(folder, name));
    if (bytes === null) throw npmFailed(`download ${spec}`, 'it left no package behind');
    const found = sri(bytes);
    if (found !== wanted.integrity) throw integrityMismatch(wanted.name, wanted.version, wanted.integrity, found);
    await ports.files.writeAtomic(file, bytes, { mode: 0o644 });
  });
}

/**
 * Resolves all dependencies of one OpenClaw version, without running any of their scripts, and returns the text of
 * a package-lock.json that holds a checksum for every package and no address of a registry.
 * @param openclaw exact version and the integrity that the lock must give it
 * @param packageJson text of the package.json whose only dependency it is
 */
export async function lockDependencies(ports: NpmPorts, openclaw: PinnedPackage, packageJson: string): Promise<string> {
  return withTempFolder(ports, 'lock', async (folder) => {
    await ports.files.writeAtomic(join(folder, 'package.json'), packageJson, { mode: 0o644 });
    const flags = ['--package-lock-only', '--omit-lockfile-registry-resolved', '--ignore-scripts', '--no-workspaces', '--no-audit', '--no-fund'];
    await runNpm(ports, ['install', ...flags, '--lockfile-version=3', '--engine-strict=false'], {
      what: `resolve the dependencies of openclaw@${openclaw.version}`,
      seconds: DOWNLOAD_SECONDS,
      cwd: folder,
    });
    const text = await ports.files.read(join(folder, 'package-lock.json'));
    if (text === null) throw npmFailed('resolve dependencies', 'it left no package-lock.json behind');
    return checkDependencyLock(text, openclaw);
  });
}

interface DependencyLock {
  packages: Record<string, { version?: string; integrity?: string; resolved?: string; inBundle?: boolean; link?: boolean }>;
}

/**
 * Checks that every package in a package-lock.json has a checksum, and takes out the addresses of the registry they
 * came from: they are of no use to anybody else, and may be private.
 */
export function checkDependencyLock(text: string, openclaw: PinnedPackage): string {
  const lock = JSON.parse(text) as DependencyLock;
  const bad: string[] = [];
  for (const [path, entry] of Object.entries(lock.packages)) {
    // A bundled package comes inside its parent's archive, which has the checksum.
    if (path === '' || entry.inBundle === true) continue;
    if (entry.link === true || entry.integrity === undefined || !/^sha(512|384|256)-/.test(entry.integrity)) bad.push(path);
    delete entry.resolved;
  }
  if (bad.length > 0) throw lockNotVerifiable(bad);
  const top = lock.packages['node_modules/openclaw'];
  if (top?.version !== openclaw.version || top.integrity !== openclaw.integrity) {
    throw integrityMismatch('openclaw', openclaw.version, openclaw.integrity, top?.integrity ?? 'missing');
  }
  return `${JSON.stringify(lock, null, 2)}\n`;
}

/** Subresource integrity of bytes, as npm writes it. */
function sri(bytes: Uint8Array): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}

/**
 * Every version of a package that the registry of this machine's npm has, in no order.
 * @throws AppError `npm-*`
 */
export async function publishedVersions(ports: NpmPorts, name: string): Promise<string[]> {
  const answer = await view(ports, name, ['versions']);
  if (answer === null) throw npmPackageMissing(name, await npmRegistry(ports));
  return [answer].flat().filter((version) => typeof version === 'string');
}

/** The parsed answer of `npm view`; null when there is no such version. */
async function view(ports: NpmPorts, spec: string, fields: readonly string[]): Promise<unknown> {
  const text = await runNpm(ports, ['view', spec, ...fields, '--json', ...IMPATIENT], {
    what: `look up ${spec}`,
    seconds: VIEW_SECONDS,
    allowMissing: true,
  });
  if (text === null || text.trim() === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    throw npmFailed(`look up ${spec}`, 'its answer is not JSON');
  }
}
