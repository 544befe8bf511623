import type { Deployment } from '../deployment/deployment.ts';

/** What looking at one measure gave. What was not looked at is `skipped` or `error`, never `pass`. */
export type Outcome =
  | { state: 'pass'; detail?: string }
  | { state: 'fail'; detail: string; subject?: string }
  | { state: 'skipped'; reason: string }
  | { state: 'error'; reason: string };

export type Severity = 'critical' | 'high' | 'medium' | 'low';

/** Where the evidence came from: files, the engine, or a look inside the running container. */
export type EvidenceKind = 'declared' | 'effective' | 'proven';

export interface Measure {
  /** Permanent kebab-case name; the name of its folder. */
  id: string;
  /** The rule as a statement that is true when it holds: "The root filesystem is read-only". */
  title: string;
  severity: Severity;
  /** Rows of the source documents (G2, H1, A4 …). */
  rows: string[];
  references: { cis?: string[]; nist?: string[]; owasp?: string[]; openclaw?: string[] };
  /** One sentence: what an attacker gains when it does not hold. */
  why: string;
  /** Pure. Looks at one deployment, whichever evidence it was read from. */
  check(deployment: Deployment): Outcome[];
}

/** Gives a measure its type; the registry is generated from the folders. */
export function defineMeasure(measure: Measure): Measure {
  return measure;
}
