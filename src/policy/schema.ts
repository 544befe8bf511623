import { z } from 'zod';
import { DAY_PATTERN, parseDay, parsePerson, PERSON_PATTERN } from './acceptance.ts';
import { ADDRESS_BLOCK_PATTERN, parsePrivateBlock } from './address-block.ts';
import { BYTES_PATTERN, parseBytes } from './bytes.ts';
import { EGRESS_GROUP_NAMES, EGRESS_GROUPS, isEgressGroupName } from './egress-groups.ts';
import { EGRESS_HOST_PATTERN, parseEgressEntry } from './egress-entry.ts';
import { HOST_PATTERN, parseHostName } from './host-name.ts';
import {
  CERTIFICATE_SOURCE_NAMES,
  CERTIFICATE_SOURCES,
  DIRECTORY_PATTERN,
  IPV4_PATTERN,
  parseCallerBlock,
  parseDirectory,
  parseDomain,
  parseListenAddress,
} from './https-access.ts';
import {
  IMAGE_PATTERN,
  parseImage,
  parseRepository,
  parseTaggedImage,
  REPOSITORY_PATTERN,
  TAGGED_IMAGE_PATTERN,
} from './image-reference.ts';
import { ORIGIN_PATTERN, parseOrigin } from './origin.ts';
import { parsed, refused, type Parsed } from './parsed.ts';
import { PRESET_NAMES, PRESETS } from './presets.ts';
import { SANDBOX_RISK_WORDS } from './sandbox-risks.ts';
import { parseScriptName, SCRIPT_NAME_PATTERN } from './script-name.ts';
import { parseSkillName, SKILL_NAME_PATTERN } from './skill-name.ts';
import { LIMITS, SECTIONS, SETTINGS, type SectionPath, type Setting, type SettingPath } from './settings.ts';
import {
  parsePinnedImage,
  parseTailnetName,
  PINNED_IMAGE_PATTERN,
  TAILNET_NAME_PATTERN,
} from './tailscale-access.ts';
import { parseVersionSyntax, VERSION_PATTERN } from './version-syntax.ts';
import { FIREWALL_CHOICES } from './firewall-choices.ts';
import { parseWorkspaceFile, WORKSPACE_FILE_PATTERN } from './workspace-file.ts';

const NAME_PATTERN = '^[a-z0-9][a-z0-9_-]{0,39}$';
export const EXEC_MODES = ['deny', 'allowlist', 'full'] as const;
export const SANDBOX_RISKS = ['native-paths', 'memory-limit', 'process-limit'] as const;
export const IMAGE_SOURCES = ['auto', 'registry', 'build'] as const;

/** A text that one of the readers of this folder understands; its problem becomes the issue's message. */
function text(pattern: string, read: (text: string) => Parsed<unknown>) {
  return z
    .string()
    .check((context) => {
      const result = read(context.value);
      if (!result.ok) context.issues.push({ code: 'custom', message: result.problem, input: context.value });
    })
    .meta({ pattern });
}

function size(minimum: string, maximum: string) {
  return z
    .union([
      z.string().meta({ pattern: BYTES_PATTERN }),
      z.int().meta({ minimum: parseBytes(minimum), maximum: parseBytes(maximum) }),
    ])
    .check((context) => {
      const problem = sizeProblem(context.value, minimum, maximum);
      if (problem) context.issues.push({ code: 'custom', message: problem, input: context.value });
    });
}

function sizeProblem(value: string | number, minimum: string, maximum: string): string | undefined {
  const bytes = parseBytes(value);
  if (bytes === null) return 'is not a size; write one such as 2g or 1536m';
  if (bytes < (parseBytes(minimum) ?? 0)) {
    const meansMiB =
      /^\d+$/.test(String(value)) && bytes >= 512
        ? `; a number without unit is bytes, did you mean ${value}m?`
        : '';
    return `is less than the minimum ${minimum}${meansMiB}`;
  }
  return bytes > (parseBytes(maximum) ?? 0) ? `is more than the maximum ${maximum}` : undefined;
}

function whole({ minimum, maximum }: { minimum: number; maximum: number }) {
  return z.int().min(minimum).max(maximum);
}

/** Adds the words and the default of a setting, for the JSON Schema; every key may be left out. */
function described<T extends z.ZodType>(path: SettingPath, schema: T) {
  const { default: value, doc, examples } = SETTINGS[path] as Setting<unknown>;
  const values = schema.meta()?.['markdownDescription'];
  const words = {
    description: doc,
    ...(typeof values === 'string' && { markdownDescription: `${doc}\n\n${values}` }),
    ...(value !== undefined && { default: value }),
    ...(examples && { examples: [...examples] }),
  };
  return z.optional(schema.meta(words));
}

/** A mapping of known keys only. */
function section<T extends z.core.$ZodShape>(path: SectionPath, shape: T) {
  return z.strictObject(shape).meta({ description: SECTIONS[path] });
}

/** A section that may be left out, or empty because all its keys are comments. */
function optionalSection<T extends z.core.$ZodShape>(path: SectionPath, shape: T) {
  return z.optional(z.nullable(section(path, shape)));
}

/** Values with a description each: editors show it beside the value. */
function choice<const T extends readonly [string, ...string[]]>(
  values: T,
  docs?: Readonly<Record<string, { doc: string }>>,
) {
  if (!docs) return z.enum(values);
  return z
    .enum(values)
    .meta({ markdownDescription: values.map((name) => `- \`${name}\`: ${docs[name]?.doc}`).join('\n') });
}

const name = text(NAME_PATTERN, (value) =>
  new RegExp(NAME_PATTERN).test(value) ? parsed(value) : refused(`must be ${SETTINGS.name.expects}`),
);

const port = whole(LIMITS.port);

const egressObject = section('egress.allow[]', {
  host: text(`^${HOST_PATTERN}$`, (value) =>
    isEgressGroupName(value) ? refused(groupAsHost(value)) : parseHostName(value),
  ).meta({
    description: SETTINGS['egress.allow[].host'].doc,
    examples: SETTINGS['egress.allow[].host'].examples,
  }),
  ports: described('egress.allow[].ports', z.array(port).min(1)),
  privateAddresses: described(
    'egress.allow[].privateAddresses',
    z.array(text(ADDRESS_BLOCK_PATTERN, parsePrivateBlock)),
  ),
});

function groupAsHost(group: string): string {
  return `is a group of hosts; write it as an entry of its own: - ${group}`;
}

const egressEntry = z.union([
  choice(EGRESS_GROUP_NAMES, EGRESS_GROUPS).meta({ title: 'Group', description: 'A named group of hosts.' }),
  text(EGRESS_HOST_PATTERN, parseEgressEntry).meta({
    title: 'Host',
    description:
      'A host name, ".example.org" for the name and everything below it, or "host:port". Port 443 when none is given.',
    examples: ['api.example.com', '.example.org', 'git.example.net:8443'],
  }),
  egressObject.meta({ title: 'Host with ports or private addresses' }),
]);

/** clawproof.yaml as people write it: only `version` is required, unknown keys are errors. */
export const policyInputSchema = section('', {
  version: z.literal(1).meta({ description: SETTINGS.version.doc }),
  preset: described('preset', choice(PRESET_NAMES, PRESETS)),
  name: described('name', name),
  openclaw: optionalSection('openclaw', {
    version: described('openclaw.version', text(VERSION_PATTERN, parseVersionSyntax)),
  }),
  image: optionalSection('image', {
    source: described('image.source', choice(IMAGE_SOURCES)),
    gateway: described('image.gateway', text(REPOSITORY_PATTERN, parseRepository)),
    base: described('image.base', text(TAGGED_IMAGE_PATTERN, parseTaggedImage)),
    egress: described('image.egress', z.nullable(text(IMAGE_PATTERN, parseImage))),
    ingress: described('image.ingress', z.nullable(text(IMAGE_PATTERN, parseImage))),
  }),
  access: optionalSection('access', {
    port: described('access.port', port),
    allowedOrigins: described('access.allowedOrigins', z.array(text(ORIGIN_PATTERN, parseOrigin))),
    tokenMaxAgeDays: described('access.tokenMaxAgeDays', whole(LIMITS.tokenMaxAgeDays)),
    https: optionalSection('access.https', {
      domain: text(`^${HOST_PATTERN}$`, parseDomain).meta({
        description: SETTINGS['access.https.domain'].doc,
        examples: SETTINGS['access.https.domain'].examples,
      }),
      addresses: described('access.https.addresses', z.array(text(IPV4_PATTERN, parseListenAddress)).min(1)),
      port: described('access.https.port', port),
      redirectPort: described('access.https.redirectPort', z.nullable(port)),
      certificate: described(
        'access.https.certificate',
        choice(CERTIFICATE_SOURCE_NAMES, CERTIFICATE_SOURCES),
      ),
      acmeDirectory: described('access.https.acmeDirectory', text(DIRECTORY_PATTERN, parseDirectory)),
      acmeCa: described('access.https.acmeCa', z.boolean()),
      allow: described('access.https.allow', z.array(text(ADDRESS_BLOCK_PATTERN, parseCallerBlock))),
      clientCa: described('access.https.clientCa', z.boolean()),
      basicAuth: described('access.https.basicAuth', z.boolean()),
    }),
    tailscale: optionalSection('access.tailscale', {
      name: text(TAILNET_NAME_PATTERN, parseTailnetName).meta({
        description: SETTINGS['access.tailscale.name'].doc,
        examples: SETTINGS['access.tailscale.name'].examples,
      }),
      image: text(PINNED_IMAGE_PATTERN, parsePinnedImage).meta({
        description: SETTINGS['access.tailscale.image'].doc,
        examples: SETTINGS['access.tailscale.image'].examples,
      }),
    }),
  }),
  resources: optionalSection('resources', {
    memory: described('resources.memory', size(LIMITS.memory.minimum, LIMITS.memory.maximum)),
    heap: described('resources.heap', size(LIMITS.heap.minimum, LIMITS.memory.maximum)),
    cpus: described('resources.cpus', z.number().min(LIMITS.cpus.minimum).max(LIMITS.cpus.maximum)),
    pids: described('resources.pids', whole(LIMITS.pids)),
    openFiles: described('resources.openFiles', whole(LIMITS.openFiles)),
  }),
  exec: optionalSection('exec', {
    mode: described('exec.mode', choice(EXEC_MODES)),
    scripts: described('exec.scripts', z.array(text(SCRIPT_NAME_PATTERN, parseScriptName))),
    accepted: optionalSection('exec.accepted', {
      by: text(PERSON_PATTERN, parsePerson).meta({ description: SETTINGS['exec.accepted.by'].doc }),
      until: text(DAY_PATTERN, parseDay).meta({ description: SETTINGS['exec.accepted.until'].doc }),
    }),
  }),
  egress: optionalSection('egress', { allow: described('egress.allow', z.array(egressEntry)) }),
  sandbox: optionalSection('sandbox', {
    accept: described('sandbox.accept', z.array(choice(SANDBOX_RISKS, SANDBOX_RISK_WORDS))),
  }),
  firewall: optionalSection('firewall', {
    enabled: described('firewall.enabled', z.boolean()),
    tool: described('firewall.tool', choice(FIREWALL_CHOICES)),
    hostPorts: described('firewall.hostPorts', z.array(port)),
  }),
  skills: optionalSection('skills', {
    use: described('skills.use', z.array(text(SKILL_NAME_PATTERN, parseSkillName))),
    judgeInstalls: described('skills.judgeInstalls', z.boolean()),
  }),
  workspace: optionalSection('workspace', {
    readOnly: described('workspace.readOnly', z.array(text(WORKSPACE_FILE_PATTERN, parseWorkspaceFile))),
  }),
});

/** The content of clawproof.yaml after its shape was checked and before defaults were filled in. */
export type PolicyInput = z.infer<typeof policyInputSchema>;
export type EgressEntryInput = z.infer<typeof egressEntry>;
