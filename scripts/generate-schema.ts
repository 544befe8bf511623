/** The JSON Schema of clawproof.yaml, from the policy's own. */
import { policyJsonSchemaText } from '../src/policy/json-schema.ts';

/** Path from the root → text. */
export function generatedFiles(): Record<string, string> {
  return { 'schemas/clawproof.schema.json': policyJsonSchemaText() };
}
