import type { DocumentPath } from '../documents/located.ts';
import type { PlainValue } from '../measures/fix.ts';

/** One change at its place in one file. */
export interface PlacedChange {
  file: string;
  kind: 'set' | 'add' | 'remove';
  path: DocumentPath;
  value?: PlainValue;
  /** Name of the entry, where the field can be a list of `NAME=value`. */
  name?: string;
}

/** Breaks off a plan; caught by `planEdits`. */
export class CannotPlan extends Error {}
