import type { ExecResult } from '../../ports/exec.ts';
import type { Ports } from '../../ports/ports.ts';
import { aptFailed, aptLocked, dpkgInterrupted } from '../../errors/install-errors.ts';
import { shellQuote } from '../../errors/quote.ts';
import { type AptSource, isSourceFile, parseAptSources, renderAptSources } from './apt-sources.ts';

export type AptPorts = Pick<Ports, 'exec' | 'files' | 'signal'>;

const UPDATE_MS = 5 * 60_000;
const DOWNLOAD_MS = 10 * 60_000;
const INSTALL_MS = 20 * 60_000;
/** How long to wait for another program that installs packages. */
const LOCK_SECONDS = 180;

/** No questions, no restarts of other services, messages in English so that they can be understood. */
const QUIET_ENVIRONMENT = {
  DEBIAN_FRONTEND: 'noninteractive',
  DEBCONF_NONINTERACTIVE_SEEN: 'true',
  NEEDRESTART_MODE: 'l',
  UCF_FORCE_CONFFOLD: '1',
  LC_ALL: 'C',
};

/** apt with lists and sources of its own, so that neither third-party sources nor apt's own state play a part. */
export interface PrivateApt {
  /** Fetches the package lists. Does not fail when a part of them cannot be had: installing tells what is missing. */
  update(): Promise<void>;
  /** Installs packages and what they need; removes none. Not ended by Ctrl-C: a half-done dpkg helps nobody. */
  install(packages: readonly string[]): Promise<void>;
  /** Fetches packages, checked against the signed lists, into a folder; resolves with their paths. */
  download(packages: readonly string[]): Promise<string[]>;
}

/**
 * @param folder an empty folder for lists, sources and downloads, which the caller removes
 * @param onStep hears what is being done
 */
export function createPrivateApt(
  ports: AptPorts,
  folder: string,
  sources: readonly AptSource[],
  onStep: (text: string) => void,
): PrivateApt {
  const base = aptOptions(folder);
  let updateProblem = '';
  const get = async (args: readonly string[], timeoutMs: number, cwd?: string): Promise<ExecResult> => {
    const abortable = args[0] !== 'install';
    const result = await ports.exec.run('apt-get', [...base, ...args], {
      env: QUIET_ENVIRONMENT,
      timeoutMs,
      onLine: (line) => reportLine(line, onStep),
      ...(abortable && { signal: ports.signal }),
      ...(cwd !== undefined && { cwd }),
    });
    if (ports.signal.aborted) throw ports.signal.reason;
    return result;
  };
  return {
    update: async () => {
      for (const path of ['lists/partial', 'cache/archives/partial', 'download'])
        await ports.files.makeDirectory(`${folder}/${path}`, 0o755);
      await ports.files.writeAtomic(`${folder}/debian.sources`, renderAptSources(sources), { mode: 0o644 });
      const result = await get(['update'], UPDATE_MS);
      updateProblem = result.code === 0 ? '' : aptWords(result);
    },
    install: async (packages) => {
      const result = await get(
        ['install', '--yes', '--no-install-recommends', '--no-remove', ...packages],
        INSTALL_MS,
      );
      throwIfFailed(
        result,
        `install ${packages.map(packageName).join(', ')}`,
        updateProblem,
        `sudo apt-get install ${packages.map(packageName).join(' ')}`,
      );
    },
    download: async (packages) => {
      const result = await get(['download', ...packages], DOWNLOAD_MS, `${folder}/download`);
      throwIfFailed(
        result,
        `download ${packages.join(', ')}`,
        updateProblem,
        `apt-get download ${packages.map(shellQuote).join(' ')}`,
      );
      return (await ports.files.list(`${folder}/download`))
        .filter((name) => name.endsWith('.deb'))
        .map((name) => `${folder}/download/${name}`);
    },
  };
}

/** All sources of this host's apt, whoever they belong to. */
export async function readAptSources(ports: Pick<Ports, 'files'>): Promise<AptSource[]> {
  const folder = '/etc/apt/sources.list.d';
  const names = (await ports.files.list(folder)).filter(isSourceFile);
  const paths = ['/etc/apt/sources.list', ...names.map((name) => `${folder}/${name}`)];
  const texts = await Promise.all(
    paths.map(async (path) => ({ path, text: (await ports.files.read(path)) ?? '' })),
  );
  return texts.flatMap(({ path, text }) =>
    parseAptSources(text, path.endsWith('.sources') ? 'sources' : 'list'),
  );
}

function aptOptions(folder: string): string[] {
  const settings = [
    `Dir::Etc::sourcelist=${folder}/debian.sources`,
    'Dir::Etc::sourceparts=/dev/null',
    `Dir::State::lists=${folder}/lists`,
    `Dir::Cache=${folder}/cache`,
    `DPkg::Lock::Timeout=${LOCK_SECONDS}`,
    'DPkg::Options::=--force-confdef',
    'DPkg::Options::=--force-confold',
    'DPkg::Use-Pty=0',
    // A default release of the host's configuration need not be among these sources.
    'APT::Default-Release=',
    'Acquire::Languages=none',
    'Acquire::Retries=3',
  ];
  return ['--quiet', ...settings.flatMap((setting) => ['-o', setting])];
}

/** Of apt's many lines, those that say where it is. */
function reportLine(line: string, onStep: (text: string) => void): void {
  const holder = lockHolder(line);
  if (holder !== null) onStep(`waiting for another installation to finish (${holder})`);
  const [, index, fetched] = /^Get:\d+ \w+:\S* (\S+) (?:InRelease|Release\S*|\S+ (\S+)) /.exec(line) ?? [];
  if (index !== undefined)
    onStep(
      `fetching ${fetched === undefined || fetched === 'Packages' ? `the package list of ${index}` : fetched}`,
    );
  const [, verb, name] = /^(Unpacking|Setting up) (\S+)/.exec(line) ?? [];
  if (verb !== undefined) onStep(`${verb.toLowerCase()} ${name}`);
}

function lockHolder(text: string): string | null {
  const match = /Could not get lock \S+ It is held by process (\d+) \(([^)]*)\)/.exec(text);
  return match ? `${match[2]}, process ${match[1]}` : null;
}

function throwIfFailed(result: ExecResult, step: string, updateProblem: string, command: string): void {
  if (result.code === 0) return;
  const output = `${result.stderr}\n${result.stdout}`;
  if (result.killed === 'missing') throw aptFailed(step, 'apt-get is not there', command);
  if (result.killed === 'timeout') throw aptFailed(step, 'apt-get did not finish in time', command);
  if (/dpkg was interrupted/.test(output)) throw dpkgInterrupted();
  const holder = lockHolder(output);
  if (holder !== null && /Unable to (?:acquire|lock)/.test(output)) throw aptLocked(holder);
  throw aptFailed(
    step,
    [
      aptWords(result),
      ...(updateProblem === '' ? [] : [`fetching the package lists: ${updateProblem}`]),
    ].join('; '),
    command,
  );
}

/** apt's own errors, at most three of them. */
function aptWords(result: ExecResult): string {
  const lines = `${result.stderr}\n${result.stdout}`.split('\n').map((line) => line.trim());
  const errors = lines
    .filter((line) => /^(?:E:|Err:|dpkg: error)/.test(line))
    .map((line) => line.replace(/^E: /, ''));
  const telling = errors.length > 0 ? errors : lines.filter((line) => line !== '').slice(-1);
  return [...new Set(telling)].slice(0, 3).join('; ') || `apt-get ended with code ${result.code ?? 'none'}`;
}

/** A package by its name, also where it is installed from a file. */
function packageName(item: string): string {
  return item.includes('/') ? (item.slice(item.lastIndexOf('/') + 1).split('_')[0] ?? item) : item;
}
