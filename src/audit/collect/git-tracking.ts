import { dirname, join } from 'node:path';
import type { DeploymentFile } from '../../deployment/deployment.ts';
import type { Exec } from '../../ports/exec.ts';
import type { SourceReader } from '../source-reader.ts';
import { ifAllowed } from './describe-file.ts';

const timeoutMs = 5000;

/**
 * The repository may be somebody else's: nothing that its configuration names is run (hooks, file system monitor,
 * remotes), and a folder that only looks like a bare repository is none.
 */
const settings = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'protocol.allow=never',
  'safe.bareRepository=explicit',
];
const harmless = [
  ...settings.flatMap((setting) => ['-c', setting]),
  '--literal-pathspecs',
  '--no-optional-locks',
];
const environment = {
  GIT_DIR: undefined,
  GIT_WORK_TREE: undefined,
  GIT_INDEX_FILE: undefined,
  GIT_NO_LAZY_FETCH: '1',
  GIT_TERMINAL_PROMPT: '0',
  // It beats protocol.<name>.allow in the repository's configuration, which beats protocol.allow. No protocol is called so.
  GIT_ALLOW_PROTOCOL: 'none',
};

/** For other calls of Git in a folder that may be somebody else's. */
export { environment as harmlessGitEnvironment, harmless as harmlessGitArguments };

/**
 * Says of each file whether Git tracks it. Without a repository around the folder none is tracked; without Git, or where it
 * gives no answer, `isTracked` stays undefined.
 */
export async function markTracked(
  reader: SourceReader,
  exec: Pick<Exec, 'run'> | undefined,
  folder: string,
  files: readonly DeploymentFile[],
): Promise<DeploymentFile[]> {
  const candidates = files.filter(
    ({ path, use }) => use !== undefined && !path.startsWith('/') && !path.startsWith('..'),
  );
  if (candidates.length === 0) return [...files];
  const isRepository = await hasRepository(reader, folder);
  const tracked = isRepository ? await trackedPaths(exec, folder, candidates) : new Set<string>();
  if (!tracked) return [...files];
  return files.map((file) =>
    candidates.includes(file) ? { ...file, isTracked: tracked.has(file.path) } : file,
  );
}

async function hasRepository(reader: SourceReader, folder: string): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    if (await ifAllowed(reader.stat(join(at, '.git')))) return true;
    if (dirname(at) === at) return false;
  }
}

async function trackedPaths(
  exec: Pick<Exec, 'run'> | undefined,
  folder: string,
  files: readonly DeploymentFile[],
): Promise<Set<string> | undefined> {
  const paths = files.map(({ path }) => path);
  const result = await exec?.run('git', [...harmless, 'ls-files', '-z', '--cached', '--', ...paths], {
    cwd: folder,
    timeoutMs,
    env: environment,
  });
  if (result?.code !== 0 || result.truncated) return undefined;
  return new Set(result.stdout.split('\0'));
}
