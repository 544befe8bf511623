import { z } from 'zod';
import { policyInputSchema } from './schema.ts';

/**
 * JSON Schema (draft 2020-12) of clawproof.yaml, for editors: descriptions, defaults, examples and patterns of every key. It accepts
 * all that loadPolicy accepts; what needs more than a pattern to see (groups of addresses, sizes, pairs of keys) only loadPolicy refuses.
 */
export function policyJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(policyInputSchema, { target: 'draft-2020-12', io: 'input' });
  return { $schema, title: 'clawproof.yaml', ...schema };
}

/** The schema as the text of its file. */
export function policyJsonSchemaText(): string {
  return `${JSON.stringify(policyJsonSchema(), null, 2)}\n`;
}
