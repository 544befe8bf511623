import type { Mount } from '../../deployment/deployment.ts';

/** Where programs and their settings are; a writable mount there undoes the read-only root. */
const programTrees = ['/app', '/bin', '/sbin', '/usr', '/lib', '/lib64', '/opt', '/etc', '/boot'];

/** Options that a tmpfs lacks so that nothing can be started from it. */
export function missingOptions(mount: Mount): string[] {
  return ['noexec', 'nosuid', 'nodev'].filter((option) => mount.options?.includes(option) !== true);
}

export function isMissingOptions(mount: Mount): boolean {
  return mount.kind === 'tmpfs' && missingOptions(mount).length > 0;
}

/** True for a writable mount over programs. The configuration in /etc/openclaw has a measure of its own. */
export function isProgramMount(mount: Mount): boolean {
  return (
    mount.kind !== 'tmpfs' &&
    !mount.readOnly &&
    !mount.target.startsWith('/etc/openclaw') &&
    programTrees.some((tree) => mount.target === tree || mount.target.startsWith(`${tree}/`))
  );
}
