import { Duplex, type Readable, type Writable } from 'node:stream';

const MAX_LAST_WORDS = 4096;

/** What the connection needs of the child process. */
interface ConnectedProgram {
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
  once(event: 'close', listener: (code: number | null) => void): unknown;
  once(event: 'error', listener: (error: Error) => void): unknown;
  kill(): unknown;
  ref(): void;
  unref(): void;
}

/**
 * A program's stdin and stdout as a connection, with what an HTTP agent asks of its sockets. The program lives as long as
 * the connection; when it fails, its last words on stderr are the error of the connection.
 */
export class ProgramConnection extends Duplex {
  readonly #program: ConnectedProgram;
  #words = '';

  constructor(program: ConnectedProgram, name: string) {
    super();
    this.#program = program;
    const { stdin, stdout, stderr } = program;
    stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) stdout.pause();
    });
    stderr.on('data', (chunk: Buffer) => {
      this.#words = (this.#words + chunk.toString('utf8')).slice(-MAX_LAST_WORDS);
    });
    // Why it takes no more is told by its end.
    stdin.on('error', () => undefined);
    program.once('error', (error) => this.destroy(error));
    // Not at the end of stdout: the reason comes on stderr, and maybe later.
    program.once('close', (code) => {
      if (code === 0) this.push(null);
      else this.destroy(new Error(this.#words.trim() || `${name} ended with ${code ?? 'a signal'}`));
    });
  }

  override _read(): void {
    this.#program.stdout.resume();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.#program.stdin.write(chunk, () => done());
  }

  override _final(done: () => void): void {
    this.#program.stdin.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#program.kill();
    done(error);
  }

  /** An idle connection must not keep this program alive. */
  unref(): void {
    for (const part of this.#parts()) part.unref?.();
  }

  ref(): void {
    for (const part of this.#parts()) part.ref?.();
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  #parts(): { ref?: () => void; unref?: () => void }[] {
    const { stdin, stdout, stderr } = this.#program;
    return [this.#program, stdin, stdout, stderr] as { ref?: () => void; unref?: () => void }[];
  }
}
