import type { ProofReport } from '../../prove/proof-report.ts';

export const proofFormats = ['text', 'json', 'sarif', 'junit', 'html'] as const;

export type ProofFormat = (typeof proofFormats)[number];

const writers: Readonly<
  Record<Exclude<ProofFormat, 'text'>, (report: ProofReport, root: string) => Promise<string>>
> = {
  json: async (report) => (await import('./json.ts')).proofJson(report),
  sarif: async (report, root) => (await import('./sarif.ts')).proofSarif(report, root),
  junit: async (report) => (await import('./junit.ts')).proofJunit(report),
  html: async (report) => (await import('./html.ts')).proofHtml(report),
};

/**
 * A whole proof in a data format; each is loaded only when it is asked for.
 * @param root absolute path of the current folder, with forward slashes
 */
export async function writeProof(
  format: Exclude<ProofFormat, 'text'>,
  report: ProofReport,
  root: string,
): Promise<string> {
  return writers[format](report, root);
}
