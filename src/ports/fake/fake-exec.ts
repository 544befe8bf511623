import type { Exec, ExecOptions, ExecResult } from '../exec.ts';

/** What a scripted program answers; exit code 0 and no output unless told. */
export type FakeReply = Partial<ExecResult>;
type Replier = FakeReply | ((call: FakeCall) => FakeReply | Promise<FakeReply>);
/** One argument of a pattern: the exact word, or an expression that it must match. */
export type ArgumentPattern = string | RegExp;

export interface FakeCall {
  kind: 'run' | 'interactive' | 'detach';
  program: string;
  args: string[];
  options: ExecOptions & { logFile?: string };
}

interface Script {
  program: string;
  matches: (args: readonly string[]) => boolean;
  shown: string;
  replies: Replier[];
}

/** As the last element of a pattern: any further arguments. */
export const ANY_MORE = /^ANY_MORE$/;

/** A scripted Exec: knows only the calls it was told of, records all of them, and fails loudly on any other. */
export class FakeExec implements Exec {
  readonly calls: FakeCall[] = [];
  readonly #scripts: Script[] = [];

  /**
   * Scripts a call. Patterns given later win over earlier ones. Several replies are given in turn; the last one stays.
   * @param pattern exact arguments (ANY_MORE as the last one allows any rest), or a predicate over them
   */
  on(
    program: string,
    pattern: readonly ArgumentPattern[] | ((args: readonly string[]) => boolean),
    ...replies: Replier[]
  ): this {
    const matches =
      typeof pattern === 'function' ? pattern : (args: readonly string[]) => matchesAll(pattern, args);
    const shown = typeof pattern === 'function' ? '(predicate)' : pattern.map(String).join(' ');
    this.#scripts.unshift({ program, matches, shown, replies: replies.length === 0 ? [{}] : replies });
    return this;
  }

  /** Command lines of all calls so far, for assertions. */
  get lines(): string[] {
    return this.calls.map((call) => [call.program, ...call.args].join(' '));
  }

  /** Calls of one program whose arguments begin with these. */
  callsOf(program: string, ...first: string[]): FakeCall[] {
    return this.calls.filter(
      (call) => call.program === program && first.every((word, index) => call.args[index] === word),
    );
  }

  async run(program: string, args: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    if (options.signal?.aborted)
      return { code: null, stdout: '', stderr: '', killed: 'aborted', durationMs: 0 };
    const reply = await this.#reply({ kind: 'run', program, args: [...args], options });
    const result = {
      stdout: '',
      stderr: '',
      durationMs: 0,
      code: reply.killed === undefined ? 0 : null,
      ...reply,
    };
    for (const stream of ['stdout', 'stderr'] as const) {
      if (result[stream] === '') continue;
      for (const line of result[stream].replace(/\r?\n$/, '').split(/\r?\n/)) options.onLine?.(line, stream);
    }
    return result;
  }

  /** Hands on the scripted stdout in one piece. */
  async stream(
    program: string,
    args: readonly string[],
    onData: (bytes: Uint8Array) => void | Promise<void>,
    options: Omit<ExecOptions, 'onLine'> = {},
  ): Promise<ExecResult> {
    const result = await this.run(program, args, options);
    // Binary output is scripted as one character a byte.
    if (result.stdout !== '') await onData(Buffer.from(result.stdout, 'latin1'));
    return { ...result, stdout: '' };
  }

  async interactive(
    program: string,
    args: readonly string[],
    options: Pick<ExecOptions, 'cwd' | 'env'> = {},
  ): Promise<number> {
    const reply = await this.#reply({ kind: 'interactive', program, args: [...args], options });
    return reply.killed === 'missing' ? 127 : (reply.code ?? 0);
  }

  async detach(
    program: string,
    args: readonly string[],
    options: Parameters<Exec['detach']>[2],
  ): Promise<number> {
    await this.#reply({ kind: 'detach', program, args: [...args], options });
    return 40_000 + this.calls.length;
  }

  async #reply(call: FakeCall): Promise<FakeReply> {
    this.calls.push(call);
    const script = this.#scripts.find(
      (candidate) => candidate.program === call.program && candidate.matches(call.args),
    );
    if (script === undefined) {
      const known = this.#scripts.map((candidate) => `  ${candidate.program} ${candidate.shown}`).join('\n');
      throw new Error(
        `FakeExec was not told of: ${call.program} ${call.args.join(' ')}\nIt knows:\n${known}`,
      );
    }
    const replier = script.replies.length > 1 ? script.replies.shift() : script.replies[0];
    return typeof replier === 'function' ? replier(call) : (replier ?? {});
  }
}

function matchesAll(pattern: readonly ArgumentPattern[], args: readonly string[]): boolean {
  const open = pattern.at(-1) === ANY_MORE;
  const fixed = open ? pattern.slice(0, -1) : pattern;
  if (open ? args.length < fixed.length : args.length !== fixed.length) return false;
  return fixed.every((expected, index) => {
    const word = args[index] ?? '';
    return typeof expected === 'string' ? expected === word : expected.test(word);
  });
}
