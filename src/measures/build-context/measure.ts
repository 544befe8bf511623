import type { BuildContext, Deployment, DeploymentFile, Service } from '../../deployment/deployment.ts';
import { isRemoteContext } from '../../deployment/file-facts.ts';
import { createDockerignore } from '../../documents/dockerignore.ts';
import { hasUnknownVariable } from '../../documents/unknown-variable.ts';
import { failedFile, failuresOr, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { weakenFile } from '../weaken.ts';
import { leaveOut } from './fix.ts';
import { ignoreFileOf } from './ignore-file.ts';

/** Paths that no image may get, as they stand in the folder of a deployment. */
const secretPaths = ['.env', 'secrets/gateway_token', 'config/openclaw/openclaw.json', '.git/config'];
const ignorePattern = /(?:^|\/)(?:[^/]+)?\.dockerignore$/;

export const measure = defineMeasure({
  id: 'build-context',
  title: 'No secret enters a build context',
  risk: { precondition: 'local', impact: 'gateway' },
  rows: ['H12', 'G8'],
  references: {
    cis: ['4.10'],
    nist: ['4.1.4'],
    owasp: ['D12'],
    scanners: ['Trivy DS-0031', 'hadolint DL3064'],
  },
  why: 'What is sent to the builder can end in a layer of the image, and stays there for everybody who gets the image.',
  check: (deployment) => {
    if (deployment.buildContexts !== undefined) return judgeContexts(deployment.buildContexts);
    if (deployment.files === undefined) return [skipped('the files of the deployment were not looked at')];
    return judgeIgnoreFiles(deployment, deployment.files);
  },
  fix: (failure, { deployment }) => leaveOut(failure.subject ?? '', deployment),
  weaken: (deployment) =>
    weakenFile(deployment, (file) => file.path.endsWith('.dockerignore'), { text: 'node_modules\n' }),
});

/** Two services that are built from one folder make one finding. */
function judgeContexts(contexts: readonly BuildContext[]): Outcome[] {
  const byFile = new Map(contexts.map((context) => [ignoreFileOf(context), context]));
  return [...byFile.values()].flatMap(judgeContext);
}

/** A folder that was looked into: what is really there counts, and .env, which comes as soon as somebody runs it. */
function judgeContext(context: BuildContext): Outcome[] {
  const { path, ignoreFile, secretFiles, unseen } = context;
  const wanted = ignoreFileOf(context);
  if (secretFiles.length > 0) {
    const shown = secretFiles.slice(0, 5).join(', ');
    const rest = secretFiles.length > 5 ? ` and ${secretFiles.length - 5} more` : '';
    const what =
      ignoreFile === undefined ? 'it is not there, and the builder gets' : 'it lets the builder have';
    return [failedFile(wanted, `${what} ${shown}${rest}`)];
  }
  if (ignoreFile === undefined && path === '.')
    return [
      failedFile(
        wanted,
        'there is none, so the builder gets the whole folder, with .env as soon as there is one',
      ),
    ];
  return [
    ...failuresOr([]),
    ...(unseen === undefined ? [] : [skipped(`the build context ${path}: ${unseen}`)]),
  ];
}

/** Without a look into the folders: what the ignore files would let in. */
function judgeIgnoreFiles(deployment: Deployment, files: readonly DeploymentFile[]): Outcome[] {
  const found = files.filter((file) => ignorePattern.test(file.path));
  if (found.length === 0) return judgeWithout(deployment.services.filter(({ isBuilt }) => isBuilt === true));
  return failuresOr(
    found.flatMap((file) =>
      file.text === undefined ? [skipped(`${file.path} was not read`)] : failures(file.path, file.text),
    ),
  );
}

/** No ignore file is there, and nobody looked into a folder. */
function judgeWithout(built: readonly Service[]): Outcome[] {
  if (built.length === 0) return [skipped('nothing is built here, and there is no .dockerignore')];
  const local = built.filter(({ build }) => build === undefined || !isRemoteContext(build.context));
  if (local.length === 0)
    return [skipped('it is built from an address on the network: no folder of this host is sent')];
  const unknown = local.find(({ build }) => hasUnknownVariable(build?.context ?? ''));
  return unknown
    ? [skipped(`the build context of ${unknown.name} depends on a variable that is set nowhere`)]
    : [failedFile('.dockerignore', 'there is none, so the builder gets the whole folder')];
}

function failures(path: string, text: string): Outcome[] {
  const entering = enteringPaths(text);
  if (entering === undefined)
    return [{ state: 'error', reason: `${path} has more patterns than can be followed` }];
  return entering.length === 0
    ? []
    : [failedFile(path, `lets ${entering.join(', ')} into the build context`)];
}

function enteringPaths(text: string): string[] | undefined {
  try {
    const ignores = createDockerignore(text);
    return secretPaths.filter((candidate) => !ignores(candidate, false));
  } catch {
    return undefined;
  }
}
