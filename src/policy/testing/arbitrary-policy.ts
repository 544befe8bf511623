import fc from 'fast-check';
import { formatBytes, MIB } from '../bytes.ts';
import { EGRESS_GROUP_NAMES } from '../egress-groups.ts';
import { FIREWALL_CHOICES } from '../firewall-choices.ts';
import { CERTIFICATE_SOURCE_NAMES, DEFAULT_ACME_DIRECTORY } from '../https-access.ts';
import type { Policy } from '../policy.ts';
import { PRESETS, PRESET_NAMES } from '../presets.ts';
import { resolvePolicy } from '../resolve.ts';
import {
  EXEC_MODES,
  IMAGE_SOURCES,
  SANDBOX_RISKS,
  type EgressEntryInput,
  type PolicyInput,
} from '../schema.ts';
import { LIMITS } from '../settings.ts';

const LETTERS_AND_DIGITS = [...'abcdefghijklmnopqrstuvwxyz0123456789'];

/** Valid content of clawproof.yaml: each key present or absent, values from their whole range. */
export function arbitraryPolicyInput(): fc.Arbitrary<PolicyInput> {
  return fc
    .record(
      {
        version: fc.constant(1 as const),
        preset: fc.constantFrom(...PRESET_NAMES),
        name: projectName(),
        openclaw: optionalKeys({ version: openclawVersion() }),
        image: optionalKeys({
          source: fc.constantFrom(...IMAGE_SOURCES),
          gateway: repository(),
          base: fc.tuple(repository(), tag()).map(([name, version]) => `${name}:${version}`),
          egress: fc.option(image()),
          ingress: fc.option(image()),
        }),
        access: optionalKeys({
          port: port(),
          allowedOrigins: fc.array(origin(), { maxLength: 4 }),
          tokenMaxAgeDays: fc.integer({ min: 1, max: 3650 }),
          https: fc.option(httpsAccess()),
          tailscale: fc.option(tailscaleAccess()),
        }),
        resources: resources(),
        exec: optionalKeys({
          mode: fc.constantFrom(...EXEC_MODES),
          scripts: fc.array(fc.constantFrom('report.sh', 'check-mail.py', '1.mjs', 'a_b.rb'), {
            maxLength: 4,
          }),
          accepted: fc.option(fc.constantFrom({ by: 'Ann Example', until: '2026-12-31' })),
        }),
        sandbox: optionalKeys({ accept: fc.array(fc.constantFrom(...SANDBOX_RISKS), { maxLength: 4 }) }),
        firewall: optionalKeys({
          enabled: fc.boolean(),
          tool: fc.constantFrom(...FIREWALL_CHOICES),
          hostPorts: fc.array(port(), { maxLength: 4 }),
        }),
        skills: optionalKeys({
          use: fc.uniqueArray(fc.constantFrom('weather-brief', 'git-digest', 'a1'), { maxLength: 3 }),
          judgeInstalls: fc.boolean(),
        }),
        workspace: optionalKeys({
          readOnly: fc.array(
            fc.constantFrom('SOUL.md', 'workspace/SOUL.md', 'AGENTS.md', 'workspace-work/USER.md'),
            { maxLength: 4 },
          ),
        }),
        egress: optionalKeys({ allow: fc.array(egressEntry(), { maxLength: 8 }) }),
      },
      { requiredKeys: ['version'] },
    )
    .map(withoutUselessEgress)
    .map(withoutWrongHttps);
}

/** Any policy that loadPolicy can give. */
export function arbitraryPolicy(): fc.Arbitrary<Policy> {
  return arbitraryPolicyInput().map(resolvePolicy);
}

/** An allowlist in a preset without egress is refused, so it is left out. */
function withoutUselessEgress(input: PolicyInput): PolicyInput {
  if (input.preset === undefined || PRESETS[input.preset].hasEgress) return input;
  const { egress: _egress, ...rest } = input;
  return rest;
}

/** HTTPS in a preset that has no place for it is refused, and so are two listeners on one port. */
function withoutWrongHttps(given: PolicyInput): PolicyInput {
  const input = withoutUselessTailscale(given);
  const { https, ...access } = input.access ?? {};
  if (!https) return input;
  const ports = [access.port ?? 18_789, https.port ?? 443, https.redirectPort ?? 80];
  const isWrong =
    new Set(ports).size < 3 ||
    ((https.certificate ?? 'acme') === 'acme' && https.redirectPort === null) ||
    (input.preset !== undefined && !PRESETS[input.preset].hasEgress);
  return isWrong ? { ...input, access } : input;
}

function withoutUselessTailscale(input: PolicyInput): PolicyInput {
  if (input.access === undefined || input.preset === undefined || PRESETS[input.preset].hasEgress)
    return input;
  const { tailscale: _tailscale, ...access } = input.access ?? {};
  return { ...input, access };
}

function tailscaleAccess(): fc.Arbitrary<NonNullable<NonNullable<PolicyInput['access']>['tailscale']>> {
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
  return fc.record({
    name: fc.constantFrom('claw.tail1234.ts.net', 'Family-Bot.ibex-scale.ts.net.'),
    image: fc.constantFrom(digest, `tailscale/tailscale@${digest}`, `tailscale/tailscale:v1@${digest}`),
  });
}

function httpsAccess(): fc.Arbitrary<NonNullable<NonNullable<PolicyInput['access']>['https']>> {
  return fc.record(
    {
      domain: fc.constantFrom('claw.example.org', 'Claw.Example.com.', 'a.b.xn--p1ai'),
      addresses: fc.constantFrom(['0.0.0.0'], ['203.0.113.7'], ['203.0.113.7', '127.0.0.1']),
      port: port(),
      redirectPort: fc.option(port()),
      certificate: fc.constantFrom(...CERTIFICATE_SOURCE_NAMES),
      acmeDirectory: fc.constantFrom(DEFAULT_ACME_DIRECTORY, 'https://acme.example.net:14000/dir'),
      acmeCa: fc.boolean(),
      allow: fc.constantFrom([], ['203.0.113.0/24'], ['198.51.100.7', '10.0.0.0/8']),
      clientCa: fc.boolean(),
      basicAuth: fc.boolean(),
    },
    { requiredKeys: ['domain'] },
  );
}

function optionalKeys<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
  return fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}

function resources(): fc.Arbitrary<NonNullable<PolicyInput['resources']>> {
  const memory = fc.integer({ min: 1536, max: 65_536 });
  return memory.chain((memoryMiB) =>
    optionalKeys({
      memory: size(memoryMiB),
      heap: fc.integer({ min: 512, max: memoryMiB - 256 }).chain(size),
      cpus: fc.oneof(fc.integer({ min: 1, max: 64 }), fc.constantFrom(0.25, 0.5, 1.5, 2.75)),
      pids: fc.integer({ min: LIMITS.pids.minimum, max: 32_768 }),
      openFiles: fc.integer({ min: LIMITS.openFiles.minimum, max: LIMITS.openFiles.maximum }),
    }).map((keys) => withoutLooseHeap(keys)),
  );
}

/** A heap was drawn to fit its memory limit; without that limit it may not fit the default one. */
function withoutLooseHeap<T extends { memory?: unknown; heap?: unknown }>(keys: T): Omit<T, 'heap'> | T {
  if (keys.memory !== undefined) return keys;
  const { heap: _heap, ...rest } = keys;
  return rest;
}

function size(mebibytes: number): fc.Arbitrary<string | number> {
  const bytes = mebibytes * MIB;
  return fc.constantFrom(bytes, `${mebibytes}m`, `${mebibytes}MiB`, `${mebibytes} MB`, formatBytes(bytes));
}

function egressEntry(): fc.Arbitrary<EgressEntryInput> {
  const withPort = fc.tuple(dottedHost(), port()).map(([host, number]) => `${host}:${number}`);
  const group = fc.constantFrom(...EGRESS_GROUP_NAMES);
  return fc.oneof(group, dottedHost(), withPort, egressObject());
}

function egressObject(): fc.Arbitrary<EgressEntryInput> {
  return fc.record(
    {
      host: fc.oneof(
        dottedHost(),
        label().filter(
          (name) => name !== 'localhost' && !/^\d+$/.test(name) && !isGroup(name) && !name.startsWith('0x'),
        ),
      ),
      ports: fc.array(port(), { minLength: 1, maxLength: 4 }),
      privateAddresses: fc.array(privateBlock(), { maxLength: 3 }),
    },
    { requiredKeys: ['host'] },
  );
}

function isGroup(name: string): boolean {
  return EGRESS_GROUP_NAMES.some((group) => group === name);
}

function privateBlock(): fc.Arbitrary<string> {
  const byte = fc.nat(255);
  return fc.oneof(
    fc
      .tuple(byte, byte, fc.integer({ min: 24, max: 32 }))
      .map(([b, c, prefix]) => block([10, b, c, 0], prefix)),
    fc.tuple(byte, byte).map(([c, d]) => `192.168.${c}.${d}`),
    fc.constantFrom(
      '10.0.0.0/8',
      '172.16.0.0/12',
      '192.168.0.0/16',
      '100.64.0.0/10',
      'fc00::/7',
      'fd12:3456::/32',
      'FD00:0:0::1/128',
    ),
  );
}

function block(bytes: number[], prefix: number): string {
  return `${bytes.join('.')}/${prefix}`;
}

function port(): fc.Arbitrary<number> {
  return fc.oneof(fc.constantFrom(1, 80, 443, 8443, 65_535), fc.integer({ min: 1, max: 65_535 }));
}

/** Lower or mixed case, as resolvers take it; the last part is never a number, which would read as an address. */
function dottedHost(): fc.Arbitrary<string> {
  const name = fc.tuple(
    fc.array(label(), { minLength: 1, maxLength: 3 }),
    fc.constantFrom('com', 'org', 'Example', 'xn--p1ai', 'internal'),
  );
  const parts = name.map(([labels, last]) => [...labels, last].join('.'));
  return fc.tuple(fc.constantFrom('', '.'), parts, fc.constantFrom('', '.')).map((pieces) => pieces.join(''));
}

function label(): fc.Arbitrary<string> {
  const inner = fc.string({ unit: fc.constantFrom(...LETTERS_AND_DIGITS, '-'), maxLength: 10 });
  const end = fc.constantFrom(...LETTERS_AND_DIGITS);
  return fc.tuple(end, inner, end).map((pieces) => pieces.join(''));
}

function projectName(): fc.Arbitrary<string> {
  const rest = fc.string({ unit: fc.constantFrom(...LETTERS_AND_DIGITS, '-', '_'), maxLength: 39 });
  return fc.tuple(fc.constantFrom(...LETTERS_AND_DIGITS), rest).map((pieces) => pieces.join(''));
}

function openclawVersion(): fc.Arbitrary<string> {
  const suffix = fc.oneof(fc.constant(''), fc.constantFrom('-1', '-2', '-beta.1', '-beta.12', '-alpha.3'));
  return fc
    .tuple(fc.integer({ min: 2026, max: 2029 }), fc.integer({ min: 1, max: 12 }), fc.nat(40), suffix)
    .map(([year, month, patch, end]) => `${year}.${month}.${patch}${end}`);
}

function repository(): fc.Arbitrary<string> {
  const registry = fc.constantFrom(
    '',
    'ghcr.io/',
    'registry.example.com:5000/',
    'localhost:5000/',
    '127.0.0.1:5000/',
  );
  const path = fc.array(fc.constantFrom('openclaw', 'library', 'debian', 'a-b', 'team_x', 'v2.mirror'), {
    minLength: 1,
    maxLength: 3,
  });
  return fc.tuple(registry, path).map(([host, parts]) => host + parts.join('/'));
}

function tag(): fc.Arbitrary<string> {
  return fc.constantFrom('latest', 'trixie-slim', '2026.9.6', '1', 'V1_x');
}

function image(): fc.Arbitrary<string> {
  const digest = fc.constantFrom('', `@sha256:${'0123456789abcdef'.repeat(4)}`);
  return fc
    .tuple(repository(), fc.option(tag(), { nil: '' }), digest)
    .map(([name, version, hash]) => `${name}${version && `:${version}`}${hash}`);
}

function origin(): fc.Arbitrary<string> {
  return fc.constantFrom(
    'https://claw.example.org',
    'http://192.168.1.5:18789',
    'https://claw.example.org:8443',
    'https://[fd00::1]:8443',
  );
}
