import type { Mount, Service } from '../deployment/deployment.ts';
import { isUnknown } from './fix-service.ts';
import type { ServiceImage } from './service-image.ts';

/** Where OpenClaw keeps what, inside a container. */
export interface OpenclawLayout {
  home: string;
  /** Folder of its state. */
  state: string;
}

const stateNames = /^(.*)\/\.(?:openclaw|clawdbot|moltbot)$/;

/**
 * Home and state folder by environment, mounts and image.
 * @returns undefined when they depend on a variable that is set nowhere
 */
export function layoutOf(service: Service, image: ServiceImage): OpenclawLayout | undefined {
  const environment = service.environment ?? {};
  const written = environment['OPENCLAW_STATE_DIR'] ?? environment['CLAWDBOT_STATE_DIR'];
  if (isUnknown(written, environment['HOME'])) return undefined;
  const mounted = service.mounts?.find((mount) => stateNames.test(plain(mount.target)))?.target;
  const usual = image.startsAs === 'root' ? '/root' : '/home/node';
  const home = environment['HOME'] ?? homeAbove(mounted) ?? usual;
  return { home: plain(home), state: plain(written ?? mounted ?? `${home}/.openclaw`) };
}

function homeAbove(state: string | undefined): string | undefined {
  return state === undefined ? undefined : stateNames.exec(plain(state))?.[1];
}

/** The writable mount that a path lies in; the innermost one decides. */
export function writableMount(mounts: readonly Mount[], path: string): Mount | undefined {
  const around = mounts.filter((mount) => isWithin(path, mount.target));
  const innermost = around.toSorted((a, b) => b.target.length - a.target.length)[0];
  return innermost?.readOnly === false ? innermost : undefined;
}

/** The same, but not a tmpfs that belongs to root, with a mode that lets no other user write, for a process of such a user. */
export function mountWritableBy(
  { startsAs }: ServiceImage,
  mounts: readonly Mount[],
  path: string,
): Mount | undefined {
  const mount = writableMount(mounts, path);
  return mount && startsAs === 'ordinary' && isOfRootAlone(mount) ? undefined : mount;
}

function isOfRootAlone({ kind, options = [] }: Mount): boolean {
  const valueOf = (name: string): string | undefined =>
    options.find((option) => option.startsWith(`${name}=`))?.slice(name.length + 1);
  // Without a mode everybody may write.
  const mode = Number.parseInt(valueOf('mode') ?? '1777', 8);
  return kind === 'tmpfs' && (mode & 0o002) === 0 && Number(valueOf('uid') ?? 0) === 0;
}

/** True when a path is a folder or lies in it. */
export function isWithin(path: string, folder: string): boolean {
  const outer = plain(folder);
  return path === outer || path.startsWith(outer === '/' ? '/' : `${outer}/`);
}

function plain(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') || '/' : path;
}
