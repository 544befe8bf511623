/** What clawproof needs of an engine, and how to say what is missing. Pure. */

/** One thing that is missing or in the way, and the commands that mend it. */
export interface Missing {
  id:
    | 'platform'
    | 'docker-cli'
    | 'engine'
    | 'engine-stopped'
    | 'engine-silent'
    | 'permission'
    | 'endpoint'
    | 'remote'
    | 'podman'
    | 'engine-version'
    | 'api-version'
    | 'linux-containers'
    | 'compose'
    | 'builder'
    | 'kernel';
  /** One line, without a full stop. */
  message: string;
  /** Commands to paste, in order; sentences where there is no command. */
  commands: string[];
}

export const MINIMUM_ENGINE = [20, 10] as const;
export const MINIMUM_COMPOSE = [2, 0] as const;
/** From this client on `docker build` needs the buildx plugin; before, BuildKit is built in. */
export const FIRST_CLIENT_WITHOUT_BUILDKIT = [23, 0] as const;
const FIRST_CLIENT_WITH_BUILDKIT = [18, 9] as const;

/** Major and minor of a version such as "20.10.24+dfsg1" or "v2.26.1-4"; null when there are none. */
export function majorMinor(version: string): [number, number] | null {
  const match = /(\d+)\.(\d+)/.exec(version);
  return match ? [Number(match[1]), Number(match[2])] : null;
}

/** False also for a version that cannot be read. */
export function isAtLeast(version: string, minimum: readonly [number, number]): boolean {
  const found = majorMinor(version);
  if (found === null) return false;
  return found[0] > minimum[0] || (found[0] === minimum[0] && found[1] >= minimum[1]);
}

/** True for clients that build with BuildKit when DOCKER_BUILDKIT=1, without a plugin. */
export function hasBuiltInBuildKit(clientVersion: string): boolean {
  return (
    isAtLeast(clientVersion, FIRST_CLIENT_WITH_BUILDKIT) &&
    !isAtLeast(clientVersion, FIRST_CLIENT_WITHOUT_BUILDKIT)
  );
}

/** What /etc/os-release says; empty strings where it says nothing. */
export interface Distribution {
  id: string;
  like: string[];
  versionId: string;
  codename: string;
  name: string;
}

/** Reads /etc/os-release: shell assignments, values with or without quotes. */
export function parseOsRelease(text: string): Distribution {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^([A-Z0-9_]+)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S*))\s*$/.exec(line.trim());
    if (match) values.set(match[1] ?? '', match[2]?.replaceAll(/\\(.)/g, '$1') ?? match[3] ?? match[4] ?? '');
  }
  const get = (key: string): string => values.get(key) ?? '';
  return {
    id: get('ID').toLowerCase(),
    like: get('ID_LIKE')
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== ''),
    versionId: get('VERSION_ID'),
    codename: get('VERSION_CODENAME'),
    name: get('PRETTY_NAME') || get('NAME') || 'this system',
  };
}

/** Debian releases on which clawproof installs the engine by itself. */
export function isInstallable(distribution: Distribution): boolean {
  return distribution.id === 'debian' && (distribution.versionId === '12' || distribution.versionId === '13');
}

const BY_DISTRIBUTION: Record<string, string[]> = {
  debian: ['sudo apt-get update', 'sudo apt-get install -y docker.io iptables ca-certificates'],
  ubuntu: ['sudo apt-get update', 'sudo apt-get install -y docker.io docker-compose-v2 docker-buildx'],
  fedora: [
    'sudo dnf install -y moby-engine docker-cli docker-compose docker-buildx',
    'sudo systemctl enable --now docker',
  ],
  arch: ['sudo pacman -S --needed docker docker-compose docker-buildx', 'sudo systemctl enable --now docker'],
  alpine: [
    'sudo apk add docker docker-cli-compose docker-cli-buildx',
    'sudo rc-update add docker',
    'sudo service docker start',
  ],
  suse: ['sudo zypper install -y docker docker-compose docker-buildx', 'sudo systemctl enable --now docker'],
};

/** The way that a distribution itself offers to install Docker Engine and Compose; null when it is not known. */
export function distributionCommands(distribution: Distribution): string[] | null {
  for (const name of [distribution.id, ...distribution.like]) {
    const commands = BY_DISTRIBUTION[name] ?? (name.includes('suse') ? BY_DISTRIBUTION['suse'] : undefined);
    if (commands !== undefined) return commands;
  }
  return null;
}

/**
 * Commands that install everything on this host.
 * @param self how the user calls clawproof
 */
export function installCommands(distribution: Distribution, self: string, isRoot: boolean): string[] {
  const sudo = isRoot ? '' : 'sudo ';
  if (isInstallable(distribution)) return [`${sudo}${self} engine install`];
  const commands = distributionCommands(distribution);
  if (commands === null)
    return ['Install Docker Engine 20.10 or newer and Compose v2: https://docs.docker.com/engine/install/'];
  return isRoot ? commands.map((command) => command.replace(/^sudo /, '')) : commands;
}
