import type { EgressGroupName } from './egress-groups.ts';
import type { ExecMode, Policy, PresetName } from './policy.ts';

/** One key of clawproof.yaml: its default as one would write it, and the words that describe it everywhere. */
export interface Setting<T> {
  /** What applies when the key is absent. Undefined = worked out from other keys, as `doc` says. */
  default: T;
  /** One or two sentences for people; becomes the description in the JSON Schema. */
  doc: string;
  /** What a value must be, after "must be": "a whole number from 1 to 65535". */
  expects: string;
  examples?: readonly unknown[];
}

function setting<T>(value: T, doc: string, expects: string, examples?: readonly unknown[]): Setting<T> {
  return examples ? { default: value, doc, expects, examples } : { default: value, doc, expects };
}

/** Limits of the numbers in clawproof.yaml; sizes in bytes as text. */
export const LIMITS = {
  /** OpenClaw is OOM-killed within a minute at 1 GiB and peaks at 850 MiB when idle. */
  memory: { minimum: '1536m', maximum: '4t' },
  /** `reserve` is what Node needs beside its heap: native memory, threads, SQLite. */
  heap: { minimum: '512m', reserve: '256m', share: 0.75 },
  cpus: { minimum: 0.25, maximum: 1024 },
  /** An idle gateway has about 30 processes and threads; 20 prevent a start. */
  pids: { minimum: 128, maximum: 4_194_304 },
  openFiles: { minimum: 1024, maximum: 1_048_576 },
  port: { minimum: 1, maximum: 65_535 },
  tokenMaxAgeDays: { minimum: 1, maximum: 3650 },
} as const;

/** Every key of clawproof.yaml that holds a value, with its default. */
export const SETTINGS = {
  version: setting(1 as const, 'Version of the format of this file.', 'the number 1'),
  preset: setting<PresetName>('caged', 'How the gateway is isolated.', 'the name of a preset'),
  name: setting(
    'openclaw',
    'Name of the Compose project; containers, networks and volumes begin with it. Changing it makes a new, empty deployment.',
    'lower-case letters, digits, - and _, beginning with a letter or digit, at most 40 characters',
    ['openclaw', 'family-bot'],
  ),
  'openclaw.version': setting(
    '2026.9.6',
    'Version of OpenClaw to run, exactly.',
    'an exact version in quotes, such as "2026.9.6", "2026.9.6-1" or "2026.10.1-beta.2"',
    ['2026.9.6', '2026.10.1-beta.2'],
  ),
  'image.source': setting<Policy['image']['source']>(
    'auto',
    'Where images come from: registry = only pull by digest, build = only build here, auto = pull where a registry answers, else build.',
    'the way to get images',
  ),
  'image.gateway': setting(
    'ghcr.io/openclaw/openclaw',
    'Repository of the OpenClaw image, without tag: the version comes from openclaw.version and the digest from clawproof.lock.',
    'a repository without tag or digest, such as "ghcr.io/openclaw/openclaw"',
    ['ghcr.io/openclaw/openclaw', 'registry.example.com/mirror/openclaw'],
  ),
  'image.base': setting(
    'docker.io/library/debian:trixie-slim',
    'Debian image that builds start from where a registry answers; the digest goes into clawproof.lock.',
    'an image with a tag, such as "docker.io/library/debian:trixie-slim"',
    ['docker.io/library/debian:trixie-slim'],
  ),
  'image.egress': setting<string | null>(
    null,
    'Image of the egress proxy to pull instead of building it from Debian’s packages; null = build.',
    'an image, such as "registry.example.com/clawproof-egress:1", or null',
  ),
  'image.ingress': setting<string | null>(
    null,
    'Image of the ingress proxy to pull instead of building it from Debian’s packages; null = build.',
    'an image, such as "registry.example.com/clawproof-ingress:1", or null',
  ),
  'access.port': setting(
    18789,
    'TCP port on 127.0.0.1 of this host where the dashboard and the API answer. No other address of the host listens.',
    `a whole number from ${LIMITS.port.minimum} to ${LIMITS.port.maximum}`,
    [18789, 8443],
  ),
  'access.allowedOrigins': setting<readonly string[]>(
    [],
    'More web origins that may use the dashboard, beside http://127.0.0.1:PORT and http://localhost:PORT, for example that of a tunnel.',
    'a list of exact origins, such as "https://claw.example.org"',
    [['https://claw.example.org']],
  ),
  'access.tokenMaxAgeDays': setting(
    90,
    'Days after which the gateway token counts as too old: status and up then say so, and "clawproof token age" ends with 1.',
    `a whole number from ${LIMITS.tokenMaxAgeDays.minimum} to ${LIMITS.tokenMaxAgeDays.maximum}`,
    [90, 30],
  ),
  'resources.memory': setting(
    '2g',
    `Memory limit of the gateway, at least ${LIMITS.memory.minimum}: with 1g OpenClaw is killed within a minute.`,
    `a size from ${LIMITS.memory.minimum} to ${LIMITS.memory.maximum}, such as 2g or 1536m`,
    ['2g', '4g', '1536m'],
  ),
  'resources.heap': setting<string | undefined>(
    undefined,
    `Largest heap of Node in the gateway, at least ${LIMITS.heap.minimum} and at most memory minus ${LIMITS.heap.reserve}. Left out, it is 75 % of memory.`,
    `a size of at least ${LIMITS.heap.minimum} in whole MiB, such as 1536m`,
    ['1536m'],
  ),
  'resources.cpus': setting(
    2,
    'Processors that the gateway may use, also in parts.',
    `a number from ${LIMITS.cpus.minimum} to ${LIMITS.cpus.maximum}, such as 2 or 1.5`,
    [2, 1.5],
  ),
  'resources.pids': setting(
    256,
    'Processes and threads that the gateway may have; stops fork bombs.',
    `a whole number from ${LIMITS.pids.minimum} to ${LIMITS.pids.maximum}`,
    [256],
  ),
  'resources.openFiles': setting(
    8192,
    'Files and sockets that one process of the gateway may have open.',
    `a whole number from ${LIMITS.openFiles.minimum} to ${LIMITS.openFiles.maximum}`,
    [8192],
  ),
  'exec.mode': setting<ExecMode>(
    'deny',
    'What the agent may run in its container: deny = nothing, allowlist = the scripts of exec.scripts, full = everything. ' +
      'full needs exec.accepted. "clawproof exec" changes it and proves the change.',
    'an exec mode',
  ),
  'exec.scripts': setting<readonly string[]>(
    [],
    'Files of the folder scripts that the agent may run in mode allowlist, and nothing else. Written by "clawproof exec add".',
    'a list of names of scripts',
    [['report.sh', 'check-mail.py']],
  ),
  'exec.accepted.by': setting<string | undefined>(
    undefined,
    'Who takes the risk of mode full.',
    'a name of one line, at most 100 characters',
  ),
  'exec.accepted.until': setting<string | undefined>(
    undefined,
    'Last day on which mode full is accepted, UTC. After it "clawproof up" refuses mode full.',
    'a day in quotes, such as "2026-12-31"',
  ),
  'egress.allow': setting<readonly EgressGroupName[]>(
    ['anthropic', 'openai', 'google', 'openrouter'],
    'Where the agent may connect to: host names, ".example.org" for a name and everything below it, "host:port", or groups such as telegram. ' +
      'Everything else is refused. The default lets the four most used model providers work; an empty list allows nothing.',
    'a list of host names and groups',
    [['anthropic', 'telegram', 'api.example.com', '.example.org', 'git.example.net:8443']],
  ),
  'egress.allow[].host': setting<string | undefined>(
    undefined,
    'DNS name; with a leading dot the name and everything below it.',
    'a host name such as "api.example.com" or ".example.org"',
    ['api.example.com', '.example.org'],
  ),
  'egress.allow[].ports': setting<readonly number[]>(
    [443],
    'TCP ports that may be used.',
    `a list of whole numbers from ${LIMITS.port.minimum} to ${LIMITS.port.maximum}`,
    [[443], [443, 8443]],
  ),
  'egress.allow[].privateAddresses': setting<readonly string[]>(
    [],
    'Private addresses that this name may resolve to, as CIDR blocks. Without them a name that resolves to a private address is refused.',
    'a list of private CIDR blocks, such as "192.168.1.20/32"',
    [['192.168.1.20/32']],
  ),
  'workspace.readOnly': setting<readonly string[]>(
    [],
    'Files of the workspace that the agent reads and cannot change, such as SOUL.md; their text is then in the folder workspace. ' +
      '"clawproof personalize protect" writes this and proves it.',
    'a list of workspace files, such as "SOUL.md", or "workspace-work/SOUL.md" of the agent "work"',
    [['SOUL.md', 'AGENTS.md']],
  ),
} as const;

export type SettingPath = keyof typeof SETTINGS;

/** Describes the mappings of clawproof.yaml, which hold keys and no value of their own. */
export const SECTIONS = {
  '': 'What clawproof sets up in this folder. Only version is required; every other key has a safe default.',
  openclaw: 'The OpenClaw to run.',
  image: 'Where container images come from.',
  access: 'How people and programs reach the gateway.',
  resources: 'Limits of the gateway’s container.',
  exec: 'Running commands.',
  'exec.accepted': 'Who has accepted mode full, and until when. Written by "clawproof exec full".',
  egress: 'What the agent can reach. For preset caged only.',
  'egress.allow[]': 'One destination with ports or private addresses of its own.',
  workspace: 'What the agent is told about itself and about you.',
} as const;

export type SectionPath = keyof typeof SECTIONS;
