// Paths in a container: POSIX, whatever this host is.

/** An absolute path without `.`, `..` and double slashes. */
export function resolvePath(folder: string, path: string): string {
  const steps: string[] = [];
  for (const step of `${path.startsWith('/') ? '' : folder}/${path}`.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return `/${steps.join('/')}`;
}

export function parentOf(path: string): string {
  return resolvePath(path, '..');
}

export function isInside(folder: string, path: string): boolean {
  const root = resolvePath(folder, '.');
  return path === root || path.startsWith(root === '/' ? '/' : `${root}/`);
}
