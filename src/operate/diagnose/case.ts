import type { ObservationName, Observations } from './observations.ts';

/** One kind of trouble that can be recognised. */
export interface Case {
  /** Permanent kebab-case name. */
  id: string;
  /** What is wrong, in few words: "The gateway needs more memory than it may have". */
  title: string;
  /** What a person notices. */
  symptom: string;
  /** What is looked at. Where one of them could not be seen and nothing was found, the case is skipped. */
  looksAt: readonly ObservationName[];
  /** Pure. What beside `looksAt` could not be seen, in words. */
  unseen?(seen: Observations): string[];
  /** Pure. */
  recognise(seen: Observations): Finding[];
}

/** One trouble, with its cause. */
export interface Finding {
  /** One or two sentences: why. */
  cause: string;
  evidence: Evidence[];
  /** Commands and sentences, in order; a command stands behind two spaces. */
  fix: string[];
}

/** What shows it: where it was seen, and the very line or value. */
export interface Evidence {
  from: string;
  text: string;
}
