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
  };
}

async function ask(question: string, streams: TerminalStreams): Promise<boolean> {
  const { confirm } = await import('@clack/prompts');
  // The prompt's types want Node's own stream classes; any terminal stream does.
  const input = streams.stdin as NodeJS.ReadStream;
  const output = streams.stderr as NodeJS.WriteStream;
  return (await confirm({ message: question, initialValue: false, input, output })) === true;
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
