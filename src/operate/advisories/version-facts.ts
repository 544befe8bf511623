import { parseReference } from '../../engine/images/reference.ts';
import { compareVersions, formatVersion, parseVersion } from '../../openclaw/version.ts';
import type { ImageInventory } from '../inventory/inventory.ts';

type InstalledOpenClaw = ImageInventory['openclaw'][number];

/** All that tells which OpenClaw it is, the surest last. */
export interface VersionEvidence {
  /** Version that clawproof.yaml asks for; null for an image of somebody else. */
  wanted: string | null;
  /** Name that the image was started or asked for under. */
  reference: string;
  labels: Readonly<Record<string, string>>;
  /** What package.json says inside the image. */
  inImage: readonly InstalledOpenClaw[];
  /** The same as the running container sees it, mounts included; null = no container was looked at. */
  inContainer: readonly InstalledOpenClaw[] | null;
}

export interface VersionFinding {
  id: 'label-differs' | 'name-differs' | 'container-differs' | 'policy-differs' | 'several-versions';
  message: string;
}

/** Which OpenClaw it is, where that was read, and what disagrees with it. */
export interface VersionFacts {
  /** Null where nothing tells it. */
  version: string | null;
  from: 'container' | 'image' | 'label' | 'nothing';
  /** Where it was read, in words. */
  where: string;
  findings: VersionFinding[];
}

const VERSION_LABEL = 'org.opencontainers.image.version';

/**
 * Judges what was found. Names and labels are what somebody wrote on the image; only its content is what runs. A name never
 * decides, a label only where the content tells nothing.
 */
export function versionFacts(evidence: VersionEvidence): VersionFacts {
  const label = exact(evidence.labels[VERSION_LABEL] ?? '');
  const decided = oldest(evidence.inContainer ?? evidence.inImage);
  if (decided === null) return withoutContent(label);
  const from = evidence.inContainer === null ? 'image' : 'container';
  const { version, path } = decided;
  const findings = [
    ...severalVersions(evidence.inContainer ?? evidence.inImage),
    ...changedInContainer(evidence, decided),
    ...disagreements(evidence, label, version),
  ];
  return { version, from, where: whereWords(from, path, label === version), findings };
}

function withoutContent(label: string | null): VersionFacts {
  const missing = 'no package.json of OpenClaw was found in it';
  return label === null
    ? { version: null, from: 'nothing', where: `${missing}, and no label tells its version`, findings: [] }
    : { version: label, from: 'label', where: `label ${VERSION_LABEL}; ${missing}`, findings: [] };
}

function severalVersions(inside: readonly InstalledOpenClaw[]): VersionFinding[] {
  if (new Set(inside.map(({ version }) => version)).size < 2) return [];
  const places = inside.map(({ version, path }) => `${version} in ${path}`).join(', ');
  return [
    { id: 'several-versions', message: `It holds more than one OpenClaw: ${places}. The oldest is judged.` },
  ];
}

function changedInContainer(
  { inImage, inContainer }: VersionEvidence,
  { version, path }: InstalledOpenClaw,
): VersionFinding[] {
  const original = oldest(inImage)?.version ?? null;
  if (inContainer === null || original === null || original === version) return [];
  const message = `The container runs OpenClaw ${version}, its image holds ${original}: something is mounted over ${path}, or it was changed in the container.`;
  return [{ id: 'container-differs', message }];
}

/** What somebody wrote on the image, or asked for, that is not what is in it. */
function disagreements(
  { reference, wanted }: VersionEvidence,
  label: string | null,
  version: string,
): VersionFinding[] {
  const told: [VersionFinding['id'], string | null, string, string][] = [
    ['label-differs', label, "The image's label says", ''],
    ['name-differs', tagVersion(reference), "The image's name says", ''],
    ['policy-differs', wanted, 'clawproof.yaml asks for', ' "clawproof up" brings them together.'],
  ];
  return told.flatMap(([id, other, says, next]) =>
    other === null || other === version
      ? []
      : [{ id, message: `${says} OpenClaw ${other}; what is in it is ${version}.${next}` }],
  );
}

function whereWords(from: 'container' | 'image', path: string, labelAgrees: boolean): string {
  const place = from === 'container' ? 'as the running container has it' : 'in the image';
  return `${path}/package.json, ${place}${labelAgrees ? '; the label agrees' : ''}`;
}

/** Whichever of several it is that runs, it is not older than this one. */
function oldest(found: readonly InstalledOpenClaw[]): InstalledOpenClaw | null {
  const [first] = found
    .map((one) => ({ one, version: parseVersion(one.version) }))
    .filter(({ version }) => version !== null)
    .toSorted((a, b) => (a.version && b.version ? compareVersions(a.version, b.version) : 0));
  return first?.one ?? null;
}

/** Version in a tag: `2026.9.6`, `v2026.9.6`, `2026.9.6-slim`. */
function tagVersion(reference: string): string | null {
  const tag = parseReference(reference).tag ?? '';
  return exact(tag.replace(/^v/, '').replace(/-(?:slim|browser|full)$/, ''));
}

function exact(text: string): string | null {
  const version = parseVersion(text.replace(/^v/, ''));
  return version === null ? null : formatVersion(version);
}
