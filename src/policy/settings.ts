import type { EgressGroupName } from './egress-groups.ts';
import { type CertificateSource, DEFAULT_ACME_DIRECTORY } from './https-access.ts';
import type { ExecMode, FirewallChoice, Policy, PresetName, SandboxRisk } from './policy.ts';

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
  'access.https.domain': setting<string | undefined>(
    undefined,
    'Name under which browsers reach the gateway. Written by "clawproof expose https", which proves each change.',
    'a full DNS name, such as "claw.example.org"',
    ['claw.example.org'],
  ),
  'access.https.addresses': setting<readonly string[]>(
    ['0.0.0.0'],
    'IPv4 addresses of this host on which HTTPS listens; 0.0.0.0 = all.',
    'a list of IPv4 addresses of this host',
    [['203.0.113.7'], ['0.0.0.0']],
  ),
  'access.https.port': setting(
    443,
    'TCP port of HTTPS.',
    `a whole number from ${LIMITS.port.minimum} to ${LIMITS.port.maximum}`,
    [443, 8443],
  ),
  'access.https.redirectPort': setting<number | null>(
    80,
    'TCP port that sends browsers to HTTPS, and where ACME looks; null = none.',
    `a whole number from ${LIMITS.port.minimum} to ${LIMITS.port.maximum}, or null`,
    [80],
  ),
  'access.https.certificate': setting<CertificateSource>(
    'acme',
    'Where the certificate comes from.',
    'a way to get a certificate',
  ),
  'access.https.acmeDirectory': setting(
    DEFAULT_ACME_DIRECTORY,
    'Directory of the certificate authority, for certificate: acme.',
    'the https URL of an ACME directory',
  ),
  'access.https.acmeCa': setting(
    false,
    'True where the directory itself has a certificate of a private authority: that of config/certificates/acme-ca.pem.',
    'true or false',
  ),
  'access.https.allow': setting<readonly string[]>(
    [],
    'Addresses that are let in, as CIDR blocks; all others are refused before TLS. Empty = everybody.',
    'a list of IPv4 CIDR blocks, such as "203.0.113.0/24"',
    [['203.0.113.0/24', '198.51.100.7/32']],
  ),
  'access.https.clientCa': setting(
    false,
    'True = callers need a client certificate that config/edge/client-ca.pem has signed.',
    'true or false',
  ),
  'access.https.basicAuth': setting(
    false,
    'True = callers need a name and a password of secrets/https/users as well.',
    'true or false',
  ),
  'access.tailscale.name': setting<string | undefined>(
    undefined,
    'Full name that the sidecar has in your tailnet; its first part is the name that it asks for.',
    'a name that ends with ".ts.net"',
    ['claw.tail1234.ts.net'],
  ),
  'access.tailscale.image': setting<string | undefined>(
    undefined,
    'Image of Tailscale, by digest; or the id of an image that is on this host.',
    'an image with its digest, such as "tailscale/tailscale@sha256:…", or "sha256:…"',
    [`tailscale/tailscale@sha256:${'0123456789abcdef'.repeat(4)}`],
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
  'sandbox.accept': setting<readonly SandboxRisk[]>(
    [],
    'What you accept not to hold in preset sandboxed. "clawproof host sandbox" tests what holds on this host; ' +
      '"clawproof up" refuses what does not and is not named here.',
    'a list of the names that "clawproof host sandbox" prints',
    [['native-paths']],
  ),
  'firewall.enabled': setting(
    false,
    'Rules on this host, for the networks of this deployment alone: its containers reach no service of the host, and nobody ' +
      'else reaches the containers but through what is published for others. "clawproof firewall on" writes this and applies it.',
    'true or false',
    [true],
  ),
  'firewall.tool': setting<FirewallChoice>(
    'auto',
    'Which of the kernel’s firewalls holds the rules: auto = nft where that program is, else the iptables that Docker uses.',
    'the name of a firewall',
  ),
  'firewall.hostPorts': setting<readonly number[]>(
    [],
    'TCP ports of this host that the containers with a way out may use although the firewall is on, such as that of a local model.',
    `a list of whole numbers from ${LIMITS.port.minimum} to ${LIMITS.port.maximum}`,
    [[11434]],
  ),
  'skills.use': setting<readonly string[]>(
    [],
    'Skills in the folder skills that OpenClaw loads; it cannot change them. "clawproof skills install" judges a skill, writes ' +
      'this and pins it in clawproof.lock; "clawproof up" refuses one that was changed since.',
    'a list of names of skills, such as "weather-brief"',
    [['weather-brief']],
  ),
  'skills.judgeInstalls': setting(
    true,
    'What the agent or the dashboard installs by itself is judged by the same scanner first: malicious skills are refused, ' +
      'doubtful ones as well unless somebody at the command line takes them.',
    'true or false',
    [false],
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
  'access.https':
    'A way in from other machines, over HTTPS. For preset caged only; without it, only this host has one.',
  'access.tailscale':
    'A way in from your tailnet, through a Tailscale of its own beside the gateway. For presets with egress; written by "clawproof expose tailscale --sidecar".',
  resources: 'Limits of the gateway’s container.',
  exec: 'Running commands.',
  'exec.accepted': 'Who has accepted mode full, and until when. Written by "clawproof exec full".',
  egress: 'What the agent can reach. For preset caged only.',
  'egress.allow[]': 'One destination with ports or private addresses of its own.',
  sandbox: 'The kernel of its own that the gateway has in preset sandboxed.',
  firewall: 'Rules of this host’s firewall. Needs root; on with "clawproof firewall on".',
  skills: 'Skills of others.',
  workspace: 'What the agent is told about itself and about you.',
} as const;

export type SectionPath = keyof typeof SECTIONS;
