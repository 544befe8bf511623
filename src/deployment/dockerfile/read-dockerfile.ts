import { createSourceText, type SourceText } from '../../documents/source-text.ts';
import { hasUnknownVariable } from '../../documents/unknown-variable.ts';
import type { SourcePosition } from '../../errors/app-error.ts';
import type { DockerfileFacts, DockerfileInstruction, DockerfileStage } from '../deployment.ts';
import { pairsOf } from './pairs.ts';
import { splitDockerfile, type DockerfileProblem, type RawInstruction } from './split-instructions.ts';
import { expand, readFlags, splitWords, type VariableLookup } from './words.ts';

export interface DockerfileOptions {
  /** Absolute path, for positions of problems. */
  file?: string;
  /** `build.target` of each service; undefined among them = the last stage. */
  targets?: readonly (string | undefined)[];
  /** Values of build arguments; null = given, and not known here. */
  args?: Readonly<Record<string, string | null>>;
}

export interface ReadDockerfile {
  facts: DockerfileFacts;
  source: SourceText;
  /** What a builder would refuse; the facts hold the rest of it. */
  problems: { message: string; position: SourcePosition }[];
}

const keywords = new Set(
  (
    'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER ' +
    'VOLUME WORKDIR'
  ).split(' '),
);

/** Build arguments that every builder sets by itself. */
const platformArguments = /^(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)$/;

/** More than any Dockerfile has; bounds what inheritance can cost. */
const mostStages = 1000;
const mostVariables = 1000;

/**
 * Reads a Dockerfile: its stages with their bases and users, and its instructions with their places. Bounded by the
 * length of the text; never throws.
 * @param path as reports name it
 * @param services names of the services that are built from it
 */
export function readDockerfile(
  text: string,
  path: string,
  services: readonly string[],
  options: DockerfileOptions = {},
): ReadDockerfile {
  const source = createSourceText(text, options.file ?? path);
  const split = splitDockerfile(text);
  const reading = new Reading(split.escape, options, split.problems);
  for (const instruction of split.instructions) reading.take(instruction);
  const { stages, instructions } = reading;
  if (stages.length === 0) reading.complain('there is no FROM, so nothing can be built from it', 0);
  markImages(reading, options.targets ?? [undefined]);
  return {
    facts: { path, services: [...services], lineEnd: split.lineEnd, stages, instructions },
    source,
    problems: reading.problems
      .toSorted((a, b) => a.offset - b.offset)
      .map(({ message, offset }) => ({ message, position: source.positionAt(offset) })),
  };
}

class Reading {
  readonly stages: DockerfileStage[] = [];
  readonly instructions: DockerfileInstruction[] = [];
  /** Index of the stage that each stage is based on; -1 = an image from outside. */
  readonly bases: number[] = [];
  readonly problems: DockerfileProblem[];
  readonly #escape: string;
  readonly #given: Readonly<Record<string, string | null>>;
  /** Arguments in front of the first FROM. */
  readonly #globals = new Map<string, string | null | undefined>();
  /** Stage name in lower case → index. */
  readonly #names = new Map<string, number>();
  /** Variables of each stage. */
  readonly #variables: Map<string, string | null | undefined>[] = [];

  constructor(escape: string, options: DockerfileOptions, problems: DockerfileProblem[]) {
    this.#escape = escape;
    this.#given = options.args ?? {};
    this.problems = problems;
  }

  complain(message: string, offset: number): void {
    this.problems.push({ message, offset });
  }

  take(raw: RawInstruction): void {
    const { keyword, text, start, end, pieces } = raw;
    if (!keywords.has(keyword)) {
      this.complain('this is no instruction that a builder knows', start);
      return;
    }
    if (text === '' && keyword !== 'CMD' && keyword !== 'ENTRYPOINT') {
      this.complain(`${keyword} has nothing behind it`, start);
      return;
    }
    if (keyword === 'FROM') this.#from(raw);
    else if (this.stages.length === 0 && keyword !== 'ARG')
      this.complain(`${keyword} stands in front of the first FROM`, start);
    else if (keyword === 'ARG' || keyword === 'ENV') this.#define(raw);
    else if (keyword === 'USER') this.#user(text);
    const stage = this.stages.length - 1;
    this.instructions.push({ keyword, text, stage, range: { start, end }, pieces });
  }

  stageNamed(name: string): number | undefined {
    const index = this.#names.get(name.toLowerCase());
    return index ?? (/^\d{1,4}$/.test(name) && Number(name) < this.stages.length ? Number(name) : undefined);
  }

  #from(raw: RawInstruction): void {
    const { rest } = readFlags(raw.text);
    const words = splitWords(raw.text.slice(rest), this.#escape);
    const [written, as, name] = words;
    if (!written || this.stages.length >= mostStages) {
      this.complain(written ? 'there are too many stages' : 'FROM names no image', raw.start);
      return;
    }
    const image = expand(written.text, this.#lookup(this.#globals), this.#escape);
    if (image === '') this.complain('FROM names no image: its variable is declared nowhere', raw.start);
    const base = this.#names.get(image.toLowerCase()) ?? -1;
    const before = this.stages[base];
    const pieceStart = rest + written.start;
    const imageStart = fileOffset(raw, pieceStart);
    const stage: DockerfileStage = {
      image,
      isStage: base >= 0,
      isFinal: false,
      isInImage: false,
      range: { start: raw.start, end: raw.end },
      imageRange: { start: imageStart, end: imageStart + written.text.length },
    };
    if (before?.user !== undefined) stage.user = before.user;
    if (as?.text.toLowerCase() === 'as' && name) {
      stage.name = name.text;
      this.#names.set(name.text.toLowerCase(), this.stages.length);
    }
    this.#variables.push(new Map(base >= 0 ? this.#variables[base] : []));
    this.bases.push(base);
    this.stages.push(stage);
  }

  #define({ keyword, text }: RawInstruction): void {
    const scope = this.#variables.at(-1) ?? this.#globals;
    const lookup = this.#lookup(scope);
    for (const { name, value } of pairsOf({ keyword, text }, this.#escape)) {
      if (scope.size >= mostVariables) return;
      if (keyword === 'ARG' && Object.hasOwn(this.#given, name)) scope.set(name, this.#given[name] ?? null);
      else if (value !== undefined) scope.set(name, expand(value, lookup, this.#escape));
      // An argument without a default: that of the same name in front of FROM, or whatever the build is given.
      else if (keyword === 'ARG') scope.set(name, this.#globals.has(name) ? this.#globals.get(name) : null);
    }
  }

  #user(text: string): void {
    const stage = this.stages.at(-1);
    const scope = this.#variables.at(-1);
    if (stage && scope) stage.user = expand(text, this.#lookup(scope), this.#escape);
  }

  #lookup(scope: ReadonlyMap<string, string | null | undefined>): VariableLookup {
    return (name) => (scope.has(name) ? scope.get(name) : platformArguments.test(name) ? null : undefined);
  }
}

function fileOffset({ pieces, start }: RawInstruction, at: number): number {
  const piece = pieces.findLast(([text]) => text <= at);
  return piece ? piece[1] + at - piece[0] : start;
}

/** Marks the stages that become images, and those that these are based on. */
function markImages(reading: Reading, targets: readonly (string | undefined)[]): void {
  const { stages, bases } = reading;
  for (const target of new Set(targets)) {
    const index = finalStage(reading, target ?? '');
    const final = stages[index];
    if (final) final.isFinal = true;
    for (let at = index; at >= 0; at = bases[at] ?? -1) {
      const stage = stages[at];
      if (!stage || stage.isInImage) break;
      stage.isInImage = true;
    }
  }
}

function finalStage(reading: Reading, target: string): number {
  const last = reading.stages.length - 1;
  if (target === '' || hasUnknownVariable(target)) return last;
  const found = reading.stageNamed(target);
  if (found === undefined) reading.complain('the stage that the build asks for is not there', 0);
  return found ?? last;
}
