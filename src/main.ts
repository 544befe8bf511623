#!/usr/bin/env node
// The only file that touches `process`: arguments and signals in, exit code out.
import { setMaxListeners } from 'node:events';
import { useCompiledCode } from './ports/node/compiled-code.ts';
import { version } from './version.ts';

const BUG = 70;
const INTERRUPTED = 130;
const args = process.argv.slice(2);

/** What a shell gives a program that a closed pipe ended: whoever looks at the code must not take it for success. */
const PIPE_CLOSED = 141;

/** A reader of our results that went away (`clawproof logs | head`) is no error; without progress we can live. */
function tolerateClosedStreams(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(PIPE_CLOSED);
  });
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

/** The first signal lets the command end cleanly; the second one does not wait for it. */
function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  // Every process and wait that runs at the moment listens to it.
  setMaxListeners(0, controller.signal);
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(INTERRUPTED);
      controller.abort(new DOMException(`stopped by ${name}`, 'AbortError'));
    });
  }
  return controller.signal;
}

async function start(): Promise<void> {
  // Waiting for what never comes ends the process, and that must not look like success.
  process.once('beforeExit', () => (process.exitCode ??= BUG));
  useCompiledCode();
  const {
    commandLoaders: loaders,
    createCommandLine,
    createNodeTerminal,
  } = await import('./commands/start.ts');
  const terminal = createNodeTerminal(process, process.env);
  process.on('exit', () => terminal.region.release());
  const signal = abortOnSignals();
  const commandLine = createCommandLine({ args, version, terminal, signal, host: process, loaders });
  // Errors outside the command's promise, e.g. in an event handler.
  process.on('uncaughtException', (error, origin) => {
    // After a signal the command still removes what it made; work beside it ends with the same words.
    if (signal.aborted && origin === 'unhandledRejection') return;
    commandLine.reportBug(error);
    process.exit(BUG);
  });
  process.exitCode = await commandLine.run();
}

/** Set by whoever starts this program in a thread of its own, as an audit does. */
const THREAD = Symbol.for('clawproof.thread');

async function startInThread(): Promise<void> {
  useCompiledCode();
  const { runAuditThread } = await import('./commands/audit-thread.ts');
  runAuditThread(process);
}

if (THREAD in globalThis) {
  void startInThread();
} else {
  tolerateClosedStreams();
  if (args.length === 1 && (args[0] === '--version' || args[0] === '-V'))
    process.stdout.write(`${version}\n`);
  else void start();
}
