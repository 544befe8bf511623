import { deploymentFromCompose, type ComposeContext } from '../../src/deployment/compose/read-compose.ts';
import { createDockerignore } from '../../src/documents/dockerignore.ts';
import { plainOf } from '../../src/documents/located.ts';
import { parseLocatedYaml } from '../../src/documents/located-yaml.ts';
import { deploymentFromInspect } from '../../src/deployment/docker/read-inspect.ts';
import type { BuildContext, Deployment, DeploymentFile } from '../../src/deployment/deployment.ts';
import { engineSettingsFromInfo } from '../../src/deployment/engine-settings/engine-info.ts';
import { withFileFacts } from '../../src/deployment/file-facts.ts';

/** One deployment written down as a compose document with extensions. */
export interface Fixture {
  /** First comment line of the document. */
  name: string;
  /** Text that the details of the failures must contain. */
  expect?: string;
  deployment: Deployment;
  /** What it was read from; absent for what the engine tells. */
  source?: FixtureSource;
}

export interface FixtureSource {
  /** Compose data as written. */
  compose: Record<string, unknown>;
  context: ComposeContext;
}

const plainGateway = { gateway: { image: 'ghcr.io/openclaw/openclaw:2026.9.6' } };

/**
 * Reads the documents of a fixture file. Beside Compose's keys a document may have: `x-openclaw` (content of
 * openclaw.json), `x-files` (files with path, mode, uid, kind, size, text; those of
 * Dockerfiles and daemon.json are read), `x-contexts` (build contexts), `x-info` (`docker info`), `x-preset`, `x-version`, `x-expect`, and
 * `x-inspect` with `containers` and `networks` as the engine gives them; services beside it are what was declared.
 */
export function readFixtures(text: string): Fixture[] {
  return text
    .split(/^---$/m)
    .filter((part) => part.trim() !== '')
    .map((part) => ({ name: /^#\s*(.+)$/m.exec(part)?.[1] ?? 'unnamed', ...readFixture(part) }));
}

function readFixture(text: string): Omit<Fixture, 'name'> {
  const root = readRoot(text);
  const context: ComposeContext = {};
  if (root['x-openclaw'] !== undefined)
    context.openclawConfig = root['x-openclaw'] as Record<string, unknown>;
  if (root['x-files'] !== undefined) context.files = root['x-files'] as DeploymentFile[];
  if (root['x-contexts'] !== undefined) context.buildContexts = root['x-contexts'] as BuildContext[];
  if (root['x-info'] !== undefined) context.engine = engineSettingsFromInfo(root['x-info']);
  if (root['x-preset'] !== undefined) context.preset = root['x-preset'] as 'caged';
  if (root['x-version'] !== undefined) context.openclawVersion = root['x-version'] as string;
  const expected = root['x-expect'] === undefined ? {} : { expect: root['x-expect'] as string };
  const inspected = root['x-inspect'] as { containers: unknown[]; networks?: unknown[] } | undefined;
  if (inspected) {
    const effective = deploymentFromInspect(inspected.containers, inspected.networks ?? [], context);
    if (root['services'] === undefined) return { ...expected, deployment: effective };
    const { 'x-inspect': _, ...compose } = root;
    return {
      ...expected,
      deployment: { ...effective, declared: deploymentFromSource({ compose, context }) },
    };
  }
  const compose = root['services'] === undefined ? { ...root, services: plainGateway } : root;
  const source = { compose, context };
  return { ...expected, source, deployment: deploymentFromSource(source) };
}

export function deploymentFromSource({ compose, context }: FixtureSource): Deployment {
  const contexts = context.buildContexts?.map((one) => withIgnoreFile(one, context.files ?? []));
  const known = contexts ? { ...context, buildContexts: contexts } : context;
  return withFileFacts(deploymentFromCompose(JSON.stringify(compose), 'fixture', known));
}

/** What is left of a build context with the ignore file that is among the files. */
function withIgnoreFile(context: BuildContext, files: readonly DeploymentFile[]): BuildContext {
  const prefix = context.path === '.' ? '' : `${context.path}/`;
  const path = context.ignoreFile ?? `${prefix}.dockerignore`;
  const text = files.find((file) => file.path === path)?.text;
  if (text === undefined) return context;
  const ignores = createDockerignore(text);
  const secretFiles = context.secretFiles.filter((file) => !ignores(file.slice(prefix.length), false));
  return { ...context, ignoreFile: path, secretFiles };
}

/** As an audit reads it, so that anchors and merge keys are what they are for Compose. */
function readRoot(text: string): Record<string, unknown> {
  const { root, problems } = parseLocatedYaml(text, 'fixture');
  if (!root || problems.length > 0) throw new Error(`not a fixture: ${JSON.stringify(problems)}`);
  return plainOf(root) as Record<string, unknown>;
}

/**
 * Reads an example of a README by the language of its fence: `yaml` = a compose file, `json` = openclaw.json,
 * `text` = files as `ls -ln` prints them, `dockerignore` and `dockerfile` = that file, `json5` = daemon.json below a
 * comment that names it.
 */
export function readExample(language: string, text: string): Deployment {
  const withGateway = (context: ComposeContext): Deployment =>
    deploymentFromSource({ compose: { services: plainGateway }, context });
  switch (language) {
    case 'yaml':
      return readFixture(text).deployment;
    case 'json':
      return withGateway({ openclawConfig: JSON.parse(text) as Record<string, unknown> });
    case 'text':
      return withGateway({
        files: text
          .split('\n')
          .filter((line) => line.trim() !== '')
          .map(fileFromListing),
      });
    case 'dockerignore':
      return withGateway({ files: [{ path: '.dockerignore', mode: 0o644, uid: 1000, text }] });
    case 'dockerfile':
      return withGateway({ files: [{ path: 'Dockerfile', mode: 0o644, uid: 1000, text }] });
    case 'json5':
      return withGateway({ files: [daemonFile(text)] });
    default:
      throw new Error(`no reader for examples in ${language}`);
  }
}

function daemonFile(text: string): DeploymentFile {
  const path = /^\/\/ (\S+daemon\.json)\n/.exec(text)?.[1] ?? '/etc/docker/daemon.json';
  return { path, mode: 0o644, uid: 0, text: text.replace(/^\/\/.*\n/, '') };
}

/** A line such as `-rw------- 1 1000 1000 64 secrets/gateway_token`. */
function fileFromListing(line: string): DeploymentFile {
  const [permissions = '', , uid = '', , size = '', path = ''] = line.trim().split(/\s+/);
  const bits = Array.from(permissions.slice(1, 10), (letter) => (letter === '-' ? '0' : '1')).join('');
  return {
    path,
    kind: permissions.startsWith('d') ? 'directory' : 'file',
    mode: Number.parseInt(bits, 2),
    uid: Number(uid),
    size: Number(size),
  };
}
