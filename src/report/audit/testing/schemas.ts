import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

const root = new URL('../../../../', import.meta.url);

type Schema = Record<string, unknown>;

export function readSchema(path: string): Schema {
  return JSON.parse(readFileSync(new URL(path, root), 'utf8')) as Schema;
}

/** Validator of one of our published schemas. `closed` also refuses every property that the schema does not name. */
export function ownValidator(name: string, closed = false): ValidateFunction {
  const schema = readSchema(`schemas/${name}`);
  const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
  formats.default(ajv);
  return ajv.compile(closed ? (withoutOthers(schema) as Schema) : schema);
}

function withoutOthers(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutOthers);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, withoutOthers(value)]));
  return 'properties' in copy && 'type' in copy ? { ...copy, additionalProperties: false } : copy;
}

/** Validator of SARIF 2.1.0. Its schema is of draft 4, whose only word that later drafts read differently is `id`. */
export function sarifValidator(): ValidateFunction {
  const { id, $schema, ...schema } = readSchema('test/schemas/sarif-2.1.0.json');
  if (typeof id !== 'string' || typeof $schema !== 'string') throw new Error('not the schema of SARIF');
  const ajv = new Ajv2020({ strict: false, allErrors: true, unicodeRegExp: false });
  formats.default(ajv);
  return ajv.compile(schema);
}
