import { findHeredocs } from './heredocs.ts';

/** One instruction of a Dockerfile as it is written. */
export interface RawInstruction {
  /** Upper case. */
  keyword: string;
  /** Text behind the keyword: continuation lines joined, comments and empty lines within them left out, heredocs added. */
  text: string;
  /** Length of the part of `text` that is not heredocs. */
  lineLength: number;
  start: number;
  end: number;
  /** Offset in `text`, offset in the file. */
  pieces: (readonly [number, number])[];
}

export interface DockerfileProblem {
  /** One sentence. */
  message: string;
  offset: number;
}

export interface SplitDockerfile {
  instructions: RawInstruction[];
  escape: '\\' | '`';
  lineEnd: '\n' | '\r\n';
  problems: DockerfileProblem[];
}

interface Line {
  start: number;
  /** Without the line end. */
  end: number;
  /** Where the next line begins. */
  next: number;
}

/** Instructions whose lines may announce heredocs. */
const withHeredocs = /^(?:RUN|COPY|ADD)$/;
const withHeredocsBehindOnbuild = /^(?:RUN|COPY|ADD)\s/i;

/**
 * Cuts a Dockerfile into instructions as BuildKit's parser does: byte order mark, parser directives, comments,
 * continuation lines and heredocs. Needs time and memory in proportion to the text, whatever is in it.
 */
export function splitDockerfile(text: string): SplitDockerfile {
  const problems: DockerfileProblem[] = [];
  const begin = text.startsWith('\uFEFF') ? 1 : 0;
  const { escape, offset } = readDirectives(text, begin, problems);
  const instructions: RawInstruction[] = [];
  for (let position = offset; position < text.length;) {
    const line = lineAt(text, position);
    const first = firstNonBlank(text, line.start, line.end);
    if (first === line.end || text[first] === '#') {
      position = line.next;
      continue;
    }
    const { instruction, next } = readInstruction(text, first, line, escape, problems);
    instructions.push(instruction);
    position = next;
  }
  return { instructions, escape, lineEnd: text.includes('\r\n') ? '\r\n' : '\n', problems };
}

function readInstruction(
  text: string,
  start: number,
  first: Line,
  escape: string,
  problems: DockerfileProblem[],
): { instruction: RawInstruction; next: number } {
  const joined = joinLines(text, start, first, escape);
  const blank = joined.text.search(/\s/);
  const keywordEnd = blank < 0 ? joined.text.length : blank;
  const textStart = firstNonBlank(joined.text, keywordEnd, joined.text.length);
  const body = joined.text.slice(textStart).trimEnd();
  const instruction: RawInstruction = {
    keyword: joined.text.slice(0, keywordEnd).toUpperCase(),
    text: body,
    lineLength: body.length,
    start,
    end: joined.end,
    pieces: shifted(joined.pieces, textStart),
  };
  const next = addHeredocs(text, instruction, joined.next, escape, problems);
  return { instruction, next };
}

/** Reads on while a line ends with the escape character. */
function joinLines(
  text: string,
  start: number,
  first: Line,
  escape: string,
): { text: string; end: number; next: number; pieces: [number, number][] } {
  const parts: string[] = [];
  const pieces: [number, number][] = [];
  let length = 0;
  let { end, next } = first;
  let from = start;
  let line = first;
  for (;;) {
    const continuation = continuationAt(text, from, line.end, escape);
    const part = text.slice(from, continuation ?? line.end);
    pieces.push([length, from]);
    parts.push(part);
    length += part.length;
    ({ end, next } = line);
    if (continuation === undefined) break;
    const following = nextContent(text, next);
    if (following === undefined) {
      next = text.length;
      break;
    }
    line = following;
    from = line.start;
  }
  return { text: parts.join(''), end, next, pieces };
}

/** The next line that is neither empty nor a comment. */
function nextContent(text: string, position: number): Line | undefined {
  for (let at = position; at < text.length;) {
    const line = lineAt(text, at);
    const first = firstNonBlank(text, line.start, line.end);
    if (first < line.end && text[first] !== '#') return line;
    at = line.next;
  }
  return undefined;
}

/** Offset of the escape character that ends the line; undefined when the line ends the instruction. */
function continuationAt(text: string, start: number, end: number, escape: string): number | undefined {
  let last = end;
  while (last > start && (text[last - 1] === ' ' || text[last - 1] === '\t')) last -= 1;
  if (last === start || text[last - 1] !== escape) return undefined;
  return last - 1 > start && text[last - 2] === escape ? undefined : last - 1;
}

function addHeredocs(
  text: string,
  instruction: RawInstruction,
  position: number,
  escape: string,
  problems: DockerfileProblem[],
): number {
  const { keyword } = instruction;
  const isBehindOnbuild = keyword === 'ONBUILD' && withHeredocsBehindOnbuild.test(instruction.text);
  if (!withHeredocs.test(keyword) && !isBehindOnbuild) return position;
  const bodies = [instruction.text];
  let length = instruction.text.length;
  let at = position;
  for (const heredoc of findHeredocs(instruction.text, escape)) {
    const bodyStart = at;
    let isEnded = false;
    while (at < text.length && !isEnded) {
      const line = lineAt(text, at);
      const content = text.slice(line.start, line.end);
      isEnded = (heredoc.stripsTabs ? content.replace(/^\t+/, '') : content) === heredoc.name;
      if (!isEnded) instruction.pieces.push([length + 1 + line.start - bodyStart, line.start]);
      else {
        const body = text.slice(bodyStart, line.start);
        bodies.push(body);
        length += 1 + body.length;
        instruction.end = line.end;
      }
      at = line.next;
    }
    if (isEnded) continue;
    problems.push({
      message: `the heredoc ${heredoc.name} is never closed`,
      offset: instruction.start,
    });
    instruction.end = text.length;
    bodies.push(text.slice(bodyStart));
    break;
  }
  instruction.text = bodies.join('\n');
  return at;
}

function readDirectives(
  text: string,
  begin: number,
  problems: DockerfileProblem[],
): { escape: '\\' | '`'; offset: number } {
  let escape: '\\' | '`' = '\\';
  const known = new Set<string>();
  let position = begin;
  while (position < text.length) {
    const line = lineAt(text, position);
    const content = text.slice(line.start, line.end).trim();
    const equals = content.indexOf('=');
    if (!content.startsWith('#') || equals < 0) break;
    const name = content.slice(1, equals).trim().toLowerCase();
    const value = content.slice(equals + 1).trim();
    if (!/^[a-z][a-z0-9]*$/.test(name) || value === '') break;
    if (name === 'escape') {
      if (known.has(name))
        problems.push({ message: 'the escape directive is there twice', offset: line.start });
      if (value === '`' || value === '\\') escape = value;
      else
        problems.push({
          message: 'the escape directive names neither a backslash nor a backtick',
          offset: line.start,
        });
    }
    known.add(name);
    position = line.next;
  }
  return { escape, offset: position };
}

function lineAt(text: string, start: number): Line {
  const found = text.indexOf('\n', start);
  const stop = found < 0 ? text.length : found;
  const end = stop > start && text[stop - 1] === '\r' ? stop - 1 : stop;
  return { start, end, next: found < 0 ? text.length : found + 1 };
}

function firstNonBlank(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && /\s/.test(text[at] ?? '')) at += 1;
  return at;
}

/** Pieces of the text from `offset` on. */
function shifted(pieces: readonly [number, number][], offset: number): [number, number][] {
  const firstKept = Math.max(
    0,
    pieces.findLastIndex(([at]) => at <= offset),
  );
  return pieces
    .slice(firstKept)
    .map(([at, file]) => (at < offset ? [0, file + offset - at] : [at - offset, file]));
}
