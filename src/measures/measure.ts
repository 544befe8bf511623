import type { Deployment } from '../deployment/deployment.ts';
import type { Fix, FixContext, Failure, NoFix } from './fix.ts';
import type { TextRange } from '../documents/text-edit.ts';
import { severityOf, type Risk } from './severity.ts';

/** What looking at one measure gave. What was not looked at is `skipped` or `error`, never `pass`. */
export type Outcome =
  | { state: 'pass'; detail?: string }
  | {
      state: 'fail';
      detail: string;
      /** Service, setting or file that it is about. */
      subject?: string;
      at?: Location;
      /**
       * Tells apart several failures of one measure on one subject (a capability, a port, a variable); stable between
       * runs, never a secret. Suppressions and baselines know a finding by measure, subject and key.
       */
      key?: string;
    }
  | { state: 'skipped'; reason: string }
  | { state: 'error'; reason: string };

/** What in the sources a finding is about; readers that keep positions turn it into file, line and column. */
export interface Location {
  /** compose = the compose file, config = openclaw.json, file = a file of the deployment (its path is `path[0]`). */
  document: 'compose' | 'config' | 'file';
  /** Keys from the root, e.g. ["services", "gateway", "read_only"]; the nearest existing parent where the key is absent. */
  path: (string | number)[];
  /** For `file`: what in its text it is about. */
  range?: TextRange;
}

export type Severity = 'critical' | 'high' | 'medium' | 'low';

/** Where the evidence came from: files, the engine, or a look inside the running container. */
export type EvidenceKind = 'declared' | 'effective' | 'proven';

export interface Measure {
  /** Permanent kebab-case name; the name of its folder. */
  id: string;
  /** The rule as a statement that is true when it holds: "The root filesystem is read-only". */
  title: string;
  /** What an attacker needs and gains; `severity` follows from it. */
  risk: Risk;
  severity: Severity;
  /** Rows of the source documents (G2, H1, A4 …). */
  rows: string[];
  references: References;
  /** One sentence: what an attacker gains when it does not hold. */
  why: string;
  /** Pure. Looks at one deployment, whichever evidence it was read from. */
  check(deployment: Deployment): Outcome[];
  /**
   * Pure. How one failure of `check` is repaired, or why it is not. Absent for a measure whose failures no edit of a file
   * can repair; `noFix` then says why.
   */
  fix?(failure: Failure, context: FixContext): Fix | NoFix;
  /** Why there is no `fix`, and what to do instead; one or two sentences. */
  noFix?: string;
  /** Pure. The smallest change to a hardened deployment that breaks this measure and no other. */
  weaken?(deployment: Deployment): Deployment;
}

/** Where others ask for the same. */
export interface References {
  /** CIS Docker Benchmark 1.6 sections. */
  cis?: string[];
  /** NIST SP 800-190 sections. */
  nist?: string[];
  /** OWASP Docker Security Cheat Sheet rules (D) and Agentic Top 10 (ASI). */
  owasp?: string[];
  /** checkIds of `openclaw security audit`. */
  openclaw?: string[];
  /** Rules of other scanners, as "tool id". */
  scanners?: string[];
}

/** Completes a measure with the severity of its risk; the registry is generated from the folders. */
export function defineMeasure(measure: Omit<Measure, 'severity'>): Measure {
  return { ...measure, severity: severityOf(measure.risk) };
}
