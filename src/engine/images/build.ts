import {
  buildFailed,
  builderMissing,
  engineUnavailable,
  noSpaceForImages,
} from '../../errors/image-errors.ts';
import { aptProxies } from './apt-host.ts';
import type { BuildSecrets } from './build-secrets.ts';
import { IMAGE_LABELS, inspectImage, lastLine, runDocker } from './image-engine.ts';
import type { ImageContext, ImageRole } from './image-engine.ts';
import { isLoopback } from './reference.ts';
import { checkImage } from './check-image.ts';

export interface BuildPlan {
  role: ImageRole;
  /** Folder of the build context. */
  folder: string;
  /** What the Dockerfile names after FROM. */
  base: string;
  /** Hash of everything that goes in, "sha256:…". */
  inputs: string;
}

const BUILD_MS = 3_600_000;
const TAIL_LINES = 12;

/** The local name of an image that was built from these inputs. */
export function buildTag(role: ImageRole, inputs: string): string {
  return `clawproof/${role}:${inputs.replace('sha256:', '').slice(0, 12)}`;
}

/**
 * Builds one image with BuildKit and checks it before it gets its name's trust.
 * @returns the image's id
 * @throws AppError `image-build-failed`, `image-not-clean`, `no-space-for-images`, `builder-missing`
 */
export async function buildImage(
  context: ImageContext,
  plan: BuildPlan,
  secrets: BuildSecrets,
): Promise<string> {
  const { ports, engine } = context;
  const { builder } = engine;
  if (builder === null) throw builderMissing();
  const tag = buildTag(plan.role, plan.inputs);
  const proxies = await aptProxies(ports);
  const log = stepLog((step) => context.task.step(`${plan.role} image: ${step}`));
  const command = builder.kind === 'built-in' ? ['build'] : await buildxCommand(context, builder.program);
  const result = await ports.exec.run(
    builder.program,
    [...command, ...buildArguments(plan, tag, secrets, proxies), plan.folder],
    {
      env: { ...builder.env, ...proxies, BUILDX_NO_DEFAULT_ATTESTATIONS: '1' },
      timeoutMs: BUILD_MS,
      signal: ports.signal,
      onLine: log.line,
    },
  );
  if (result.code !== 0) {
    ports.signal.throwIfAborted();
    if (result.killed === 'missing') throw builderMissing();
    if (/cannot connect to the docker daemon/i.test(result.stderr))
      throw engineUnavailable(lastLine(result.stderr));
    const tail = log.tail(result.stderr).map((line) => redact(line, secrets.forbidden));
    if (/no space left on device/i.test(result.stderr))
      throw noSpaceForImages(`the ${plan.role} image`, tail.at(-1) ?? '');
    throw buildFailed(plan.role, log.current(), tail);
  }
  const image = await inspectImage(context, tag);
  if (image === null)
    throw engineUnavailable(`it has no image ${tag} although the build said that it made it`);
  context.task.step(`${plan.role} image: checking`);
  try {
    await checkImage(context, plan.role, tag, secrets);
  } catch (error) {
    await runDocker(context, ['image', 'rm', tag]);
    throw error;
  }
  return image.id;
}

/** Only the engine's own builder sees its images; another one may be the user's default. It is named like the context. */
async function buildxCommand({ ports }: ImageContext, program: string): Promise<string[]> {
  const result = await ports.exec.run(program, ['context', 'show'], {
    timeoutMs: 20_000,
    signal: ports.signal,
  });
  return ['buildx', 'build', '--builder', (result.code === 0 && result.stdout.trim()) || 'default', '--load'];
}

function buildArguments(
  plan: BuildPlan,
  tag: string,
  secrets: BuildSecrets,
  proxies: Record<string, string>,
): string[] {
  const args = [
    '--progress',
    'plain',
    '--tag',
    tag,
    '--label',
    `${IMAGE_LABELS.role}=${plan.role}`,
    '--label',
    `${IMAGE_LABELS.inputs}=${plan.inputs}`,
  ];
  args.push('--build-arg', `BASE=${plan.base}`);
  if (plan.role === 'gateway' && secrets.registry !== '')
    args.push('--build-arg', `NPM_REGISTRY=${secrets.registry}`);
  // Without a value the client takes it from its environment: a proxy's password is on no command line.
  for (const name of Object.keys(proxies)) args.push('--build-arg', name);
  for (const mount of secrets.mounts) args.push('--secret', mount);
  // A registry or proxy on this host's loopback can be reached only from this host's network.
  const hosts = [secrets.registry, ...Object.values(proxies)].map(
    (url) => /^[a-z]+:\/\/(?:[^/@]*@)?([^/]+)/i.exec(url)?.[1] ?? '',
  );
  if (hosts.some(isLoopback)) args.push('--network', 'host');
  return args;
}

interface StepLog {
  line: (text: string) => void;
  /** The step that ran last, in words. */
  current: () => string;
  /** Last lines that programs in the build wrote. */
  tail: (stderr: string) => string[];
}

/** Follows BuildKit's plain progress: "#7 [builder 3/5] RUN …", "#7 1.234 output", "#7 ERROR …". */
function stepLog(show: (step: string) => void): StepLog {
  let current = 'starting';
  return {
    line: (text) => {
      const step = describeStep(text);
      if (step === null) return;
      current = step;
      show(step);
    },
    current: () => current,
    tail: (stderr) => {
      const output = stderr
        .split('\n')
        .flatMap((line) => /^#\d+ (?:\d+\.\d+ |ERROR:? )(.*\S)/.exec(line)?.[1] ?? []);
      const lines = output.length > 0 ? output : stderr.split('\n').filter((line) => line.trim() !== '');
      return lines.slice(-TAIL_LINES);
    },
  };
}

/** A line of BuildKit's plain progress as a step in words; null when it begins none. */
export function describeStep(line: string): string | null {
  if (/^#\d+ exporting (to image|layers)/.test(line)) return 'saving layers';
  const match = /^#\d+ \[(?:([\w-]+) )?\s*(\d+\/\d+)\] (.+)$/.exec(line);
  if (!match?.[3]) return null;
  return `${inWords(match[3])} (${match[1] === undefined ? '' : `${match[1]} `}${match[2] ?? ''})`;
}

function inWords(instruction: string): string {
  if (/npm-cli\.js ci|npm ci/.test(instruction)) return 'npm ci';
  const packages = /apt-get .*\binstall\b(.*?)(?:&&|$)/.exec(instruction)?.[1];
  if (packages !== undefined)
    return `apt-get install ${packages
      .split(/\s+/)
      .filter((word) => /^[a-z]/.test(word))
      .join(' ')}`.trim();
  const text = instruction.replace(/--mount=\S+\s+/g, '').replace(/\s+/g, ' ');
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function redact(line: string, secrets: readonly string[]): string {
  return secrets
    .reduce((text, secret) => text.replaceAll(secret, '[hidden]'), line)
    .replaceAll(/([a-z]+:\/\/)[^/@\s]*@/gi, '$1');
}
