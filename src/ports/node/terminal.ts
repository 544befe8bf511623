import type { Terminal } from '../terminal.ts';
import { LiveRegion, type OutputStream } from './live-region.ts';

export interface TerminalStreams {
  stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  stdout: OutputStream;
  stderr: OutputStream & NodeJS.WritableStream;
}

export interface NodeTerminal extends Terminal {
  /** Where live progress is drawn. */
  region: LiveRegion;
  /** Whether what goes to stderr is coloured; `colour` is for stdout. */
  errorColour: boolean;
  /** False where only ASCII can be shown. */
  unicode: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The terminal of this process. Honours NO_COLOR, FORCE_COLOR (which wins, as in Node), TERM=dumb and CI: in the last two
 * nothing is redrawn and nothing is asked.
 */
export function createNodeTerminal(streams: TerminalStreams, env: Environment): NodeTerminal {
  const { stdin, stdout, stderr } = streams;
  const region = new LiveRegion(stderr);
  const isInteractive = stderr.isTTY === true && env.TERM !== 'dumb' && !isSet(env.CI);
  const canAsk = isInteractive && stdin.isTTY === true;
  return {
    region,
    isInteractive,
    showsOutput: stdout.isTTY === true,
    canAsk,
    colour: wantsColour(stdout, env),
    errorColour: wantsColour(stderr, env),
    unicode: isUnicode(env),
    get columns() {
      return stderr.columns ?? stdout.columns ?? 80;
    },
    out: (text) => writeAbove(region, stdout, text),
    err: (text) => writeAbove(region, stderr, text),
    confirm: (question) => (canAsk ? ask(question, streams) : Promise.resolve(false)),
    askLine: (question) => (canAsk ? askLine(question, streams) : Promise.resolve(null)),
    askSecret: (question) => (canAsk ? askSecret(question, streams) : Promise.resolve(null)),
    readInput: (maxBytes) => (stdin.isTTY === true ? Promise.resolve(null) : readAll(stdin, maxBytes)),
  };
}

async function ask(question: string, streams: TerminalStreams): Promise<boolean> {
  const { confirm } = await import('@clack/prompts');
  // The prompt's types want Node's own stream classes; any terminal stream does.
  const input = streams.stdin as NodeJS.ReadStream;
  const output = streams.stderr as NodeJS.WriteStream;
  return (await confirm({ message: question, initialValue: false, input, output })) === true;
}

async function askLine(question: string, streams: TerminalStreams): Promise<string | null> {
  const { text } = await import('@clack/prompts');
  const input = streams.stdin as NodeJS.ReadStream;
  const output = streams.stderr as NodeJS.WriteStream;
  const answer = await text({ message: question, placeholder: 'Enter leaves it as it is', input, output });
  return typeof answer === 'symbol' ? null : (answer ?? '');
}

async function askSecret(question: string, streams: TerminalStreams): Promise<string | null> {
  const { password } = await import('@clack/prompts');
  const input = streams.stdin as NodeJS.ReadStream;
  const output = streams.stderr as NodeJS.WriteStream;
  const answer = await password({ message: question, input, output });
  return typeof answer === 'string' ? answer : null;
}

async function readAll(stdin: NodeJS.ReadableStream, maxBytes: number): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    chunks.push(Buffer.from(chunk));
    size += chunk.length;
    if (size > maxBytes) return null;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Text that does not end its line would be joined with the region's first line. */
function writeAbove(region: LiveRegion, stream: OutputStream, text: string): void {
  if (text === '') return;
  const mustEndLine = !region.isEmpty && stream.isTTY === true && !text.endsWith('\n');
  region.above(() => stream.write(mustEndLine ? `${text}\n` : text));
}

function wantsColour(stream: OutputStream, env: Environment): boolean {
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  if (isSet(env.NO_COLOR) || env.TERM === 'dumb') return false;
  return stream.isTTY === true;
}

/** The Linux console and non-UTF-8 locales cannot show the signs; an environment without locale says nothing. */
function isUnicode(env: Environment): boolean {
  if (env.TERM === 'linux') return false;
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find(isSet);
  return locale === undefined || /utf-?8/iu.test(locale);
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== 'false';
}
