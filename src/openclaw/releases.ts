import {
  compareVersions,
  formatVersion,
  isExtendedStable,
  isPrerelease,
  type OpenClawVersion,
  parseVersion,
} from './version.ts';

export type ReleaseLine = 'stable' | 'extended-stable' | 'prerelease';

/** What the versions on npm mean for a deployment. Versions are exact. */
export interface Releases {
  current: string;
  line: ReleaseLine;
  /** All that come later, in OpenClaw's own order, oldest first; prereleases only where they were asked for. */
  newer: { version: string; line: ReleaseLine }[];
  /** The newest of the line that the deployment is on; null when it has the newest. */
  suggested: string | null;
  /** The newest stable one where it is later than the suggested one: of another line, so that it is the user's to choose. */
  beyond: string | null;
}

/** Stable: what most people run. Extended-stable: a month's line that gets fixes only. */
export function lineOf(version: OpenClawVersion): ReleaseLine {
  if (isPrerelease(version)) return 'prerelease';
  return isExtendedStable(version) ? 'extended-stable' : 'stable';
}

/**
 * Sorts out what npm has. Who is on a month's extended-stable line stays on it; all others get the newest stable version, and
 * prereleases only when they ask for them.
 * @param published versions as npm lists them; what is no version of OpenClaw is left out
 * @returns null when `current` is no exact version
 */
export function releasesAfter(
  current: string,
  published: readonly string[],
  options: { prereleases: boolean },
): Releases | null {
  const running = parseVersion(current);
  if (running === null) return null;
  const newer = published
    .map(parseVersion)
    .filter((version) => version !== null)
    .filter((version) => compareVersions(version, running) > 0)
    .filter((version) => options.prereleases || !isPrerelease(version))
    .toSorted(compareVersions);
  const line = lineOf(running);
  const isOwn = (version: OpenClawVersion): boolean => {
    if (line !== 'extended-stable') return lineOf(version) !== 'extended-stable';
    return lineOf(version) === line && version.year === running.year && version.month === running.month;
  };
  const suggested = newer.findLast(isOwn) ?? null;
  const stable = newer.findLast((version) => lineOf(version) === 'stable') ?? null;
  const isBeyond = stable !== null && (suggested === null || compareVersions(stable, suggested) > 0);
  return {
    current,
    line,
    newer: newer.map((version) => ({ version: formatVersion(version), line: lineOf(version) })),
    suggested: suggested === null ? null : formatVersion(suggested),
    beyond: isBeyond ? formatVersion(stable) : null,
  };
}
