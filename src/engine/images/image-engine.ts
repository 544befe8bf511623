import type { ExecOptions, ExecResult } from '../../ports/exec.ts';
import type { Ports } from '../../ports/ports.ts';
import type { TaskHandle } from '../../ports/terminal.ts';
import type { EngineReport } from '../engine-report.ts';
import { engineUnavailable } from '../../errors/image-errors.ts';

/** What the image code needs to know of the engine; part of what detection reports. */
export interface ImageEngine {
  /** Docker client to run. */
  docker: string;
  /** Client that builds with BuildKit, by itself or through its plugin; null when there is none. */
  builder: { program: string; kind: 'built-in' | 'buildx'; env: Readonly<Record<string, string>> } | null;
  /** The engine's processor in Node's words: x64, arm64. */
  arch: string;
}

const NODE_ARCH: Readonly<Record<string, string>> = { x86_64: 'x64', amd64: 'x64', aarch64: 'arm64' };

/** What detection found, as far as images need it. */
export function imageEngine(report: EngineReport): ImageEngine {
  const architecture = report.engine?.architecture ?? '';
  return {
    docker: report.docker?.path ?? 'docker',
    builder: report.builder ?? null,
    arch: NODE_ARCH[architecture] ?? architecture,
  };
}

export type ImagePorts = Pick<Ports, 'exec' | 'files' | 'system' | 'clock' | 'random' | 'signal'>;

/** What every step of making images is given. */
export interface ImageContext {
  ports: ImagePorts;
  engine: ImageEngine;
  task: TaskHandle;
}

export const IMAGE_ROLES = ['gateway', 'egress', 'ingress'] as const;
export type ImageRole = (typeof IMAGE_ROLES)[number];

/** Labels on images that clawproof makes. Not those on containers: a container inherits its image's labels. */
export const IMAGE_LABELS = {
  /** gateway, egress, ingress or base. */
  role: 'dev.clawproof.image',
  /** Hash of everything that the image was built from. */
  inputs: 'dev.clawproof.image.inputs',
  /** sha256 of the base's package list. */
  packages: 'dev.clawproof.image.packages',
  created: 'org.opencontainers.image.created',
} as const;

/** What a single call of the client needs. */
interface EngineCall {
  ports: Pick<ImagePorts, 'exec' | 'signal'>;
  engine: ImageEngine;
}

/** Runs the Docker client; throws only when the client or the engine is not there, or clawproof was stopped. */
export async function runDocker(
  { ports, engine }: EngineCall,
  args: readonly string[],
  options: ExecOptions = {},
): Promise<ExecResult> {
  const result = await ports.exec.run(engine.docker, args, {
    signal: ports.signal,
    timeoutMs: 120_000,
    ...options,
  });
  if (result.code === 0) return result;
  ports.signal.throwIfAborted();
  if (result.killed === 'missing') throw engineUnavailable(`the program ${engine.docker} was not found`);
  if (
    /cannot connect to the docker daemon|is the docker daemon running|permission denied while trying to connect/i.test(
      result.stderr,
    )
  ) {
    throw engineUnavailable(lastLine(result.stderr));
  }
  return result;
}

export interface ImageFacts {
  id: string;
  user: string;
  labels: Record<string, string>;
  repoDigests: string[];
}

/** What the engine knows of a local image; null when it has none under that name, digest or id. */
export async function inspectImage(context: EngineCall, reference: string): Promise<ImageFacts | null> {
  const result = await runDocker(context, ['image', 'inspect', '--format', '{{json .}}', reference]);
  if (result.code !== 0) return null;
  const data = JSON.parse(result.stdout) as {
    Id: string;
    RepoDigests?: string[] | null;
    Config?: { User?: string; Labels?: Record<string, string> | null } | null;
  };
  return {
    id: data.Id,
    user: data.Config?.User ?? '',
    labels: data.Config?.Labels ?? {},
    repoDigests: data.RepoDigests ?? [],
  };
}

/** The last line with text in it, without a final full stop. */
export function lastLine(text: string): string {
  const line = text.trimEnd().split('\n').at(-1) ?? '';
  return line.trim().replace(/\.$/, '');
}
