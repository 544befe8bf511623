import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type AttemptLine, type Observation, type PayloadFunction, READY } from './protocol.ts';

/** Ends what runs at the moment with an error; set while something runs. */
let interrupt: ((reason: string) => void) | undefined;

/**
 * Reads attempts from stdin, a line each, and makes them one after the other. Each gives one line on stdout, whatever
 * happens, as long as this process lives. Ends with stdin.
 */
export async function serve(functions: Readonly<Record<string, PayloadFunction>>): Promise<void> {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(event, (error: unknown) => interrupt?.(reasonOf(error)));
  // A refused signal or a closed pipe must end an attempt, not the payload.
  for (const signal of ['SIGPIPE', 'SIGHUP', 'SIGTERM', 'SIGXCPU', 'SIGXFSZ'] as const)
    process.on(signal, () => undefined);
  report(READY, { result: { pid: process.pid } });
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (line.trim() !== '') await answer(functions, line);
  }
  process.exit(0);
}

async function answer(functions: Readonly<Record<string, PayloadFunction>>, line: string): Promise<void> {
  let attempt: AttemptLine;
  try {
    attempt = JSON.parse(line) as AttemptLine;
  } catch {
    return;
  }
  report(attempt.id, await attend(functions, attempt));
}

async function attend(
  functions: Readonly<Record<string, PayloadFunction>>,
  { run, params, timeoutMs }: AttemptLine,
): Promise<Observation> {
  const known = Object.hasOwn(functions, run) ? functions[run] : undefined;
  if (known === undefined) return { error: `the payload knows no function ${run}` };
  let timer: NodeJS.Timeout | undefined;
  const interrupted = new Promise<Observation>((resolve) => {
    interrupt = (reason) => resolve({ error: reason });
    timer = setTimeout(() => resolve({ error: `no end within ${timeoutMs} ms` }), timeoutMs);
  });
  try {
    return await Promise.race([attempted(known, params), interrupted]);
  } finally {
    clearTimeout(timer);
    interrupt = undefined;
  }
}

async function attempted(known: PayloadFunction, params: unknown): Promise<Observation> {
  try {
    return { result: (await known(params as never)) ?? null };
  } catch (error) {
    return { error: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** What the payload wrote so far must be out before an attempt ends it: no buffers. */
function report(id: string, observation: Observation): void {
  let line: string;
  try {
    line = `${JSON.stringify({ id, ...observation })}\n`;
  } catch (error) {
    line = `${JSON.stringify({ id, error: `the result is no JSON: ${reasonOf(error)}` })}\n`;
  }
  const bytes = Buffer.from(line);
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(1, bytes, written);
    } catch (error) {
      // A full pipe: whoever reads it needs a moment.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
