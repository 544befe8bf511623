import type { Lock, LockedImage } from '../lock-file.ts';

/** An image's name, taken apart: "host/path:tag@sha256:…". */
export interface ImageReference {
  /** Without tag and digest. */
  repository: string;
  tag: string | null;
  digest: string | null;
}

export function parseReference(text: string): ImageReference {
  const at = text.indexOf('@');
  const digest = at === -1 ? null : text.slice(at + 1);
  const named = at === -1 ? text : text.slice(0, at);
  // A colon before the last slash belongs to the registry's port.
  const colon = named.lastIndexOf(':');
  if (colon > named.lastIndexOf('/'))
    return { repository: named.slice(0, colon), tag: named.slice(colon + 1), digest };
  return { repository: named, tag: null, digest };
}

/** "repository@digest": the same bytes wherever and whenever it is pulled. */
export function pinned(reference: string, digest: string): string {
  return `${parseReference(reference).repository}@${digest}`;
}

/** What the engine runs for an image of the lock: "repository@sha256:…" of a pulled one, the id of one built here. */
export function lockedReference({ source, reference, digest }: LockedImage): string {
  return source === 'build' ? digest : pinned(reference, digest);
}

/** The same for all images of a lock. */
export function lockedReferences({ images }: Pick<Lock, 'images'>): string[] {
  return Object.values(images).flatMap((image) => (image === null ? [] : [lockedReference(image)]));
}

/** Host and port of the registry that a reference names; null for the engine's default registry. */
export function registryHost(reference: string): string | null {
  const { repository } = parseReference(reference);
  const slash = repository.indexOf('/');
  const first = slash === -1 ? '' : repository.slice(0, slash);
  return first === 'localhost' || /[.:]/.test(first) ? first : null;
}

/** True when no registry is named, or the engine's default one, whose API is not at the address in the name. */
export function isDefaultRegistry(reference: string): boolean {
  return registryHost(reference) === null || defaultRegistry.test(reference);
}

const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const address = String.raw`(?:[a-zA-Z0-9][a-zA-Z0-9.-]{0,252}|\[[0-9a-fA-F:]+\])(?::\d{1,5})?`;
const namePattern = new RegExp(`^(?:${address}/)?${component}(?:/${component})*$`);

/** True for a name that Docker takes, with a tag or without, and without a digest. */
export function isTagReference(text: string): boolean {
  const { repository, tag, digest } = parseReference(text);
  const isTag = tag === null || /^\w[\w.-]{0,127}$/.test(tag);
  return text.length <= 512 && digest === null && isTag && namePattern.test(repository);
}

/** True for a host name or address of this machine itself. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[?::1\]?)(:\d+)?$/.test(host);
}

/** The digest under which the engine keeps a pulled repository; null when it was not pulled from there. */
export function repoDigest(repoDigests: readonly string[], reference: string): string | null {
  const wanted = familiar(parseReference(reference).repository);
  const found = repoDigests.map(parseReference).find((one) => familiar(one.repository) === wanted);
  return found?.digest ?? null;
}

const defaultRegistry = /^(index\.)?docker\.io\//;

/** The engine shortens names of its default registry. */
function familiar(repository: string): string {
  return repository.replace(defaultRegistry, '').replace(/^library\//, '');
}
