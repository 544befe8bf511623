/**
 * OpenClaw's version numbers: YYYY.M.PATCH, pre-releases YYYY.M.PATCH-alpha.N and -beta.N before it, and corrections
 * YYYY.M.PATCH-N after it. That is not semver's order: semver sorts a correction before what it corrects.
 */
export interface OpenClawVersion {
  year: number;
  month: number;
  patch: number;
  stage: 'alpha' | 'beta' | 'final';
  /** N of alpha.N, beta.N or of the correction -N; 0 for a plain final version. */
  number: number;
}

const PATTERN = /^(\d{4})\.([1-9]|1[0-2])\.(0|[1-9]\d{0,5})(?:-(?:(alpha|beta)\.)?(0|[1-9]\d{0,5}))?$/;
const STAGE_RANK = { alpha: 0, beta: 1, final: 2 } as const;

/** First patch number of a month's extended-stable line. */
const FIRST_EXTENDED_STABLE_PATCH = 33;

/** Reads an exact version; null for anything else (ranges, tags such as `latest`, a leading v). */
export function parseVersion(text: string): OpenClawVersion | null {
  const match = PATTERN.exec(text);
  if (!match) return null;
  const stage = (match[4] ?? 'final') as OpenClawVersion['stage'];
  const number = Number(match[5] ?? 0);
  // "-0" would be a second spelling of the plain version.
  if (stage === 'final' && match[5] !== undefined && number === 0) return null;
  return { year: Number(match[1]), month: Number(match[2]), patch: Number(match[3]), stage, number };
}

export function formatVersion(version: OpenClawVersion): string {
  const base = `${version.year}.${version.month}.${version.patch}`;
  if (version.stage !== 'final') return `${base}-${version.stage}.${version.number}`;
  return version.number === 0 ? base : `${base}-${version.number}`;
}

/** Negative when `a` was released before `b` in its line, 0 when they are the same, positive otherwise. */
export function compareVersions(a: OpenClawVersion, b: OpenClawVersion): number {
  return (
    a.year - b.year ||
    a.month - b.month ||
    a.patch - b.patch ||
    STAGE_RANK[a.stage] - STAGE_RANK[b.stage] ||
    a.number - b.number
  );
}

/** True for the extended-stable line of a month (patch 33 and above), which gets fixes only. */
export function isExtendedStable(version: OpenClawVersion): boolean {
  return version.patch >= FIRST_EXTENDED_STABLE_PATCH;
}

export function isPrerelease(version: OpenClawVersion): boolean {
  return version.stage !== 'final';
}

/**
 * What somebody who asked for a version that does not exist may have meant: the published versions just before and
 * just after it and the newest release, in rising order, at most `count`.
 */
export function suggestVersions(wanted: string, published: readonly string[], count = 4): string[] {
  const known = published
    .map(parseVersion)
    .filter((version) => version !== null)
    .toSorted(compareVersions);
  const target = parseVersion(wanted);
  const releases = known.filter((version) => !isPrerelease(version));
  const newest = releases.at(-1) ?? known.at(-1);
  const pool = target !== null && isPrerelease(target) ? known : releases;
  const chosen = new Set<OpenClawVersion>(newest ? [newest] : []);
  if (target) {
    const after = pool.findIndex((version) => compareVersions(version, target) > 0);
    const split = after === -1 ? pool.length : after;
    const nearest = [pool[split - 1], pool[split], pool[split - 2], pool[split + 1]];
    for (const version of nearest) if (version && chosen.size < count) chosen.add(version);
  } else {
    for (const version of releases.slice(-count).toReversed()) if (chosen.size < count) chosen.add(version);
  }
  return [...chosen].toSorted(compareVersions).map(formatVersion);
}
