import type {
  Deployment,
  DockerfileFacts,
  DockerfileInstruction,
  DockerfileStage,
  EngineSettings,
} from '../deployment/deployment.ts';
import { rangeInFile } from '../deployment/dockerfile/pairs.ts';
import type { TextRange } from '../documents/text-edit.ts';
import type { Change, Failure } from './fix.ts';
import { skipped } from './look.ts';
import type { Outcome } from './measure.ts';

/** Looks at every Dockerfile; `isOwn` leaves out those of neighbours only. */
export function eachDockerfile(
  deployment: Deployment,
  look: (facts: DockerfileFacts) => Outcome[],
  isOwn = false,
): Outcome[] {
  const all = deployment.dockerfiles ?? [];
  const neighbours = new Set(
    deployment.services.filter(({ role }) => role === 'neighbour').map(({ name }) => name),
  );
  const wanted = all.filter(
    ({ services }) => !isOwn || services.length === 0 || services.some((name) => !neighbours.has(name)),
  );
  if (wanted.length === 0) return [skipped('no Dockerfile was looked at')];
  return wanted.flatMap(look);
}

/**
 * A failure in a Dockerfile.
 * @param key what tells it from others in the same file; stable between runs, never a secret
 * @param range in its text; undefined where the line may hold a secret that nobody would recognise
 */
export function failedDockerfile(
  facts: DockerfileFacts,
  key: string,
  detail: string,
  range?: TextRange,
): Outcome {
  const base = { state: 'fail', detail: `${facts.path}: ${detail}`, subject: facts.path, key } as const;
  if (facts.inlineOf !== undefined) {
    const path = ['services', facts.inlineOf, 'build', 'dockerfile_inline'];
    return { ...base, at: { document: 'compose', path } };
  }
  return { ...base, at: { document: 'file', path: [facts.path], ...(range ? { range } : {}) } };
}

/** The Dockerfile that a failure is about. */
export function dockerfileOf(failure: Failure, deployment: Deployment): DockerfileFacts | undefined {
  return deployment.dockerfiles?.find(({ path }) => path === failure.subject);
}

/** Replaces part of a Dockerfile; undefined where it stands within a compose file. */
export function editDockerfile(facts: DockerfileFacts, range: TextRange, text: string): Change | undefined {
  return facts.inlineOf === undefined
    ? { kind: 'text', file: facts.path, start: range.start, end: range.end, text }
    : undefined;
}

export const inlineNoFix =
  'The Dockerfile stands within the compose file, where clawproof does not edit it. Change it there by hand.';

/** First match of a pattern in an instruction, with its place in the file. */
export function matchIn(
  instruction: DockerfileInstruction,
  pattern: RegExp,
): { match: RegExpExecArray; range: TextRange } | undefined {
  const match = pattern.exec(instruction.text);
  return match
    ? { match, range: rangeInFile(instruction, match.index, match.index + match[0].length) }
    : undefined;
}

/** The stage that becomes the image. */
export function finalStages({ stages }: DockerfileFacts): DockerfileStage[] {
  return stages.filter(({ isFinal }) => isFinal);
}

/** The image outside of the Dockerfile that a stage goes back to. */
export function baseOf(facts: DockerfileFacts, stage: DockerfileStage): string {
  let current = stage;
  for (let left = facts.stages.length; left > 0 && current.isStage; left -= 1) {
    const wanted = current.image.toLowerCase();
    const before = facts.stages.findLast(
      ({ name, range }) => name?.toLowerCase() === wanted && range.start < current.range.start,
    );
    if (!before) break;
    current = before;
  }
  return current.image;
}

/** A failure of one setting of the engine; the file is named where there is one. */
export function failedEngine(engine: EngineSettings, key: string, detail: string): Outcome {
  const base = { state: 'fail', detail, subject: engine.source, key } as const;
  if (engine.settings === undefined) return base;
  const place = engine.places?.get(key);
  const at = { document: 'file' as const, path: [engine.source] };
  return { ...base, at: place ? { ...at, range: place.whole } : at };
}

/** Looks at the engine; where nobody looked, nothing is said. */
export function withEngine(deployment: Deployment, look: (engine: EngineSettings) => Outcome[]): Outcome[] {
  const { engine } = deployment;
  return engine ? look(engine) : [skipped('neither a daemon.json nor a running engine was looked at')];
}

/** Takes a member of daemon.json away. */
export function removeSetting(engine: EngineSettings, key: string): Change | undefined {
  const place = engine.places?.get(key)?.whole;
  return place && { kind: 'text', file: engine.source, start: place.start, end: place.end, text: '' };
}

export const runningEngineNoFix =
  'It was seen in the running engine, not in a file. Change its daemon.json or command line, and restart it.';
export const engineRestart = 'The engine must be restarted, and with it all containers on this host.';
