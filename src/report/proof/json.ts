import type { ProofReport } from '../../prove/proof-report.ts';
import { jsonText } from '../audit/json-text.ts';

/** The evidence as one JSON document; schemas/evidence.schema.json describes it. */
export function proofJson(report: ProofReport): string {
  return `${jsonText(report)}\n`;
}
