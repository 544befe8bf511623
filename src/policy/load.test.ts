import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { AppError } from '../errors/app-error.ts';
import { defaultPolicy } from './defaults.ts';
import { loadPolicy } from './load.ts';
import { policyInputSchema } from './schema.ts';
import { resolvePolicy } from './resolve.ts';
import { arbitraryPolicyInput } from './testing/arbitrary-policy.ts';
import { toPolicyInput } from './testing/policy-input.ts';

const FILE = 'clawproof.yaml';

function failure(text: string): AppError {
  try {
    loadPolicy(text, FILE);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('loadPolicy accepted the text');
}

/** Each problem as "line:column message". */
function problems(text: string): string[] {
  const { entry } = failure(text);
  const all = entry.problems ?? [
    { message: entry.message.replace(`${FILE} cannot be used. `, ''), position: entry.position },
  ];
  return all.map(({ message, position }) => `${position?.line}:${position?.column} ${message}`);
}

describe('defaults', () => {
  test.each([
    'version: 1',
    'version: 1\n',
    '\uFEFFversion: 1\r\n',
    '# hello\nversion: 1\nresources:\negress:\n',
    '{"version": 1}',
  ])('%j gives every default', (text) => {
    expect(loadPolicy(text, FILE)).toEqual(defaultPolicy());
  });

  test('are these', () => {
    expect(defaultPolicy()).toEqual({
      version: 1,
      preset: 'caged',
      name: 'openclaw',
      openclaw: { version: '2026.9.6' },
      image: {
        source: 'auto',
        gateway: 'ghcr.io/openclaw/openclaw',
        base: 'docker.io/library/debian:trixie-slim',
        egress: null,
        ingress: null,
      },
      access: { port: 18789, allowedOrigins: [], tokenMaxAgeDays: 90, https: null, tailscale: null },
      resources: { memory: 2 * 1024 ** 3, heapMiB: 1536, cpus: 2, pids: 256, openFiles: 8192 },
      exec: { mode: 'deny', scripts: [], accepted: null },
      firewall: { enabled: false, tool: 'auto', hostPorts: [] },
      skills: { use: [], judgeInstalls: true },
      sandbox: { accept: [] },
      workspace: { readOnly: [] },
      egress: {
        allow: [
          'api.anthropic.com',
          'api.openai.com',
          'generativelanguage.googleapis.com',
          'openrouter.ai',
        ].map((host) => ({
          host,
          ports: [443],
          privateAddresses: [],
        })),
      },
    });
  });

  test('the heap follows the memory limit, and preset baseline has no allowlist', () => {
    expect(loadPolicy('version: 1\nresources: {memory: 4g}', FILE).resources.heapMiB).toBe(3072);
    expect(loadPolicy('version: 1\npreset: baseline', FILE).egress.allow).toEqual([]);
    expect(defaultPolicy({ preset: 'baseline', resources: { memory: 4 * 1024 ** 3 } })).toEqual(
      loadPolicy('version: 1\npreset: baseline\nresources: {memory: 4g}', FILE),
    );
  });
});

test('destinations come in the order of the file, one rule for each name and its private addresses', () => {
  const text = [
    'version: 1',
    'egress:',
    '  allow:',
    '    - api.openai.com:8443',
    '    - openai',
    '    - {host: NAS, ports: [8443, 443, 443], privateAddresses: [192.168.1.20, 10.0.0.0/8]}',
    '    - {host: nas}',
  ].join('\n');
  expect(loadPolicy(text, FILE).egress.allow).toEqual([
    { host: 'api.openai.com', ports: [443, 8443], privateAddresses: [] },
    { host: 'nas', ports: [443, 8443], privateAddresses: ['10.0.0.0/8', '192.168.1.20/32'] },
    { host: 'nas', ports: [443], privateAddresses: [] },
  ]);
});

describe('one problem', () => {
  test.each([
    [
      'version: 1\npresett: caged\n',
      '2:1 There is no key "presett" at the top level; did you mean "preset"?',
    ],
    ['verson: 1\n', '1:1 There is no key "verson" at the top level; did you mean "version"?'],
    ['version: 1\nport: 80\n', '2:1 There is no key "port" at the top level; it belongs under "access".'],
    ['version: 1\nexec: {moed: deny}\n', '2:8 There is no key "moed" in exec; did you mean "mode"?'],
    [
      'version: 1\nexec: {x: deny}\n',
      '2:8 There is no key "x" in exec; the keys are mode, scripts, accepted.',
    ],
    [
      'version: 1\n<<: {a: 1}\n',
      /^2:1 There is no key "<<" at the top level; the keys are version, preset, name,/,
    ],
    ['preset: caged\n', '1:1 The key "version" is missing; add the line "version: 1".'],
    ['version: "1"\n', '1:10 version must be the number 1, but is the text "1" in quotes; remove them.'],
    ['version: 0\n', '1:10 version must be the number 1, but is the number 0.'],
    [
      'version: 1\npreset: cagd\n',
      '2:9 preset must be one of baseline, caged, sandboxed, but is the text "cagd"; did you mean "caged"?',
    ],
    ['version: 1\npreset:\n', '2:8 preset must be one of baseline, caged, sandboxed, but is empty.'],
    ['version: 1\nname: My Claw\n', /^2:7 name: "My Claw" must be lower-case letters/],
    [
      'version: 1\nopenclaw:\n  version: 2026.9\n',
      /^3:12 openclaw.version must be an exact version in quotes.*but is the number 2026.9\.$/,
    ],
    [
      'version: 1\nopenclaw: "2026.9.6"\n',
      '2:11 openclaw must be a mapping with the key version, but is the text "2026.9.6".',
    ],
    [
      'version: 1\naccess: {port: 0}\n',
      '2:16 access.port must be a whole number from 1 to 65535, but is the number 0.',
    ],
    [
      'version: 1\naccess: {port: 65536}\n',
      '2:16 access.port must be a whole number from 1 to 65535, but is the number 65536.',
    ],
    [
      'version: 1\naccess: {port: "80"}\n',
      '2:16 access.port must be a whole number from 1 to 65535, but is the text "80".',
    ],
    [
      'version: 1\naccess: {port: 1e99}\n',
      '2:16 access.port must be a whole number from 1 to 65535, but is the number 1e+99.',
    ],
    [
      'version: 1\naccess: {allowedOrigins: x}\n',
      /^2:26 access.allowedOrigins must be a list of exact origins/,
    ],
    ['version: 1\nresources: {memory: 1g}\n', '2:21 resources.memory: "1g" is less than the minimum 1536m.'],
    ['version: 1\nresources: {memory: 2048}\n', /did you mean 2048m\?$/],
    ['version: 1\nresources: {memory: 9t}\n', '2:21 resources.memory: "9t" is more than the maximum 4t.'],
    [
      'version: 1\nresources: {memory: lots}\n',
      '2:21 resources.memory: "lots" is not a size; write one such as 2g or 1536m.',
    ],
    [
      'version: 1\nresources: {memory: [2g]}\n',
      /^2:21 resources.memory must be a size from 1536m to 4t.*but is a list\.$/,
    ],
    [
      'version: 1\nresources: {heap: 1900m}\n',
      /^2:19 resources.heap is 1900m, which leaves too little of the 2g.*write at most 1792m/,
    ],
    ['version: 1\nresources: {heap: 900000000}\n', '2:19 resources.heap must be whole MiB, such as 858m.'],
    [
      'version: 1\nresources: {cpus: .nan}\n',
      /^2:19 resources.cpus must be a number from 0.25 to 1024.*NaN\.$/,
    ],
    [
      'version: 1\nresources: {pids: 20}\n',
      '2:19 resources.pids must be a whole number from 128 to 4194304, but is the number 20.',
    ],
    [
      'version: 1\negress: {allow: }\n',
      /^2:17 egress.allow must be a list of host names and groups, but is empty; write \[\] for an empty list\.$/,
    ],
    [
      'version: 1\negress: {allow: [5]}\n',
      '2:18 egress.allow[0] must be a host name, a group, or a mapping with the key host, but is the number 5.',
    ],
    [
      'version: 1\negress: {allow: [{ports: [443]}]}\n',
      '2:18 The key "host" is missing in egress.allow[0]; add the line "host: …".',
    ],
    [
      'version: 1\negress: {allow: [{host: openai}]}\n',
      /is a group of hosts; write it as an entry of its own/,
    ],
    [
      'version: 1\negress: {allow: [{host: a.example, ports: []}]}\n',
      /^2:43 egress.allow\[0\].ports must be a list of whole numbers/,
    ],
    [
      'version: 1\negress: {allow: [{host: a.example, ports: [x]}]}\n',
      /^2:44 egress.allow\[0\].ports\[0\] must be a whole number from 1 to 65535/,
    ],
    [
      'version: 1\npreset: baseline\negress: {allow: []}\n',
      /^3:10 egress.allow has no effect in preset baseline/,
    ],
    ['[1]', /^1:1 The file must be a mapping with the keys version.*but is a list\.$/],
    ['just words', /^1:1 The file must be a mapping.*but is the text "just words"\.$/],
  ])('%j', (text, expected) => {
    expect(problems(text)).toEqual([
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    ]);
    expect(failure(text)).toMatchObject({ id: 'policy-invalid', entry: { exitCode: 2 } });
  });
});

test('all problems are told together, in the order of the file', () => {
  const text = 'version: 1\naccess:\n  port: 99999\n  ports: 1\nexec:\n  mode: ful\nfoo: 1\n';
  expect(problems(text)).toEqual([
    '3:9 access.port must be a whole number from 1 to 65535, but is the number 99999.',
    '4:3 There is no key "ports" in access; did you mean "port"?',
    '6:9 exec.mode must be one of deny, allowlist, full, but is the text "ful"; did you mean "full"?',
    expect.stringMatching(/^7:1 There is no key "foo"/),
  ]);
  expect(failure(text).entry).toMatchObject({
    position: { line: 3, column: 9 },
    message: expect.stringContaining('4 problems'),
  });
});

describe('files that are something else', () => {
  test.each([
    ['', 'policy-empty'],
    ['\uFEFF', 'policy-empty'],
    ['# version: 1\n', 'policy-empty'],
    ['---\n', 'policy-empty'],
    ['null', 'policy-empty'],
    ['version: 2\nwhatever: 1\n', 'policy-too-new'],
    ['version: 99999999999999999999\n', 'policy-too-new'],
    ['version: 1\nversion: 1\n', 'policy-syntax'],
    ['version: 1\n\tname: x\n', 'policy-syntax'],
    ['version: &a [*a]\n', 'policy-syntax'],
    ['v\0e\0r\0', 'policy-unreadable'],
    ['#'.repeat(300_000), 'policy-unreadable'],
  ])('%#: %s', (text, id) => {
    expect(failure(text).id).toBe(id);
  });
});

describe('secrets that were pasted into the file', () => {
  test.each([
    'version: 1\nopenaiKey: hunter2hunter2\n',
    'version: 1\ntelegram: {token: hunter2hunter2}\n',
    'version: 1\negress: {allow: ["https://me:hunter2hunter2@example.com"]}\n',
    'version: 1\nname: sk-proj-hunter2hunter2!\n',
    'version: 1\napi_key: "hunter2hunter2\n',
    'version: 1\nfoo: {password: hunter2hunter2, bar: [}\n',
  ])('%j are in no part of the error', (text) => {
    expect(JSON.stringify(failure(text).entry)).not.toContain('hunter2');
  });
});

describe('properties', () => {
  const inputs = arbitraryPolicyInput();

  test('every valid policy loads, whichever way it is written', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        expect(loadPolicy(stringify(input), FILE)).toEqual(resolvePolicy(input));
        expect(loadPolicy(JSON.stringify(input), FILE)).toEqual(resolvePolicy(input));
        expect(loadPolicy(`\uFEFF${stringify(input).replaceAll('\n', '\r\n')}`, FILE)).toEqual(
          resolvePolicy(input),
        );
      }),
    );
  });

  test('a loaded policy that is written out in full loads as itself', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const policy = resolvePolicy(input);
        expect(loadPolicy(stringify(toPolicyInput(policy)), FILE)).toEqual(policy);
      }),
    );
  });

  test('the heap is always below the memory limit, and every rule has a port and a name in its normal form', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { resources, egress } = resolvePolicy(input);
        expect(resources.heapMiB * 1024 ** 2).toBeLessThanOrEqual(resources.memory - 256 * 1024 ** 2);
        for (const { host, ports } of egress.allow) {
          expect(host).toMatch(/^\.?[a-z0-9-]+(\.[a-z0-9-]+)*$/);
          expect(ports).toEqual([...new Set(ports)].toSorted((a, b) => a - b));
          expect(ports.length).toBeGreaterThan(0);
        }
      }),
    );
  });

  test('no text and no YAML data makes it throw anything but an AppError with a position', () => {
    const words = fc.constantFrom(
      'version',
      'preset',
      'egress',
      'allow',
      'host',
      'ports',
      'resources',
      'memory',
      '1',
      'caged',
      '443',
      'a.b',
    );
    const syntax = fc.constantFrom(
      ': ',
      ':\n  ',
      '\n',
      '- ',
      '[',
      ']',
      '{',
      '}',
      ', ',
      '"',
      '&a ',
      '*a',
      '#',
      '\t',
      '!x ',
      '|\n',
      '\0',
      '\uFEFF',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.oneof(words, syntax), { maxLength: 30 }).map((parts) => parts.join('')),
      mutated(inputs).map((value) => stringify(value)),
      fc.jsonValue().map((value) => JSON.stringify(value)),
    );
    fc.assert(fc.property(texts, loadsOrExplains), { numRuns: 500 });
  });

  function loadsOrExplains(text: string): void {
    let error: unknown;
    try {
      loadPolicy(text, FILE);
      return;
    } catch (caught) {
      error = caught;
    }
    if (!(error instanceof AppError)) throw error;
    expect(error.entry.message).toContain(FILE);
    if (['policy-invalid', 'policy-syntax', 'policy-too-new'].includes(error.id)) {
      expect(error.entry.position?.line).toBeLessThanOrEqual(text.split('\n').length);
      expect(error.entry.problems?.length ?? 2).toBeGreaterThan(1);
    }
  }

  test('a text loads exactly when its data has the right shape and no conflicts', () => {
    fc.assert(
      fc.property(mutated(inputs), (value) => {
        const isValid = policyInputSchema.safeParse(value).success;
        let loads = true;
        try {
          loadPolicy(JSON.stringify(value), FILE);
        } catch {
          loads = false;
        }
        // Shape is necessary; what conflicts only loadPolicy sees.
        expect(loads && !isValid).toBe(false);
      }),
    );
  });
});

/** Valid input with one value replaced by anything, or with a key that is not known. */
function mutated(valid: fc.Arbitrary<object>): fc.Arbitrary<unknown> {
  const key = fc.constantFrom(
    'version',
    'preset',
    'name',
    'openclaw',
    'image',
    'access',
    'resources',
    'exec',
    'egress',
    'presett',
    'x',
  );
  return fc.tuple(valid, key, fc.jsonValue()).map(([input, name, value]) => ({ ...input, [name]: value }));
}
