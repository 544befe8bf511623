import type { AuditProblem, Finding } from './audit-report.ts';
import { isMap } from '../deployment/compose/values.ts';

/** One finding that was there when the baseline was written. */
export interface BaselineEntry {
  /** The deployment: its path relative to the folder of the baseline file, or `container:` and a name. */
  deployment: string;
  fingerprint: string;
  /** For readers only, as are subject and file. */
  measure: string;
  subject?: string;
  file?: string;
}

/** Findings to accept, by deployment and fingerprint. */
export interface Baseline {
  /** As warnings name files. */
  file: string;
  /** Entries by deployment, then by fingerprint. */
  deployments: ReadonlyMap<string, ReadonlyMap<string, BaselineEntry>>;
}

const FINGERPRINT = /^[0-9a-f]{16}(?:-\d{1,9})?$/;

/**
 * Reads a baseline file.
 * @returns the reason when it is none; one that is not understood accepts nothing, and the audit must not go on without it
 */
export function parseBaseline(text: string, file: string): Baseline | { problem: AuditProblem } {
  const entries = entriesOf(text);
  if (typeof entries === 'string') {
    const message = `${file} is no baseline: ${entries}. Write it anew with --write-baseline.`;
    return { problem: { id: 'baseline-not-understood', message } };
  }
  const deployments = new Map<string, Map<string, BaselineEntry>>();
  for (const entry of entries) {
    const known = deployments.get(entry.deployment) ?? new Map<string, BaselineEntry>();
    deployments.set(entry.deployment, known.set(entry.fingerprint, entry));
  }
  return { file, deployments };
}

/** The entries, or what is wrong, to complete a sentence. */
function entriesOf(text: string): BaselineEntry[] | string {
  let data: unknown;
  try {
    data = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    // The parser's message could quote the file, whatever that is.
    return 'it is not JSON';
  }
  if (!isMap(data) || !Array.isArray(data['findings'])) return 'it has no list "findings"';
  if (data['schemaVersion'] !== 1)
    return 'its "schemaVersion" is not 1; a newer clawproof may have written it';
  const entries: BaselineEntry[] = [];
  for (const [index, entry] of data['findings'].entries()) {
    const read = entryOf(entry);
    if (!read)
      return `entry ${index + 1} lacks "deployment", "measure" or a "fingerprint" of 16 hexadecimal digits`;
    entries.push(read);
  }
  return entries;
}

function entryOf(entry: unknown): BaselineEntry | undefined {
  if (!isMap(entry)) return undefined;
  const { deployment, fingerprint, measure, subject, file } = entry;
  if (typeof deployment !== 'string' || typeof measure !== 'string') return undefined;
  if (typeof fingerprint !== 'string' || !FINGERPRINT.test(fingerprint)) return undefined;
  return {
    deployment,
    fingerprint,
    measure,
    ...(typeof subject === 'string' ? { subject } : {}),
    ...(typeof file === 'string' ? { file } : {}),
  };
}

/**
 * Marks each finding of a deployment as known to the baseline or not.
 * @param notLookedAt ids of measures that were skipped or failed, at least in part: their entries may still be needed
 * @returns the findings, and a warning for each entry of the deployment whose finding is gone
 */
export function applyBaseline(
  findings: readonly Finding[],
  baseline: Baseline,
  deployment: string,
  notLookedAt: ReadonlySet<string>,
): { findings: Finding[]; stale: AuditProblem[] } {
  const known = baseline.deployments.get(deployment) ?? new Map<string, BaselineEntry>();
  const found = new Set(findings.map(({ fingerprint }) => fingerprint));
  const stale = [...known.values()].filter(
    ({ fingerprint, measure }) => !found.has(fingerprint) && !notLookedAt.has(measure),
  );
  return {
    findings: findings.map((finding) => ({ ...finding, isInBaseline: known.has(finding.fingerprint) })),
    stale: stale.map((entry) => staleWarning(entry, baseline.file)),
  };
}

function staleWarning({ measure, subject, fingerprint }: BaselineEntry, file: string): AuditProblem {
  const about = subject === undefined ? '' : ` on ${subject}`;
  const message = `${file} lists a finding of ${measure}${about} that is gone (${fingerprint}). Write the baseline anew with --write-baseline.`;
  return { id: 'baseline-stale', message };
}

/** Collects the findings of one run, deployment by deployment, and keeps no more of them than a baseline holds. */
export interface BaselineCollector {
  add(deployment: string, findings: readonly Finding[]): void;
  /** The file with all that was collected, in an order that depends on nothing else. */
  text(): string;
}

export function createBaselineCollector(): BaselineCollector {
  const found = new Map<string, BaselineEntry>();
  return {
    add(deployment, findings) {
      for (const finding of findings) {
        // What is suppressed has its own reason, and comes back when that has expired.
        if (finding.suppression === undefined || finding.suppression.isExpired)
          found.set(`${deployment}\0${finding.fingerprint}`, toEntry(deployment, finding));
      }
    },
    text() {
      const findings = [...found.values()].toSorted(byPlace);
      return `${JSON.stringify({ schemaVersion: 1, findings }, null, 2)}\n`;
    },
  };
}

function toEntry(deployment: string, { fingerprint, measure, subject, location }: Finding): BaselineEntry {
  return {
    deployment,
    fingerprint,
    measure,
    ...(subject === undefined ? {} : { subject }),
    ...(location === undefined ? {} : { file: location.file }),
  };
}

function byPlace(a: BaselineEntry, b: BaselineEntry): number {
  return (
    compare(a.deployment, b.deployment) ||
    compare(a.measure, b.measure) ||
    compare(a.subject ?? '', b.subject ?? '') ||
    compare(a.fingerprint, b.fingerprint)
  );
}

/** By code units: the same everywhere, whatever the language of the machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
