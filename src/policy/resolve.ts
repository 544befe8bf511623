import { parsePrivateBlock } from './address-block.ts';
import { MIB, parseBytes } from './bytes.ts';
import { parseEgressEntry } from './egress-entry.ts';
import { parseHostName } from './host-name.ts';
import { type HttpsAccess, parseCallerBlock, parseDomain } from './https-access.ts';
import type { Parsed } from './parsed.ts';
import type { EgressRule, Policy } from './policy.ts';
import { PRESETS } from './presets.ts';
import type { EgressEntryInput, PolicyInput } from './schema.ts';
import { LIMITS, SETTINGS } from './settings.ts';
import { parsePinnedImage, parseTailnetName, type TailscaleAccess } from './tailscale-access.ts';
import { parseWorkspaceFile, type WorkspaceFile } from './workspace-file.ts';

/** Fills in every default and brings values to their normal form. `input` must have passed `policyInputSchema`. */
export function resolvePolicy(input: PolicyInput): Policy {
  const preset = input.preset ?? SETTINGS.preset.default;
  return {
    version: 1,
    preset,
    name: input.name ?? SETTINGS.name.default,
    openclaw: { version: given(input.openclaw).version ?? SETTINGS['openclaw.version'].default },
    image: resolveImage(given(input.image)),
    access: resolveAccess(given(input.access)),
    resources: resolveResources(given(input.resources)),
    exec: resolveExec(given(input.exec)),
    egress: { allow: PRESETS[preset].hasEgress ? resolveEgress(given(input.egress)) : [] },
    sandbox: { accept: unique(given(input.sandbox).accept ?? SETTINGS['sandbox.accept'].default) },
    firewall: resolveFirewall(given(input.firewall)),
    skills: resolveSkills(given(input.skills)),
    workspace: resolveWorkspace(given(input.workspace)),
  };
}

/** A section may be left out, or empty because all its keys are comments. */
function given<T extends object>(section: T | null | undefined): Partial<T> {
  return section ?? {};
}

function resolveFirewall(input: NonNullable<PolicyInput['firewall']>): Policy['firewall'] {
  const hostPorts = unique(input.hostPorts ?? SETTINGS['firewall.hostPorts'].default);
  return {
    enabled: input.enabled ?? SETTINGS['firewall.enabled'].default,
    tool: input.tool ?? SETTINGS['firewall.tool'].default,
    hostPorts: hostPorts.toSorted((a, b) => a - b),
  };
}

function resolveSkills(input: NonNullable<PolicyInput['skills']>): Policy['skills'] {
  return {
    use: unique(input.use ?? SETTINGS['skills.use'].default),
    judgeInstalls: input.judgeInstalls ?? SETTINGS['skills.judgeInstalls'].default,
  };
}

function resolveWorkspace(input: NonNullable<PolicyInput['workspace']>): Policy['workspace'] {
  return { readOnly: resolveReadOnly(input.readOnly ?? SETTINGS['workspace.readOnly'].default) };
}

function resolveImage(input: NonNullable<PolicyInput['image']>): Policy['image'] {
  return {
    source: input.source ?? SETTINGS['image.source'].default,
    gateway: input.gateway ?? SETTINGS['image.gateway'].default,
    base: input.base ?? SETTINGS['image.base'].default,
    egress: input.egress ?? SETTINGS['image.egress'].default,
    ingress: input.ingress ?? SETTINGS['image.ingress'].default,
  };
}

function resolveAccess(input: NonNullable<PolicyInput['access']>): Policy['access'] {
  return {
    port: input.port ?? SETTINGS['access.port'].default,
    allowedOrigins: unique(input.allowedOrigins ?? SETTINGS['access.allowedOrigins'].default),
    tokenMaxAgeDays: input.tokenMaxAgeDays ?? SETTINGS['access.tokenMaxAgeDays'].default,
    https: resolveHttps(input.https ?? null),
    tailscale: resolveTailscale(input.tailscale ?? null),
  };
}

function resolveHttps(input: NonNullable<PolicyInput['access']>['https'] | null): HttpsAccess | null {
  if (!input) return null;
  return {
    domain: valid(parseDomain(input.domain)),
    addresses: unique(input.addresses ?? SETTINGS['access.https.addresses'].default),
    port: input.port ?? SETTINGS['access.https.port'].default,
    redirectPort:
      input.redirectPort === undefined ? SETTINGS['access.https.redirectPort'].default : input.redirectPort,
    certificate: input.certificate ?? SETTINGS['access.https.certificate'].default,
    acmeDirectory: input.acmeDirectory ?? SETTINGS['access.https.acmeDirectory'].default,
    acmeCa: input.acmeCa ?? SETTINGS['access.https.acmeCa'].default,
    allow: unique(
      (input.allow ?? SETTINGS['access.https.allow'].default).map((block) => valid(parseCallerBlock(block))),
    ),
    clientCa: input.clientCa ?? SETTINGS['access.https.clientCa'].default,
    basicAuth: input.basicAuth ?? SETTINGS['access.https.basicAuth'].default,
  };
}

function resolveTailscale(
  input: NonNullable<PolicyInput['access']>['tailscale'] | null,
): TailscaleAccess | null {
  if (!input) return null;
  return { name: valid(parseTailnetName(input.name)), image: valid(parsePinnedImage(input.image)) };
}

function resolveExec(input: NonNullable<PolicyInput['exec']>): Policy['exec'] {
  return {
    mode: input.mode ?? SETTINGS['exec.mode'].default,
    scripts: unique(input.scripts ?? SETTINGS['exec.scripts'].default),
    accepted: input.accepted ?? null,
  };
}

function resolveResources(input: NonNullable<PolicyInput['resources']>): Policy['resources'] {
  const memory = parseBytes(input.memory ?? SETTINGS['resources.memory'].default) ?? 0;
  return {
    memory,
    heapMiB:
      input.heap === undefined ? defaultHeapMiB(memory) : Math.floor((parseBytes(input.heap) ?? 0) / MIB),
    cpus: input.cpus ?? SETTINGS['resources.cpus'].default,
    pids: input.pids ?? SETTINGS['resources.pids'].default,
    openFiles: input.openFiles ?? SETTINGS['resources.openFiles'].default,
  };
}

/** Node's heap in MiB for a memory limit in bytes, where the policy names none. */
export function defaultHeapMiB(memory: number): number {
  return Math.floor((memory * LIMITS.heap.share) / MIB);
}

/** Rules for the same name and the same private addresses become one, in the order in which they were first named. */
function resolveEgress(input: NonNullable<PolicyInput['egress']>): EgressRule[] {
  const rules = new Map<string, EgressRule>();
  for (const rule of (input.allow ?? SETTINGS['egress.allow'].default).flatMap(egressRules)) {
    const key = [rule.host, ...rule.privateAddresses].join(' ');
    const known = rules.get(key);
    rules.set(key, {
      ...rule,
      ports: unique([...(known?.ports ?? []), ...rule.ports]).toSorted((a, b) => a - b),
    });
  }
  return [...rules.values()];
}

function egressRules(entry: EgressEntryInput): EgressRule[] {
  if (typeof entry === 'string') return valid(parseEgressEntry(entry));
  return [
    {
      host: valid(parseHostName(entry.host)),
      ports: [...(entry.ports ?? SETTINGS['egress.allow[].ports'].default)],
      privateAddresses: unique(
        (entry.privateAddresses ?? []).map((block) => valid(parsePrivateBlock(block))),
      ).toSorted(),
    },
  ];
}

/** In the order in which they stand; a file that is named in both ways counts once. */
function resolveReadOnly(entries: readonly string[]): WorkspaceFile[] {
  const files = entries.map((entry) => valid(parseWorkspaceFile(entry)));
  return [...new Map(files.map((file) => [`${file.folder}/${file.name}`, file])).values()];
}

function valid<T>(result: Parsed<T>): T {
  if (!result.ok) throw new Error(`A value that the schema accepted ${result.problem}`);
  return result.value;
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
