/** Package URLs, as its specification has them for each kind of package. */

export function npmPurl(name: string, version: string): string {
  const path = name.split('/').map(encoded).join('/');
  return `pkg:npm/${path}@${encoded(version)}`;
}

/** @param system id and version of the distribution, "debian" and "13" */
export function debPurl(
  { name, version, architecture }: { name: string; version: string; architecture: string },
  system: { id: string; versionId: string },
): string {
  const distro = system.versionId === '' ? system.id : `${system.id}-${system.versionId}`;
  return `pkg:deb/${encoded(system.id)}/${encoded(name)}@${encoded(version)}?arch=${encoded(architecture)}&distro=${encoded(distro)}`;
}

/** @param repoDigest "ghcr.io/openclaw/openclaw@sha256:…" */
export function ociPurl(repoDigest: string): string {
  const [repository = '', digest = ''] = repoDigest.toLowerCase().split('@');
  const name = repository.slice(repository.lastIndexOf('/') + 1);
  return `pkg:oci/${encoded(name)}@${encodeURIComponent(digest)}?repository_url=${encoded(repository)}`;
}

/** Everything is escaped but letters, digits, `.-_~`, and the colon; the slash within a qualifier may stay. */
function encoded(text: string): string {
  return encodeURIComponent(text)
    .replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%3A', ':')
    .replaceAll('%2F', '/');
}
