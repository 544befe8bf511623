import { join } from 'node:path';
import { signingFailed, signingKeyMissing, sshKeygenMissing } from '../../errors/evidence-errors.ts';
import type { Ports } from '../../ports/ports.ts';

type SignPorts = Pick<Ports, 'exec' | 'files' | 'system' | 'signal' | 'terminal'>;

/** What a signature is for: one for something else is none for evidence. */
export const NAMESPACE = 'clawproof-evidence';

/** As ssh itself looks for them. */
const DEFAULT_KEYS = ['id_ed25519', 'id_ecdsa', 'id_rsa'];
/** A passphrase may have to be typed, or a key be touched. */
const SIGN_MS = 120_000;

/**
 * The key to sign with: the one that is named, else the first that SSH would use itself. Found before anything is tried.
 * @throws AppError `signing-key-missing`
 */
export async function findSigningKey({ files, system }: SignPorts, named?: string): Promise<string> {
  const candidates =
    named === undefined ? DEFAULT_KEYS.map((name) => join(system.homeDir, '.ssh', name)) : [named];
  for (const path of candidates) {
    const stat = await files.stat(path).catch(() => null);
    if (stat !== null && stat.kind !== 'directory') return path;
  }
  throw signingKeyMissing(candidates);
}

/**
 * Signs a file with the user's SSH key: `<file>.sig` beside it, as ssh-keygen writes it. A passphrase is asked for where
 * there is a terminal.
 * @returns path of the signature
 * @throws AppError `ssh-keygen-missing`, `signing-failed`
 */
export async function signEvidence(ports: SignPorts, path: string, key: string): Promise<string> {
  const { files } = ports;
  const signature = `${path}.sig`;
  // ssh-keygen asks before it replaces one.
  await files.remove(signature);
  const said = await sign(ports, ['-Y', 'sign', '-f', key, '-n', NAMESPACE, path]);
  if ((await files.stat(signature)) !== null) return signature;
  throw signingFailed(path, key, said);
}

/** Resolves with what ssh-keygen said of its failure. */
async function sign({ exec, terminal, signal }: SignPorts, args: readonly string[]): Promise<string> {
  if (terminal.canAsk) {
    await exec.interactive('ssh-keygen', args);
    return 'what ssh-keygen said stands above.';
  }
  const { killed, stderr } = await exec.run('ssh-keygen', args, { timeoutMs: SIGN_MS, input: '', signal });
  if (killed === 'missing') throw sshKeygenMissing('Signing');
  return stderr.trim().split('\n').at(-1) ?? '';
}
