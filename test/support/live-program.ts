import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram, startProgram } from './run-program.ts';
import type { Running, RunResult } from './run-program.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Longest that a command may take before it is killed: the first `up` builds three images. */
const COMMAND_MS = 1_200_000;

/** What a command needs of the caller's environment: programs, npm's settings, proxies, certificates, the engine. */
const KEPT =
  /^(?:PATH|HOME|TMPDIR|DOCKER_(?:HOST|CONTEXT|CONFIG|CERT_PATH|TLS_VERIFY)|npm_config_.*|(?:https?|no|all)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(?:FILE|DIR))$/i;

interface CliOptions {
  cwd?: string;
  env?: Record<string, string>;
}

/** The built program; CLAWPROOF_TEST_PROGRAM names another, for example one that was installed from its package. */
export function programPath(): string {
  return process.env['CLAWPROOF_TEST_PROGRAM'] ?? join(root, 'dist/main.js');
}

/** Runs the built program as a user does: nothing is passed in but arguments and a scrubbed environment. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<RunResult> {
  return startCli(args, options).done;
}

export function startCli(args: readonly string[], options: CliOptions = {}): Running {
  const settings = {
    cwd: options.cwd ?? root,
    env: { ...scrubbed(), ...options.env },
    timeoutMs: COMMAND_MS,
  };
  return startProgram(process.execPath, [programPath(), ...args], settings);
}

/** Compiles the program when the sources have changed. */
export async function buildProgram(): Promise<void> {
  if (process.env['CLAWPROOF_TEST_PROGRAM'] !== undefined) return;
  const built = await runProgram(process.execPath, [join(root, 'scripts/build.mjs')], { timeoutMs: 300_000 });
  if (built.code !== 0) throw new Error(`the program does not build:\n${built.stderr}`);
}

/** One line in the output of a test run; figures are looked up there. */
export function measured(what: string, ms: number): void {
  // oxlint-disable-next-line no-console
  console.info(`measured: ${what}: ${(ms / 1000).toFixed(1)} s`);
}

function scrubbed(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => KEPT.test(name)));
}
