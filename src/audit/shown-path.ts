import { isAbsolute, relative, sep } from 'node:path';

/** A path as reports show it: relative to the current folder where it lies below it, with forward slashes. */
export function shownPath(path: string, cwd: string): string {
  const below = relative(cwd, path);
  if (below === '') return '.';
  const isBelow = below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below);
  return (isBelow ? below : path).replaceAll(sep, '/');
}
