import type { BuildContext } from '../../deployment/deployment.ts';

/** The ignore file that counts, or the one that is missing. */
export function ignoreFileOf({ path, ignoreFile }: BuildContext): string {
  return ignoreFile ?? (path === '.' ? '.dockerignore' : `${path}/.dockerignore`);
}
