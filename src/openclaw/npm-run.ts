import { npmFailed, npmMissing, npmTimeout, npmUnauthorised, npmUnreachable, npmUntrusted } from '../errors/npm-errors.ts';
import type { ExecResult } from '../ports/exec.ts';
import type { Ports } from '../ports/ports.ts';

export type NpmPorts = Pick<Ports, 'exec' | 'files' | 'system' | 'random' | 'signal'>;

interface NpmCall {
  /** Completes "npm could not …". */
  what: string;
  seconds: number;
  cwd?: string;
  /** Answer null instead of an error when the registry has no such package or version. */
  allowMissing?: boolean;
}

const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ERR_SOCKET_TIMEOUT', 'EPROTO']);
const MISSING = new Set(['E404', 'ETARGET', 'ENOVERSIONS']);
const REFUSED = new Set(['E401', 'E403', 'ENEEDAUTH', 'EOTP']);

/**
 * Runs the host's own npm, with the user's registry, proxy, certificates and login, and returns its stdout.
 * @throws AppError for everything that can go wrong with a registry
 */
export async function runNpm(ports: NpmPorts, args: readonly string[], call: NpmCall & { allowMissing: true }): Promise<string | null>;
export async function runNpm(ports: NpmPorts, args: readonly string[], call: NpmCall): Promise<string>;
export async function runNpm(ports: NpmPorts, args: readonly string[], call: NpmCall): Promise<string | null> {
  const result = await ports.exec.run('npm', args, {
    timeoutMs: call.seconds * 1000,
    signal: ports.signal,
    env: { npm_config_update_notifier: 'false', npm_config_progress: 'false' },
    // Never the folder that the user happens to be in: a .npmrc in it would decide on the registry.
    cwd: call.cwd ?? '/',
  });
  if (result.code === 0) return result.stdout;
  ports.signal.throwIfAborted();
  if (result.killed === 'missing') throw npmMissing();
  const { code, summary } = npmProblem(result);
  if (call.allowMissing === true && MISSING.has(code)) return null;
  const registry = await npmRegistry(ports);
  if (result.killed === 'timeout') throw npmTimeout(registry, call.seconds, call.what);
  if (UNREACHABLE.has(code)) throw npmUnreachable(registry, summary);
  if (REFUSED.has(code)) throw npmUnauthorised(registry, summary);
  if (/CERT|SIGNATURE|ISSUER|SSL|TLS/.test(code)) throw npmUntrusted(registry, summary);
  throw npmFailed(call.what, summary);
}

/** Address of the registry that the host's npm uses, without user and password. */
export async function npmRegistry(ports: Pick<NpmPorts, 'exec' | 'signal'>): Promise<string> {
  const value = await npmSetting(ports, 'registry');
  return withoutCredentials(value ?? '');
}

/** One effective setting of the host's npm; null when it is not set or npm does not say. */
export async function npmSetting(ports: Pick<NpmPorts, 'exec' | 'signal'>, key: string): Promise<string | null> {
  const result = await ports.exec.run('npm', ['config', 'get', key], { cwd: '/', timeoutMs: 20_000, signal: ports.signal });
  if (result.killed === 'missing') throw npmMissing();
  const value = result.stdout.trim();
  return result.code !== 0 || value === '' || value === 'undefined' || value === 'null' ? null : value;
}

export function withoutCredentials(url: string): string {
  return url.replace(/^([a-z]+:\/\/)[^/@]*@/i, '$1');
}

/** npm's error code and one line that says what went wrong: from its JSON where it gave one, else from its log lines. */
function npmProblem(result: ExecResult): { code: string; summary: string } {
  const fromJson = jsonError(result.stdout);
  const code = fromJson?.code ?? /npm (?:error|ERR!) code (\S+)/.exec(result.stderr)?.[1] ?? '';
  const line =
    fromJson?.summary ??
    result.stderr
      .split('\n')
      .filter((text) => /^npm (error|ERR!) /.test(text) && !/ (code|syscall|errno|A complete log)\b/.test(text))
      .map((text) => text.replace(/^npm (error|ERR!) /, ''))[0] ??
    `it ended with ${result.code ?? result.killed ?? 'an error'}`;
  return { code, summary: clean(line) };
}

function jsonError(stdout: string): { code: string; summary: string } | null {
  try {
    const { error } = JSON.parse(stdout) as { error?: { code?: string; summary?: string } };
    return error?.code === undefined ? null : { code: error.code, summary: error.summary ?? error.code };
  } catch {
    return null;
  }
}

/** One line without credentials in addresses and without a full stop at its end. */
function clean(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? '';
  return line.replaceAll(/([a-z]+:\/\/)[^/@\s]*@/gi, '$1').replace(/[.\s]+$/, '');
}
