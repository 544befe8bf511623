import { resolve } from 'node:path';
import { type VerifiedEvidence, verifyEvidence } from '../prove/evidence/verify-evidence.ts';
import { verifiedText } from '../report/proof/verified-text.ts';
import { createStyle } from '../report/style.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { VerifyOptions } from './options.ts';

const EXIT_CODES: Record<VerifiedEvidence['state'], number> = {
  trusted: exitCodes.done,
  broken: exitCodes.checkFailed,
  unknown: exitCodes.incomplete,
};

export async function run({ ports, output }: CommandContext, options: VerifyOptions): Promise<number> {
  const { system, terminal } = ports;
  const absolute = (path: string): string => resolve(system.cwd, options.folder ?? '.', path);
  const { signature, signers } = options;
  const path = absolute(options.evidence);
  const verified = await verifyEvidence(ports, {
    path,
    ...(signature === undefined ? {} : { signature: absolute(signature) }),
    ...(signers === undefined ? {} : { signers: absolute(signers) }),
  });
  const { report, ...rest } = verified;
  terminal.out(
    output.json
      ? `${JSON.stringify({ ok: rest.state === 'trusted', ...rest, proof: report.id, startedAt: report.startedAt, target: report.target, summary: report.summary }, null, 2)}\n`
      : verifiedText(verified, path, createStyle(terminal.colour)),
  );
  return EXIT_CODES[verified.state];
}
