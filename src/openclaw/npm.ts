import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { integrityMismatch, lockNotVerifiable, nodePackageMissing, npmFailed, npmPackageMissing, openclawVersionMissing } from '../errors/npm-errors.ts';
import { withTempFolder } from '../operate/temp-folder.ts';
import type { LockedPackage } from '../operate/lock-file.ts';
import { npmRegistry, runNpm } from './npm-run.ts';
import type { NpmPorts } from './npm-run.ts';
import { suggestVersions } from './version.ts';

export interface ResolvedPackage extends LockedPackage {
  /** Range of Node versions that the package accepts; null when it names none. */
  enginesNode: string | null;
}

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
  const answer = await view(ports, `${name}@${range}`, ['version']);
  const versions = [answer].flat().filter((version) => typeof version === 'string');
  const chosen = chooseNode(versions);
  if (chosen === null) throw nodePackageMissing(name, range);
  return resolvePackage(ports, name, chosen);
}

/** Newest version of the lowest even major, or of the lowest major when none is even; null when there is none. */
export function chooseNode(versions: readonly string[]): string | null {
  const known = versions.filter((version) => /^\d+\.\d+\.\d+$/.test(version)).map((version) => version.split('.').map(Number) as [number, number, number]);
  const majors = known.map(([major]) => major).toSorted((a, b) => a - b);
  const major = majors.find((one) => one % 2 === 0) ?? majors[0];
  const newest = known.filter((version) => version[0] === major).toSorted((a, b) => a[1] - b[1] || a[2] - b[2]);
  return newest.at(-1)?.join('.') ?? null;
}

/** Downloads a package to `file` and checks its bytes against the integrity ourselves. */
export async function packPackage(ports: NpmPorts, wanted: LockedPackage, file: string): Promise<void> {
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

/** The package.json that the gateway image is installed from. */
export function gatewayPackageJson(version: string): string {
  return `${JSON.stringify({ name: 'openclaw-gateway', private: true, dependencies: { openclaw: version } }, null, 2)}\n`;
}

/**
 * Resolves all dependencies of one OpenClaw version, without running any of their scripts, and returns the text of
 * a package-lock.json that holds a checksum for every package and no address of a registry.
 * @param openclaw exact version and the integrity that the lock must give it
 */
export async function lockDependencies(ports: NpmPorts, openclaw: LockedPackage): Promise<string> {
  return withTempFolder(ports, 'lock', async (folder) => {
    await ports.files.writeAtomic(join(folder, 'package.json'), gatewayPackageJson(openclaw.version), { mode: 0o644 });
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
export function checkDependencyLock(text: string, openclaw: LockedPackage): string {
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

async function publishedVersions(ports: NpmPorts, name: string): Promise<string[]> {
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
