import { EGRESS_GROUP_NAMES, EGRESS_GROUPS, type EgressGroup } from './egress-groups.ts';
import type { PresetName } from './policy.ts';
import { PRESETS } from './presets.ts';
import { LIMITS, SETTINGS } from './settings.ts';

/** Where `up` puts the JSON Schema, relative to clawproof.yaml. */
export const SCHEMA_PATH = './.clawproof/clawproof.schema.json';

/** What may differ from the defaults when a new folder is made. Each value must be valid. */
export interface InitialChoices {
  preset?: PresetName;
  name?: string;
  openclawVersion?: string;
  port?: number;
}

/**
 * The clawproof.yaml of a new folder: every key that people change, with its meaning. Keys with their default value are comments or
 * written out; either way loading the text gives the defaults with `choices` put in.
 */
export function initialPolicyText(choices: InitialChoices = {}): string {
  const preset = choices.preset ?? SETTINGS.preset.default;
  const sections = [
    header(),
    `version: ${SETTINGS.version.default}\n`,
    presetSection(preset),
    nameSection(choices.name),
    `# The version of OpenClaw, exactly.\nopenclaw:\n  version: ${quote(choices.openclawVersion ?? SETTINGS['openclaw.version'].default)}\n`,
    accessSection(choices.port),
    resourcesSection(),
    execSection(),
    PRESETS[preset].hasEgress ? egressSection() : '',
  ];
  return sections.filter((section) => section !== '').join('\n');
}

function header(): string {
  return [
    `# yaml-language-server: $schema=${SCHEMA_PATH}`,
    '# What clawproof sets up in this folder. Edit it, then run: clawproof up',
    '# Only version is required. All keys: clawproof config schema',
    '',
  ].join('\n');
}

function presetSection(preset: PresetName): string {
  const lines = Object.entries(PRESETS).map(([name, { doc }]) => `#   ${name.padEnd(9)}  ${doc}`);
  return ['# How OpenClaw is isolated:', ...lines, `preset: ${preset}`, ''].join('\n');
}

function nameSection(name = SETTINGS.name.default): string {
  return `# Name of the containers and volumes. A new name is a new, empty deployment.\nname: ${quote(name)}\n`;
}

function accessSection(port = SETTINGS['access.port'].default): string {
  return [
    'access:',
    '  # Port on 127.0.0.1 of this host, for the dashboard and the API.',
    `  port: ${port}`,
    '  # More web origins that may use the dashboard, for example that of a tunnel.',
    '  # allowedOrigins: ["https://claw.example.org"]',
    '',
  ].join('\n');
}

function resourcesSection(): string {
  return [
    '# Limits of the gateway.',
    'resources:',
    `  # At least ${LIMITS.memory.minimum}: with 1g OpenClaw is killed within a minute.`,
    `  memory: ${SETTINGS['resources.memory'].default}`,
    `  cpus: ${SETTINGS['resources.cpus'].default}`,
    `  # Processes and threads, at least ${LIMITS.pids.minimum}.`,
    `  pids: ${SETTINGS['resources.pids'].default}`,
    '',
  ].join('\n');
}

function execSection(): string {
  return [
    'exec:',
    '  # What the agent may run in its container: deny (nothing), allowlist (the scripts that you add) or full.',
    '  # To change it, and have the change proved: clawproof exec --help',
    `  mode: ${SETTINGS['exec.mode'].default}`,
    '',
  ].join('\n');
}

function egressSection(): string {
  return [
    'egress:',
    '  # Where the agent may connect to; everything else is refused. Remove what you do not use.',
    '  # A host ("api.example.com"), a name and all below it (".example.org"), a port ("git.example.net:8443"),',
    '  # or a group:',
    ...groupLines('models'),
    ...groupLines('channels'),
    ...groupLines('tools'),
    '  # A machine of your own network:',
    '  #   - { host: nas.example.net, ports: [443], privateAddresses: ["192.168.1.20/32"] }',
    '  allow:',
    ...SETTINGS['egress.allow'].default.map((entry) => `    - ${entry}`),
    '',
  ].join('\n');
}

function groupLines(kind: EgressGroup['kind']): string[] {
  const names = EGRESS_GROUP_NAMES.filter((name) => EGRESS_GROUPS[name].kind === kind);
  return wrapped(names.join(', '), 90).map(
    (line, index) => `  #   ${(index === 0 ? `${kind}:` : '').padEnd(9)} ${line}`,
  );
}

/** Quotes what YAML would read as something else than text. */
function quote(text: string): string {
  return /^[a-z][a-z_-]*$/.test(text) &&
    !['true', 'false', 'null', 'yes', 'no', 'on', 'off', 'y', 'n'].includes(text)
    ? text
    : JSON.stringify(text);
}

function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < columns)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
