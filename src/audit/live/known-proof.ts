import { z } from 'zod';
import type { AuditProblem } from '../audit-report.ts';

const side = z.object({
  state: z.enum(['pass', 'fail', 'skipped', 'error', 'not-looked']),
  detail: z.string().optional(),
});

const schema = z.object({
  schemaVersion: z.literal(1),
  startedAt: z.iso.datetime(),
  target: z.object({ container: z.string(), containerId: z.string(), configHash: z.string().optional() }),
  measures: z.array(
    z.object({
      measure: z.string(),
      title: z.string(),
      declared: side,
      effective: side,
      proven: side,
      isBroken: z.boolean(),
    }),
  ),
});

/** What an audit takes from the evidence of a proof. */
export type KnownProof = z.infer<typeof schema>;

/** What is running now, to be compared with what was attacked. */
export interface RunningNow {
  container: string;
  containerId: string;
  /** As `hashOf` gives it for openclaw.json; absent when it could not be read. */
  configHash?: string;
}

/** The evidence in a text, or what is wrong with it. */
export function parseProof(text: string): KnownProof | { problem: string } {
  try {
    const read = schema.safeParse(JSON.parse(text));
    return read.success ? read.data : { problem: 'it is no evidence of this version of clawproof' };
  } catch {
    return { problem: 'it is no JSON' };
  }
}

/** Why a proof says nothing of what runs now; undefined when it does. */
export function whyOutdated({ target, startedAt }: KnownProof, now: RunningNow): AuditProblem | undefined {
  const prove = `To attack it as it is now: clawproof prove --container ${now.container}`;
  const when = startedAt.slice(0, 16).replace('T', ' ');
  if (target.containerId !== now.containerId)
    return {
      id: 'proof-outdated',
      message: `The proof of ${when} UTC is of another container (${target.container}, since made anew). ${prove}`,
    };
  if (target.configHash !== now.configHash)
    return {
      id: 'proof-outdated',
      message: `OpenClaw's settings were changed after the proof of ${when} UTC. ${prove}`,
    };
  return undefined;
}
