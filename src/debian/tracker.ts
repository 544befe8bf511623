import { compareDebianVersions, isDebianVersion } from './version.ts';

/** What the security tracker says of one flaw in one release. */
export interface TrackedFlaw {
  id: string;
  /** undetermined = nobody has looked yet whether the release has it. */
  status: 'open' | 'resolved' | 'undetermined';
  /** First version without it; null where the release has none yet. */
  fixedVersion: string | null;
  /** Debian's own word: unimportant, low, medium, high, not yet assigned, end-of-life. */
  urgency: string;
}

/** Flaws by source package, then by release. */
export type TrackerData = Record<string, Record<string, TrackedFlaw[]>>;

/** A source package as it is in an image. */
export interface InstalledSource {
  source: string;
  version: string;
}

/** A flaw of a package that is installed. */
export interface PackageFlaw extends InstalledSource {
  id: string;
  fixedVersion: string | null;
  urgency: string;
}

export interface PackageVerdict {
  /** The release has a version without the flaw: an image that is built again has it. */
  mendable: PackageFlaw[];
  /** Known, and not mended in this release yet. */
  open: PackageFlaw[];
  /** Flaws that Debian does not count as a matter of security. */
  unimportant: number;
  undetermined: number;
}

const ID = /^(?:CVE-\d{4}-\d{4,7}|TEMP-\d{1,9}-[0-9A-F]{6})$/;
const SOURCE = /^[a-z0-9][a-z0-9+.-]{0,127}$/;
const RELEASE = /^[a-z][a-z0-9-]{0,31}$/;
/** In place of a version: the release never had the flaw. */
const NEVER_AFFECTED = '0';
const URGENCIES = ['high', 'medium', 'low', 'not yet assigned', 'end-of-life', 'unimportant'];

/**
 * Reads the security tracker's list of all flaws: source package → flaw → `releases` → release → `status`, `fixed_version`,
 * `urgency`. It is foreign and large: descriptions and what no release ever had are left out, and so is what has another shape.
 * @returns null when it is no such list
 */
export function readTracker(json: string): TrackerData | null {
  const list = parsed(json);
  if (list === null) return null;
  const data: TrackerData = Object.create(null) as TrackerData;
  let understood = 0;
  for (const [source, flaws] of Object.entries(list)) {
    if (!SOURCE.test(source) || !isObject(flaws)) continue;
    const byRelease: Record<string, TrackedFlaw[]> = Object.create(null) as Record<string, TrackedFlaw[]>;
    for (const [id, flaw] of Object.entries(flaws)) {
      if (!ID.test(id) || !isObject(flaw) || !isObject(flaw['releases'])) continue;
      understood += 1;
      addReleases(byRelease, id, flaw['releases']);
    }
    data[source] = byRelease;
  }
  return understood === 0 ? null : data;
}

function addReleases(
  byRelease: Record<string, TrackedFlaw[]>,
  id: string,
  releases: Record<string, unknown>,
): void {
  for (const [release, told] of Object.entries(releases)) {
    if (!RELEASE.test(release) || !isObject(told)) continue;
    // A release stands in the list also where all of its flaws are left out: that it was looked at is known then.
    const flaws = (byRelease[release] ??= []);
    const flaw = flawOf(id, told);
    if (flaw !== null) flaws.push(flaw);
  }
}

function flawOf(id: string, told: Record<string, unknown>): TrackedFlaw | null {
  const urgency = urgencyOf(told['urgency']);
  const written = told['fixed_version'];
  if (told['status'] === 'open' || told['status'] === 'undetermined')
    return { id, status: told['status'], fixedVersion: null, urgency };
  if (told['status'] !== 'resolved' || written === NEVER_AFFECTED) return null;
  // "resolved" in a version that cannot be read: nobody knows whether what is installed has it.
  return typeof written === 'string' && isDebianVersion(written)
    ? { id, status: 'resolved', fixedVersion: written, urgency }
    : { id, status: 'undetermined', fixedVersion: null, urgency };
}

/** The tracker marks words that are a guess with asterisks. */
function urgencyOf(told: unknown): string {
  const word = typeof told === 'string' ? told.replace(/\*+$/, '') : '';
  return URGENCIES.includes(word) ? word : 'not yet assigned';
}

/** Releases that the data says anything about. */
export function releasesIn(data: TrackerData): Set<string> {
  return new Set(Object.values(data).flatMap((byRelease) => Object.keys(byRelease)));
}

/** Compares what is installed with what the tracker says of a release, the worst first. */
export function judgePackages(
  installed: readonly InstalledSource[],
  release: string,
  data: TrackerData,
): PackageVerdict {
  const verdict: PackageVerdict = { mendable: [], open: [], unimportant: 0, undetermined: 0 };
  for (const { source, version } of unique(installed)) {
    const releases = Object.hasOwn(data, source) ? (data[source] ?? {}) : {};
    const known = Object.hasOwn(releases, release) ? (releases[release] ?? []) : [];
    for (const { id, status, fixedVersion, urgency } of known) {
      const isMended = fixedVersion !== null && compareDebianVersions(version, fixedVersion) >= 0;
      if (isMended) continue;
      const flaw = { source, version, id, fixedVersion, urgency };
      if (status === 'undetermined') verdict.undetermined += 1;
      else if (urgency === 'unimportant') verdict.unimportant += 1;
      else (status === 'resolved' ? verdict.mendable : verdict.open).push(flaw);
    }
  }
  verdict.mendable.sort(byUrgency);
  verdict.open.sort(byUrgency);
  return verdict;
}

/** Several packages are made from one source. */
function unique(installed: readonly InstalledSource[]): InstalledSource[] {
  return [...new Map(installed.map((one) => [`${one.source} ${one.version}`, one])).values()];
}

function byUrgency(a: PackageFlaw, b: PackageFlaw): number {
  return (
    URGENCIES.indexOf(a.urgency) - URGENCIES.indexOf(b.urgency) ||
    a.source.localeCompare(b.source, 'en') ||
    a.id.localeCompare(b.id, 'en')
  );
}

function parsed(json: string): Record<string, unknown> | null {
  try {
    const list: unknown = JSON.parse(json);
    return isObject(list) ? list : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
