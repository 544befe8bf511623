import { isAbsolute, join, posix, resolve } from 'node:path';
import type { Deployment, Mount, Service } from '../deployment/deployment.ts';
import { hasUnknownVariable } from '../documents/unknown-variable.ts';
import type { ConfigPlace } from '../openclaw/config-document.ts';
import { CONFIG_NAMES } from './recognise.ts';

/** Where the gateway's openclaw.json may be on this host. */
export interface ConfigCandidate {
  /** Absolute path on this host. */
  file: string;
  place?: ConfigPlace;
}

/** Homes of the user `node` and of root; the product's state folders, newest name first. */
const HOMES = ['/home/node', '/root'];
const STATE_FOLDERS = ['.openclaw', '.clawdbot', '.moltbot'];
/** Where templates and configurations stand beside a compose file. */
export const CONFIG_FOLDERS = ['', 'config', '.openclaw', 'config/openclaw', 'openclaw', 'data', 'state'];

/**
 * Files that the gateway would read as its configuration, most certain first: those that its mounts put where OpenClaw
 * looks, and then those that stand beside the compose file, which are mostly what the first one is made from.
 * @param folder absolute folder that relative sources of mounts start from
 */
export function configCandidates(deployment: Deployment, folder: string, homeDir: string): ConfigCandidate[] {
  const gateway = deployment.services.find(({ role }) => role === 'gateway');
  const beside = CONFIG_FOLDERS.flatMap((below) =>
    CONFIG_NAMES.map((name) => ({ file: join(folder, below, name) })),
  );
  return gateway === undefined ? beside : [...mountedFiles(gateway, folder, homeDir), ...beside];
}

function mountedFiles(gateway: Service, folder: string, homeDir: string): ConfigCandidate[] {
  const hostPathOf = pathsOnHost(gateway, folder, homeDir);
  return gatewayConfigPaths(gateway).flatMap((containerPath) => {
    const file = hostPathOf(containerPath);
    return file === undefined ? [] : [{ file, place: { containerPath, hostPathOf } }];
  });
}

/** Where a path in the container is on this host; the innermost mount is what the container sees. */
function pathsOnHost(
  gateway: Service,
  folder: string,
  homeDir: string,
): (containerPath: string) => string | undefined {
  const mounts = (gateway.mounts ?? [])
    .map((mount) => ({ target: posix.normalize(`${mount.target}/`), mount }))
    .toSorted((a, b) => b.target.length - a.target.length);
  return (containerPath) => {
    const path = posix.normalize(containerPath);
    const found = mounts.find(({ target }) => `${path}/`.startsWith(target));
    const source = found && sourceOnHost(found.mount, folder, homeDir);
    return source === undefined || found === undefined
      ? undefined
      : join(source, path.slice(found.target.length));
  };
}

/** Paths in the container at which OpenClaw looks, in its order. */
export function gatewayConfigPaths(gateway: Service): string[] {
  const environment = gateway.environment ?? {};
  const value = (...names: string[]): string | undefined =>
    names
      .map((name) => environment[name])
      .find((text) => text !== undefined && text !== '' && !hasUnknownVariable(text));
  const named = value('OPENCLAW_CONFIG_PATH', 'CLAWDBOT_CONFIG_PATH');
  if (named !== undefined) return [posix.normalize(named)];
  const state = value('OPENCLAW_STATE_DIR', 'CLAWDBOT_STATE_DIR');
  const home = value('OPENCLAW_HOME', 'HOME');
  const homes = home === undefined ? HOMES : [home, ...HOMES];
  const folders = [
    ...(state === undefined ? [] : [state]),
    ...homes.flatMap((base) => STATE_FOLDERS.map((name) => posix.join(base, name))),
  ];
  return folders.flatMap((base) => configNames(base).map((name) => posix.join(base, name)));
}

/** A state folder of an older product holds the file of that product, too. */
function configNames(folder: string): string[] {
  const own = /\.(clawdbot|moltbot)$/.exec(folder)?.[1];
  return own === undefined ? ['openclaw.json', 'clawdbot.json'] : [`${own}.json`, 'openclaw.json'];
}

function sourceOnHost(mount: Mount, folder: string, homeDir: string): string | undefined {
  const { source } = mount;
  if (mount.kind !== 'bind' || source === undefined || hasUnknownVariable(source)) return undefined;
  if (source === '~' || source.startsWith('~/')) return join(homeDir, source.slice(1));
  return isAbsolute(source) ? source : resolve(folder, source);
}
