import { z } from 'zod';
import { advisories as builtIn, type Advisory, type AffectedRange } from './advisories.ts';
import { compareVersions, formatVersion, type OpenClawVersion, parseVersion } from './version.ts';

/** What a file of advisories held. */
export interface ImportedAdvisories {
  advisories: Advisory[];
  /** Entries that name no release which mends them, or that are not about OpenClaw: they can be compared with nothing. */
  leftOut: number;
}

const PACKAGE = 'openclaw';
const TITLE_LENGTH = 160;

const text = z.string();
const identifier = z.string().regex(/^(?:CVE-\d{4}-\d{4,7}|GHSA(?:-[0-9a-z]{4}){3})$/);

/** One advisory as the GitHub advisory API and `gh api /advisories` give it. */
const github = z.looseObject({
  ghsa_id: identifier,
  cve_id: identifier.nullish(),
  summary: text.nullish(),
  withdrawn_at: text.nullish(),
  cvss: z.looseObject({ score: z.number().nullish() }).nullish(),
  cvss_severities: z
    .looseObject({
      cvss_v3: z.looseObject({ score: z.number().nullish() }).nullish(),
      cvss_v4: z.looseObject({ score: z.number().nullish() }).nullish(),
    })
    .nullish(),
  vulnerabilities: z.array(
    z.looseObject({
      package: z.looseObject({ name: text.nullish() }).nullish(),
      vulnerable_version_range: text.nullish(),
      first_patched_version: z.union([text, z.looseObject({ identifier: text })]).nullish(),
    }),
  ),
});

/** One advisory in the format of the Open Source Vulnerability project. */
const osv = z.looseObject({
  id: identifier,
  aliases: z.array(text).nullish(),
  summary: text.nullish(),
  withdrawn: text.nullish(),
  affected: z.array(
    z.looseObject({
      package: z.looseObject({ name: text.nullish() }).nullish(),
      ranges: z
        .array(z.looseObject({ events: z.array(z.record(text, text)).nullish() }))
        .nullish(),
    }),
  ),
});

/**
 * Reads advisories from JSON: a list as the GitHub advisory API gives it, or entries of the OSV format (a list, one object,
 * or `{vulns: […]}`). The text is foreign: nothing of it is taken but ids, versions, scores and one line of words.
 * @returns null when it is no such document
 */
export function importAdvisories(json: string): ImportedAdvisories | null {
  const entries = entriesOf(json);
  if (entries === null) return null;
  const found: Advisory[] = [];
  let leftOut = 0;
  for (const entry of entries) {
    const read = fromGithub(entry) ?? fromOsv(entry) ?? [];
    if (read.length === 0) leftOut += 1;
    found.push(...read);
  }
  return { advisories: onePerId(found), leftOut };
}

/** Those that came with clawproof and the imported ones; where both know an advisory, its words stay and the rest is new. */
export function withImported(imported: readonly Advisory[]): Advisory[] {
  const known = new Map(builtIn.map((advisory) => [advisory.id, advisory]));
  const fresh = new Map(imported.map((advisory) => [advisory.id, advisory]));
  return [
    ...builtIn.map((advisory) => {
      const newer = fresh.get(advisory.id);
      return newer === undefined ? advisory : { ...newer, what: advisory.what };
    }),
    ...imported.filter(({ id }) => !known.has(id)),
  ];
}

function entriesOf(json: string): unknown[] | null {
  let data: unknown;
  try {
    data = JSON.parse(json);
  } catch {
    return null;
  }
  if (Array.isArray(data)) return data.flat();
  if (typeof data !== 'object' || data === null) return null;
  if ('vulns' in data && Array.isArray(data.vulns)) return data.vulns;
  return 'affected' in data || 'vulnerabilities' in data ? [data] : null;
}

function fromGithub(entry: unknown): Advisory[] | null {
  const { data } = github.safeParse(entry);
  if (data === undefined) return null;
  if (data.withdrawn_at) return [];
  const scores = [data.cvss?.score, data.cvss_severities?.cvss_v3?.score, data.cvss_severities?.cvss_v4?.score];
  return data.vulnerabilities
    .filter((one) => one.package?.name === PACKAGE)
    .flatMap((one): Advisory[] => {
      const patched = one.first_patched_version;
      const fixed = typeof patched === 'string' ? patched : patched?.identifier;
      const range = one.vulnerable_version_range ?? '';
      const since = exact(/>=?\s*([\w.-]+)/.exec(range)?.[1]);
      // Without a release that mends it, "< X" says it: X is the first that is not affected.
      const end = exact(fixed) ?? exact(/(?:^|[\s,])<\s*([\w.-]+)/.exec(range)?.[1]);
      return advisory(idOf([data.cve_id, data.ghsa_id]), { end, since, scores, summary: data.summary });
    });
}

function fromOsv(entry: unknown): Advisory[] | null {
  const { data } = osv.safeParse(entry);
  if (data === undefined) return null;
  if (data.withdrawn) return [];
  const events = data.affected
    .filter((one) => one.package?.name === PACKAGE)
    .flatMap((one) => (one.ranges ?? []).map((range) => range.events ?? []));
  const id = idOf([data.id, ...(data.aliases ?? [])]);
  return events
    .flatMap(affectedIn)
    .flatMap((range) => advisory(id, { ...range, scores: [], summary: data.summary }));
}

/** Each "introduced" with the "fixed" that follows it; one range may hold several such pairs. */
function affectedIn(events: readonly Record<string, string>[]): Pick<Parts, 'since' | 'end'>[] {
  const found: Pick<Parts, 'since' | 'end'>[] = [];
  let since: OpenClawVersion | null = null;
  for (const event of events) {
    if (event['introduced'] !== undefined) since = exact(event['introduced']);
    if (event['fixed'] !== undefined) found.push({ since, end: exact(event['fixed']) });
  }
  return found;
}

interface Parts {
  end: OpenClawVersion | null;
  since: OpenClawVersion | null;
  scores: readonly (number | null | undefined)[];
  summary: string | null | undefined;
}

function advisory(id: string, { end, since, scores, summary }: Parts): Advisory[] {
  if (end === null) return [];
  const score = Math.max(0, ...scores.map((one) => one ?? 0));
  return [
    {
      id,
      ...(score > 0 && score <= 10 ? { cvss: score } : {}),
      ...(since === null ? {} : { since: formatVersion(since) }),
      fixedIn: formatVersion(end),
      what: oneLine(summary ?? ''),
    },
  ];
}

/** The id under which it is known best: that of the CVE list where there is one. */
function idOf(ids: readonly (string | null | undefined)[]): string {
  const known = ids.filter((id) => identifier.safeParse(id).success) as string[];
  return known.find((id) => id.startsWith('CVE-')) ?? known[0] ?? '';
}

/** One entry for each advisory: all of its ranges, and what they span together. */
function onePerId(found: readonly Advisory[]): Advisory[] {
  const byId = new Map<string, Advisory>();
  for (const next of found) {
    const before = byId.get(next.id);
    byId.set(next.id, before === undefined ? next : together(before, next));
  }
  return [...byId.values()];
}

function together(a: Advisory, b: Advisory): Advisory {
  const { since: _since, ranges: _ranges, ...rest } = a;
  const first = [a.since, b.since].includes(undefined) ? undefined : order(a.since ?? '', b.since ?? '')[0];
  const [, last] = order(a.fixedIn, b.fixedIn);
  const cvss = Math.max(a.cvss ?? 0, b.cvss ?? 0);
  return {
    ...rest,
    ...(cvss === 0 ? {} : { cvss }),
    ...(first === undefined ? {} : { since: first }),
    fixedIn: last,
    ranges: [...(a.ranges ?? [rangeOf(a)]), rangeOf(b)],
  };
}

function rangeOf({ since, fixedIn }: Advisory): AffectedRange {
  return { ...(since === undefined ? {} : { since }), fixedIn };
}

function order(a: string, b: string): [string, string] {
  const [first, second] = [parseVersion(a), parseVersion(b)];
  return first !== null && second !== null && compareVersions(first, second) > 0 ? [b, a] : [a, b];
}

function exact(version: string | undefined): OpenClawVersion | null {
  return version === undefined ? null : parseVersion(version);
}

function oneLine(summary: string): string {
  // oxlint-disable-next-line no-control-regex -- a title must not move a terminal's cursor
  const line = summary.replaceAll(/[\u0000-\u001F\u007F-\u009F\s]+/g, ' ').trim();
  return line.length > TITLE_LENGTH ? `${line.slice(0, TITLE_LENGTH - 1)}…` : line || 'no description';
}
