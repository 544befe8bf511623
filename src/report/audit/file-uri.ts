/** Where a file is, as SARIF says it. */
export interface FileUri {
  uri: string;
  uriBaseId?: string;
}

export const ROOT_ID = '%SRCROOT%';

/**
 * A path with forward slashes, relative to the current folder or absolute, as a percent-encoded URI. Relative paths that
 * leave the folder are made absolute with `root`, and stay as they are without it.
 */
export function fileUri(path: string, root?: string): FileUri {
  if (isAbsolute(path)) return { uri: absoluteUri(path) };
  const isOutside = path === '..' || path.startsWith('../');
  if (isOutside && root !== undefined) return { uri: absoluteUri(normalized(`${root}/${path}`)) };
  return { uri: encoded(path.replace(/^(?:\.\/)+/u, '')), uriBaseId: ROOT_ID };
}

/** The folder itself; a base ends with a slash. */
export function folderUri(root: string): string {
  return absoluteUri(root.replace(/\/*$/u, '/'));
}

function isAbsolute(path: string): boolean {
  return path.startsWith('/') || /^[A-Za-z]:\//u.test(path);
}

function absoluteUri(path: string): string {
  return path.startsWith('/')
    ? `file://${encoded(path)}`
    : `file:///${path.slice(0, 2)}${encoded(path.slice(2))}`;
}

function encoded(path: string): string {
  const wellFormed = path.replace(/\p{Surrogate}/gu, '\uFFFD');
  return wellFormed.split('/').map(encodeURIComponent).join('/');
}

function normalized(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return /^[A-Za-z]:$/u.test(parts[0] ?? '') ? parts.join('/') : `/${parts.join('/')}`;
}
