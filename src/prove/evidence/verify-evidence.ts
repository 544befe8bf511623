import { join } from 'node:path';
import { evidenceUnreadable, evidenceUnsigned, sshKeygenMissing } from '../../errors/evidence-errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { ProofReport } from '../proof-report.ts';
import { summarizeProof } from '../proof-summary.ts';
import { NAMESPACE } from './sign-evidence.ts';

type VerifyPorts = Pick<Ports, 'exec' | 'files' | 'system' | 'signal'>;

const VERIFY_MS = 30_000;

export interface VerifyRequest {
  /** Absolute path of the evidence. */
  path: string;
  /** Absolute path of the signature; `<path>.sig` when absent. */
  signature?: string;
  /** File of allowed signers, as ssh-keygen reads it; ~/.ssh/allowed_signers where it is there. */
  signers?: string;
}

export interface VerifiedEvidence {
  /** trusted = by one of the allowed signers; unknown = intact, but nobody says whose key it is; broken = changed since. */
  state: 'trusted' | 'unknown' | 'broken';
  /** Who signed, as the file of allowed signers names him, or the fingerprint of the key. */
  signer?: string;
  /** What is wrong, in words. */
  why?: string;
  report: ProofReport;
}

/**
 * Checks that evidence is what was signed, by whom, and that its summary is what its probes say.
 * @throws AppError `evidence-unreadable`, `evidence-unsigned`, `ssh-keygen-missing`
 */
export async function verifyEvidence(ports: VerifyPorts, request: VerifyRequest): Promise<VerifiedEvidence> {
  const { files } = ports;
  const { path } = request;
  const signature = request.signature ?? `${path}.sig`;
  const text = await files.read(path);
  if (text === null) throw evidenceUnreadable(path, 'there is no such file');
  const report = parseEvidence(path, text);
  if ((await files.stat(signature)) === null) throw evidenceUnsigned(path, signature);
  const signed = await checkSignature(ports, text, signature, await signersFile(ports, request));
  const wrong = inconsistency(report);
  return wrong === undefined ? { ...signed, report } : { ...signed, state: 'broken', why: wrong, report };
}

function parseEvidence(path: string, text: string): ProofReport {
  let parsed: Partial<ProofReport> | null;
  try {
    parsed = JSON.parse(text) as Partial<ProofReport> | null;
  } catch {
    throw evidenceUnreadable(path, 'it is not JSON');
  }
  if (parsed?.tool?.name !== 'clawproof' || !Array.isArray(parsed.probes) || !Array.isArray(parsed.rings))
    throw evidenceUnreadable(path, 'it has no probes');
  if (parsed.schemaVersion !== 1)
    throw evidenceUnreadable(
      path,
      `it is of version ${String(parsed.schemaVersion)}, and this clawproof reads version 1`,
    );
  const { id, startedAt, target } = parsed;
  if ([id, startedAt, target?.name, target?.image?.reference].some((each) => typeof each !== 'string'))
    throw evidenceUnreadable(path, 'it does not say what was proved');
  return parsed as ProofReport;
}

async function signersFile(
  { files, system }: VerifyPorts,
  { signers }: VerifyRequest,
): Promise<string | undefined> {
  if (signers !== undefined) return signers;
  const usual = join(system.homeDir, '.ssh', 'allowed_signers');
  return (await files.stat(usual).catch(() => null)) === null ? undefined : usual;
}

type Signed = Pick<VerifiedEvidence, 'state' | 'signer' | 'why'>;

async function checkSignature(
  ports: VerifyPorts,
  text: string,
  signature: string,
  signers: string | undefined,
): Promise<Signed> {
  const own = await sshKeygen(ports, ['-Y', 'check-novalidate', '-n', NAMESPACE, '-s', signature], text);
  if (own.code !== 0) return { state: 'broken', why: 'the signature is not of this text' };
  const fingerprint = /SHA256:[\w+/=]+/.exec(own.stdout)?.[0] ?? 'a key without a fingerprint';
  if (signers === undefined) return { state: 'unknown', signer: fingerprint };
  const found = await sshKeygen(ports, ['-Y', 'find-principals', '-s', signature, '-f', signers], '');
  const principal = found.stdout.split('\n')[0]?.trim() ?? '';
  if (found.code !== 0 || principal === '') return { state: 'unknown', signer: fingerprint };
  const args = ['-Y', 'verify', '-f', signers, '-I', principal, '-n', NAMESPACE, '-s', signature];
  const verified = await sshKeygen(ports, args, text);
  return verified.code === 0
    ? { state: 'trusted', signer: principal }
    : { state: 'unknown', signer: fingerprint };
}

async function sshKeygen(
  { exec, signal }: VerifyPorts,
  args: readonly string[],
  input: string,
): Promise<{ code: number | null; stdout: string }> {
  const result = await exec.run('ssh-keygen', args, { input, timeoutMs: VERIFY_MS, signal });
  if (result.killed === 'missing') throw sshKeygenMissing('Checking a signature');
  return result;
}

/** A summary that its own probes do not bear out. */
function inconsistency({ probes, rings, summary }: ProofReport): string | undefined {
  try {
    const counted = summarizeProof(probes, rings);
    return JSON.stringify(counted) === JSON.stringify(summary)
      ? undefined
      : 'its summary is not what its probes say';
  } catch {
    return 'its probes cannot be understood';
  }
}
