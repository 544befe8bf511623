import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

const ID = 'http://cyclonedx.org/schema';
let validate: ValidateFunction | undefined;

/** What is wrong with a document by the schema of CycloneDX 1.6; empty when it is valid. */
export function cyclonedxErrors(document: unknown): string[] {
  validate ??= compile();
  if (validate(document)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}

function compile(): ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  // Addresses beyond ASCII: nothing that clawproof writes has one.
  ajv.addFormat('idn-email', true).addFormat('iri-reference', true);
  ajv.addSchema(schema('cyclonedx-spdx.json'), `${ID}/spdx.SNAPSHOT.schema.json`);
  ajv.addSchema(schema('cyclonedx-jsf.json'), `${ID}/jsf-0.82.SNAPSHOT.schema.json`);
  return ajv.compile(schema('cyclonedx-1.6.json'));
}

function schema(name: string): object {
  return JSON.parse(readFileSync(new URL(`../schemas/${name}`, import.meta.url), 'utf8')) as object;
}
