import { isWithin } from './layout.ts';

/** Parts of the host that no agent has business with: exactly these. */
const hostFolders = [
  '/',
  '/home',
  // Root's home folder is one like others: people keep a deployment in it. What is secret there is known by its name.
  '/root',
  '/Users',
  '/mnt',
  '/media',
  '/srv',
  '/var',
  '/var/lib',
  '/var/log',
  '/usr',
  '/opt',
  '/tmp',
];
/** The same, with everything below. */
const hostTrees = [
  '/etc',
  '/proc',
  '/sys',
  '/dev',
  '/boot',
  '/bin',
  '/sbin',
  '/lib',
  '/lib64',
  '/var/lib/docker',
  '/var/spool/cron',
];
/** Harmless files below those, as images commonly get them. */
const harmless = new Set(['/etc/localtime', '/etc/timezone', '/dev/null']);

const credentials =
  /(?:^|\/)\.(?:ssh|aws|azure|kube|gnupg|docker|netrc|npmrc|git-credentials|password-store|mozilla|config\/(?:gcloud|gh|google-chrome|chromium))(?:\/|$)/;

/** True for a folder that belongs to the host system rather than to a deployment. @param path absolute, without a slash at its end */
export function isPartOfHost(path: string): boolean {
  return path === '' || hostFolders.includes(path) || isInHostTree(path);
}

/** True for what lies in a folder that is the host system's own. */
export function isInHostTree(path: string): boolean {
  return hostTrees.some((tree) => isWithin(path, tree));
}

/** Files of the host system that images are commonly given. */
export function isHarmless(path: string): boolean {
  return harmless.has(path);
}

/** True for what lies where programs keep keys, tokens and passwords. */
export function holdsCredentials(path: string): boolean {
  return credentials.test(path);
}
