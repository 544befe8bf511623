import type { BuildContext, Deployment, DockerfileFacts } from '../../deployment/deployment.ts';
import { copiedSources } from '../../deployment/dockerfile/copied-sources.ts';
import { createDockerignore } from '../../documents/dockerignore.ts';
import { fixOf } from '../fix-service.ts';
import type { Fix, NoFix } from '../fix.ts';
import { secretFileKind } from '../secret-files.ts';
import { ignoreFileOf } from './ignore-file.ts';

/** Lines that leave out what holds secrets, wherever it is. */
const secretLines = [
  '**/.env',
  '**/.env.*',
  '!**/.env.example',
  '**/secrets',
  '**/openclaw.json*',
  '**/*.pem',
  '**/*.key',
];
const configLine = '**/openclaw.json*';
const title = 'Leave files with secrets out of the build context';
const history = /\bgit\s+(?:describe|rev-parse|log|submodule)\b/;

/** Adds to an ignore file what it must leave out, but nothing that a step of the Dockerfile copies by its name. */
export function leaveOut(file: string, deployment: Deployment): Fix | NoFix {
  const context = deployment.buildContexts?.find((one) => ignoreFileOf(one) === file);
  const prefix = context === undefined || context.path === '.' ? '' : `${context.path}/`;
  const found = (context?.secretFiles ?? []).map((path) => path.slice(prefix.length));
  const lines = linesFor(found, context);
  const dockerfiles = dockerfilesOf(deployment, context);
  const readmitted: string[] = [];
  for (const { dockerfile, source } of leftOutSources(dockerfiles, lines)) {
    if (holdsSecret(source, found))
      return {
        why: `A step of ${dockerfile.path} copies ${source}, and fails when that is left out. Take the step out, mount the file when the container runs, and add its name to ${file}.`,
      };
    readmitted.push(`!${escaped(source)}`);
  }
  const changes = [{ kind: 'lines' as const, file, lines: [...new Set([...lines, ...readmitted])] }];
  const loss = lossOf(dockerfiles, found);
  return loss === undefined ? fixOf(title, 'safe', changes) : fixOf(title, 'unsafe', changes, loss);
}

function linesFor(found: readonly string[], context: BuildContext | undefined): string[] {
  // In a folder that was looked into, a configuration that is not among its secrets has none.
  const hasConfig = context === undefined || found.some(isConfig);
  const usual = hasConfig ? secretLines : secretLines.filter((line) => line !== configLine);
  const git = context === undefined || found.includes('.git/config') ? ['.git'] : [];
  // Last lines win, whatever stands before them.
  return [...new Set([...usual, ...git, ...found.filter((path) => path !== '.git/config').map(escaped)])];
}

function isConfig(path: string): boolean {
  return /(?:^|\/)openclaw\.json[^/]*$/.test(path);
}

function dockerfilesOf(
  { dockerfiles = [] }: Deployment,
  context: BuildContext | undefined,
): DockerfileFacts[] {
  return dockerfiles.filter(
    ({ services }) => context === undefined || services.some((name) => context.services.includes(name)),
  );
}

/** What steps copy by its name, and would no longer find. */
function leftOutSources(
  dockerfiles: readonly DockerfileFacts[],
  lines: readonly string[],
): { dockerfile: DockerfileFacts; source: string }[] {
  const ignores = createDockerignore(lines.join('\n'));
  return dockerfiles.flatMap((dockerfile) =>
    dockerfile.instructions.flatMap((instruction) =>
      copiedSources(instruction)
        .map(({ text }) => text.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, ''))
        .filter((source) => source !== '' && !source.includes('$') && ignores(source, false))
        .map((source) => ({ dockerfile, source })),
    ),
  );
}

/** By what was found, or else by its name; a configuration may be in an image when nothing was found in it. */
function holdsSecret(source: string, found: readonly string[]): boolean {
  if (found.some((path) => path === source || path.startsWith(`${source}/`))) return true;
  const kind = secretFileKind(source) ?? secretFileKind(`${source}/any`);
  return kind !== undefined && kind !== 'config';
}

/** What may no longer work: a step that asks Git, or a gateway that finds its configuration in the image. */
function lossOf(dockerfiles: readonly DockerfileFacts[], found: readonly string[]): string | undefined {
  const steps = dockerfiles.flatMap(({ instructions }) => instructions);
  const losses = [
    ...(steps.some(({ keyword, text }) => keyword === 'RUN' && history.test(text))
      ? ['A step of the Dockerfile that asks Git for the history fails.']
      : []),
    ...(steps.some((step) => copiedSources(step).length > 0) && found.some(isConfig)
      ? ['The image no longer brings openclaw.json: mount it where the gateway looks for it.']
      : []),
  ];
  return losses.length > 0 ? losses.join(' ') : undefined;
}

/** A path as a pattern that stands for itself. */
function escaped(path: string): string {
  return path.replaceAll(/[\\*?[\]!#]/g, '\\$&');
}
