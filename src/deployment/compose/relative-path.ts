/**
 * An absolute path as seen from an absolute folder, with forward slashes; "." for the folder itself. Paths on another
 * Windows drive stay absolute.
 */
export function relativePath(folder: string, path: string): string {
  const from = split(folder);
  const to = split(path);
  let common = 0;
  while (common < from.length && common < to.length && from[common] === to[common]) common += 1;
  if (common === 0 && /^[A-Za-z]:/.test(path)) return path;
  const steps = [...from.slice(common).map(() => '..'), ...to.slice(common)];
  return steps.length === 0 ? '.' : steps.join('/');
}

function split(path: string): string[] {
  return path.split(/[\\/]+/).filter((part) => part !== '' && part !== '.');
}
