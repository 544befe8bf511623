import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { policyJsonSchema, policyJsonSchemaText } from './json-schema.ts';
import { policyInputSchema } from './schema.ts';
import { SETTINGS } from './settings.ts';
import { arbitraryPolicyInput } from './testing/arbitrary-policy.ts';
import { initialPolicyText } from './write.ts';

const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
ajv.addKeyword('markdownDescription');
const accepts = ajv.compile(policyJsonSchema());

test('the committed file is current (npm run generate)', () => {
  const file = new URL('../../schemas/clawproof.schema.json', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(policyJsonSchemaText());
});

test('it is a schema of draft 2020-12', () => {
  expect(policyJsonSchema()['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
  expect(ajv.validateSchema(policyJsonSchema())).toBe(true);
});

test('it accepts the text of a new folder', () => {
  expect(accepts(parse(initialPolicyText()))).toBe(true);
  expect(accepts(parse(initialPolicyText({ preset: 'baseline' })))).toBe(true);
});

test('every setting has its words and its default in it', () => {
  const text = JSON.stringify(policyJsonSchema());
  for (const { doc, default: value } of Object.values(SETTINGS)) {
    expect(text).toContain(JSON.stringify(doc));
    if (value !== undefined && value !== 1) expect(text).toContain(`"default":${JSON.stringify(value)}`);
  }
});

test('every example in it is accepted where it stands', () => {
  for (const [path, setting] of Object.entries(SETTINGS)) {
    if (path.includes('[]')) continue;
    for (const example of setting.examples ?? []) {
      // What a section cannot do without stands beside each of its keys.
      const beside = path.startsWith('access.https.')
        ? { domain: 'claw.example.org' }
        : path.startsWith('access.tailscale.')
          ? { name: 'claw.tail1234.ts.net', image: `sha256:${'0'.repeat(64)}` }
          : {};
      const input = path
        .split('.')
        .reduceRight<unknown>(
          (value, key, depth) => ({ ...(depth === 2 ? beside : {}), [key]: value }),
          example,
        );
      Object.assign(input as object, { version: 1 });
      expect(accepts(input), path).toBe(true);
      expect(policyInputSchema.safeParse(input).success, path).toBe(true);
    }
  }
});

describe('it refuses what loadPolicy refuses', () => {
  test.each([
    [{}],
    [[]],
    [null],
    ['version: 1'],
    [{ version: 2 }],
    [{ version: '1' }],
    [{ version: 1, presett: 'caged' }],
    [{ version: 1, preset: 'cagd' }],
    [{ version: 1, preset: null }],
    [{ version: 1, name: 'My Claw' }],
    [{ version: 1, openclaw: { version: 'latest' } }],
    [{ version: 1, openclaw: { version: 2026.9 } }],
    [{ version: 1, openclaw: { version: 'v2026.9.6' } }],
    [{ version: 1, image: { gateway: 'ghcr.io/openclaw/openclaw:2026.9.6' } }],
    [{ version: 1, image: { gateway: 'https://ghcr.io/openclaw/openclaw' } }],
    [{ version: 1, image: { base: 'debian' } }],
    [{ version: 1, access: { port: 0 } }],
    [{ version: 1, access: { port: 1.5 } }],
    [{ version: 1, access: { port: 65_536 } }],
    [{ version: 1, access: { allowedOrigins: ['https://a.example/chat'] } }],
    [{ version: 1, access: { allowedOrigins: ['*'] } }],
    [{ version: 1, resources: { memory: 'lots' } }],
    [{ version: 1, resources: { memory: 2048 } }],
    [{ version: 1, resources: { cpus: 0 } }],
    [{ version: 1, resources: { pids: 20 } }],
    [{ version: 1, exec: 'deny' }],
    [{ version: 1, egress: { allow: null } }],
    [{ version: 1, egress: { allow: ['opnai'] } }],
    [{ version: 1, egress: { allow: ['https://api.openai.com'] } }],
    [{ version: 1, egress: { allow: ['*.example.com'] } }],
    [{ version: 1, egress: { allow: ['foo_bar.com'] } }],
    [{ version: 1, egress: { allow: ['bücher.de'] } }],
    [{ version: 1, egress: { allow: [{ ports: [443] }] } }],
    [{ version: 1, egress: { allow: [{ host: 'a.example', ports: [] }] } }],
    [{ version: 1, egress: { allow: [{ host: 'a.example', privateAddresses: ['nas.example'] }] } }],
  ])('%j', (input) => {
    expect(policyInputSchema.safeParse(input).success).toBe(false);
    expect(accepts(input)).toBe(false);
  });
});

test('it accepts all that loadPolicy accepts', () => {
  fc.assert(
    fc.property(arbitraryPolicyInput(), (input) => {
      expect(accepts(input), JSON.stringify(accepts.errors)).toBe(true);
    }),
  );
});

test('after any change of one value, it refuses no more than loadPolicy, and kinds of values and keys as it does', () => {
  const sections = fc.constantFrom('openclaw', 'image', 'access', 'resources', 'exec', 'egress');
  const keys = fc.constantFrom('version', 'source', 'port', 'memory', 'cpus', 'mode', 'allow', 'other');
  const values = fc.oneof(
    fc.constantFrom(null, true, [], {}, [[]], -1),
    fc.array(fc.oneof(fc.domain(), fc.nat(), fc.record({ host: fc.domain() }))),
  );
  fc.assert(
    fc.property(arbitraryPolicyInput(), sections, keys, values, (input, section, key, value) => {
      const changed = { ...input, [section]: { [key]: value } };
      const result = policyInputSchema.safeParse(changed);
      const isShape =
        result.error?.issues.some(({ code }) => code !== 'custom' && code !== 'invalid_union') ?? false;
      expect(accepts(changed) && isShape).toBe(false);
      expect(result.success && !accepts(changed)).toBe(false);
    }),
  );
});
