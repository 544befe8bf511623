import type { DebianPackage, ImageInventory, NpmPackage } from '../inventory/inventory.ts';
import type { ReadImage } from '../inventory/read-image.ts';
import { debianLicences, type LicenceChoice, npmLicences } from './licences.ts';
import { debPurl, npmPurl, ociPurl } from './purl.ts';

interface Property {
  name: string;
  value: string;
}

/** The part of a CycloneDX component that clawproof writes. */
export interface Component {
  type: 'application' | 'container' | 'library' | 'operating-system';
  'bom-ref': string;
  name: string;
  version?: string;
  purl?: string;
  cpe?: string;
  hashes?: { alg: 'SHA-256' | 'SHA-512'; content: string }[];
  licenses?: LicenceChoice[];
  evidence?: { occurrences: { location: string }[] };
  properties?: Property[];
}

/** A CycloneDX 1.6 document. */
export interface Bom {
  $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json';
  bomFormat: 'CycloneDX';
  specVersion: '1.6';
  serialNumber: string;
  version: 1;
  metadata: {
    timestamp?: string;
    tools: { components: { type: 'application'; name: string; version: string }[] };
    component: Component;
    properties?: Property[];
  };
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
  compositions: { aggregate: 'incomplete'; assemblies: string[] }[];
}

/** What a document is about. */
export interface BomSubject {
  toolVersion: string;
  /** Name of the deployment; null for a document about one image alone. */
  deployment: string | null;
  /** sha256 of clawproof.lock, as hex. */
  lockHash: string | null;
  images: readonly ReadImage[];
  /** SHA-256 of a text, as hex. */
  hash: (text: string) => string;
}

const LABEL_ROLE = 'dev.clawproof.image';

/**
 * The document about images: what each one is, and what is in it. The same images give the same bytes: its time is that at
 * which the newest of them was made, and its serial number comes from its content.
 */
export function createBom({ toolVersion, deployment, lockHash, images, hash }: BomSubject): Bom {
  const contents = images.map((image) => ({ image: containerOf(image), parts: partsOf(image.inventory) }));
  const containers = contents.map(({ image }) => image);
  const root: Component =
    deployment === null && containers[0] !== undefined
      ? containers[0]
      : { type: 'application', 'bom-ref': 'deployment', name: deployment ?? 'images' };
  const components = merged([...containers, ...contents.flatMap(({ parts }) => parts)])
    .filter((one) => one['bom-ref'] !== root['bom-ref'])
    .toSorted(byRef);
  const dependencies = [
    ...(deployment === null ? [] : [{ ref: root['bom-ref'], dependsOn: refs(containers) }]),
    ...contents.map(({ image, parts }) => ({ ref: image['bom-ref'], dependsOn: refs(parts) })),
  ];
  const timestamp = newest(images);
  const content = {
    metadata: {
      ...(timestamp === null ? {} : { timestamp }),
      tools: { components: [{ type: 'application' as const, name: 'clawproof', version: toolVersion }] },
      component: root,
      ...(lockHash === null ? {} : { properties: [{ name: 'clawproof:lock:sha256', value: lockHash }] }),
    },
    components,
    dependencies: [...new Map(dependencies.map((one) => [one.ref, one])).values()],
    // What programs were linked from, such as the Go modules of Caddy, no package manager of an image tells.
    compositions: [{ aggregate: 'incomplete' as const, assemblies: refs(containers) }],
  };
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: serialFrom(hash(JSON.stringify(content))),
    version: 1,
    ...content,
  };
}

function containerOf({ id, inspect, reference }: ReadImage): Component {
  const role = inspect.Config.Labels?.[LABEL_ROLE];
  // One that was built here has a registry's name only where somebody pushed it, and loses it again.
  const [repoDigest] = role === undefined ? [...(inspect.RepoDigests ?? [])].toSorted() : [];
  const name =
    role === undefined
      ? (repoDigest?.split('@')[0] ?? reference.split('@')[0] ?? reference)
      : `clawproof/${role}`;
  return {
    type: 'container',
    'bom-ref': id,
    name,
    version: id,
    ...(repoDigest === undefined ? {} : { purl: ociPurl(repoDigest) }),
    hashes: [{ alg: 'SHA-256', content: id.replace(/^sha256:/, '') }],
    properties: [
      { name: 'clawproof:image:architecture', value: `${inspect.Os}/${inspect.Architecture}` },
      ...(inspect.RootFS?.Layers ?? []).map((layer) => ({ name: 'clawproof:image:layer', value: layer })),
    ],
  };
}

function partsOf(inventory: ImageInventory): Component[] {
  const { os, debian, npm, node } = inventory;
  const system = os === null ? [] : [systemOf(os)];
  const packages = debian.map((one) => debianComponent(one, os ?? { id: 'debian', versionId: '' }));
  return [...system, ...packages, ...npm.map(npmComponent), ...node.map(nodeComponent)];
}

function systemOf({ id, versionId, name }: NonNullable<ImageInventory['os']>): Component {
  return {
    type: 'operating-system',
    'bom-ref': `os:${id || 'unknown'}:${versionId}`,
    name: id || name,
    ...(versionId === '' ? {} : { version: versionId }),
  };
}

function debianComponent(
  { source, sourceVersion, licences, ...one }: DebianPackage,
  system: { id: string; versionId: string },
): Component {
  const purl = debPurl(one, system);
  return {
    type: 'library',
    'bom-ref': purl,
    name: one.name,
    version: one.version,
    ...(licences.length === 0 ? {} : { licenses: debianLicences(licences) }),
    purl,
    properties: [{ name: 'clawproof:debian:source', value: `${source} ${sourceVersion}` }],
  };
}

function npmComponent({ name, version, path, licence, integrity }: NpmPackage): Component {
  const purl = npmPurl(name, version);
  const licenses = npmLicences(licence);
  return {
    type: name === 'openclaw' ? 'application' : 'library',
    // A copy of a package that no lock vouches for is not the one that a lock names.
    'bom-ref': integrity === null ? `${purl}#unlocked` : purl,
    name,
    version,
    ...(integrity === null ? {} : { hashes: [{ alg: 'SHA-512', content: hexOf(integrity) }] }),
    ...(licenses.length === 0 ? {} : { licenses }),
    purl,
    evidence: { occurrences: [{ location: path }] },
  };
}

function nodeComponent({ path, version }: ImageInventory['node'][number]): Component {
  const purl = `pkg:github/nodejs/node@v${version}`;
  return {
    type: 'application',
    'bom-ref': purl,
    name: 'node',
    version,
    cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`,
    purl,
    evidence: { occurrences: [{ location: path }] },
  };
}

/** One for each reference, with all places where it is; several images hold the same packages. */
function merged(components: readonly Component[]): Component[] {
  const byReference = new Map<string, Component>();
  for (const one of components) {
    const before = byReference.get(one['bom-ref']);
    byReference.set(one['bom-ref'], before === undefined ? one : together(before, one));
  }
  return [...byReference.values()];
}

function together(a: Component, b: Component): Component {
  const places = [a, b]
    .flatMap(({ evidence }) => evidence?.occurrences ?? [])
    .map(({ location }) => location);
  const occurrences = [...new Set(places)].toSorted().map((location) => ({ location }));
  return {
    ...a,
    // An image that keeps no copyright files tells no licences; another one may.
    ...(a.licenses === undefined && b.licenses !== undefined ? { licenses: b.licenses } : {}),
    ...(occurrences.length === 0 ? {} : { evidence: { occurrences } }),
  };
}

function refs(components: readonly Component[]): string[] {
  return [...new Set(components.map((one) => one['bom-ref']))].toSorted();
}

function byRef(a: Component, b: Component): number {
  return a['bom-ref'] < b['bom-ref'] ? -1 : Number(a['bom-ref'] > b['bom-ref']);
}

function hexOf(integrity: string): string {
  return Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex');
}

/** When the newest of the images was made; builds that are made to be repeatable have no time. */
function newest(images: readonly ReadImage[]): string | null {
  const times = images.map(({ inspect }) => Date.parse(inspect.Created ?? '')).filter((time) => time > 0);
  return times.length === 0 ? null : new Date(Math.max(...times)).toISOString();
}

/** A UUID of version 8, of which the content decides. */
function serialFrom(hex: string): string {
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `urn:uuid:${parts.join('-')}`;
}
