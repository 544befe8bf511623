import type { Deployment } from '../deployment/deployment.ts';
import type { DocumentPath } from '../documents/located.ts';
import type { FileVariable } from './file-variables.ts';
import type { Outcome } from './measure.ts';

export type Failure = Extract<Outcome, { state: 'fail' }>;

/**
 * safe = OpenClaw does what it did before, for everybody who uses it as they should.
 * unsafe = something that worked may not work any more, or the data must be changed as well; `effect` says what.
 */
export type FixSafety = 'safe' | 'unsafe';

/** A whole repair of one failure: after all of its changes the measure holds for that subject, and OpenClaw starts. */
export interface Fix {
  /** What it does, as an order: "Publish port 18789 on 127.0.0.1 only". */
  title: string;
  safety: FixSafety;
  /** One sentence: what the user will notice. Mandatory for unsafe fixes. */
  effect?: string;
  changes: Change[];
}

/** Why a failure is not repaired by an edit, and what the user does instead. */
export interface NoFix {
  why: string;
}

/** Data that can be written into a document. */
export type PlainValue = string | number | boolean | null | PlainValue[] | { [key: string]: PlainValue };

/**
 * One change, told by meaning; `mend/` turns it into edits of the text, in the syntax that the file uses.
 *
 * Paths in a compose file follow the merged project: ["services", NAME, FIELD, …]. Entries of `environment`, `labels`,
 * `extra_hosts`, `sysctls`, `ulimits` and `driver_opts` are addressed by their name in both syntaxes, e.g.
 * ["services", "gateway", "environment", "NODE_OPTIONS"]; items of lists by their index in the merged list. Indices are
 * those before any change, also where several changes remove items of one list.
 *
 * Texts are written into the document as they are, quoted where YAML or JSON5 needs it and not otherwise changed: in a
 * compose file `${PORT:-1}` in a value stays an interpolation, and a literal dollar must be given as `$$`.
 */
export type Change =
  /** Gives the part at `path` this value; makes the part and its parents when they are not there. */
  | { kind: 'set'; document: 'compose' | 'config'; path: DocumentPath; value: PlainValue }
  /** Adds an item to the list at `path` unless it holds it; makes the list when it is not there. */
  | { kind: 'add'; document: 'compose' | 'config'; path: DocumentPath; value: PlainValue }
  /** Removes the part at `path`, and its parent when nothing else is left in it. */
  | { kind: 'remove'; document: 'compose' | 'config'; path: DocumentPath }
  /**
   * Replaces part of a file that has no keys; offsets in its text as it was read. `means` is what the compose project says
   * otherwise afterwards, where the file is one of variables that are used in it.
   */
  | {
      kind: 'text';
      file: string;
      start: number;
      end: number;
      text: string;
      means?: { path: DocumentPath; value: string }[];
    }
  /** Adds lines at the end of a text file; makes the file when it is not there. */
  | { kind: 'lines'; file: string; lines: string[] }
  /** Sets the permission bits of a file. */
  | { kind: 'mode'; file: string; mode: number };

/** What a fix may look at. */
export interface FixContext {
  deployment: Deployment;
  /** The merged compose data as plain values, in the syntax of the files; undefined without a compose file. */
  compose?: { services: Record<string, Record<string, unknown>>; [key: string]: unknown };
  /**
   * Text of a scalar of the merged compose project as it is written, with its `${…}` and without quotes; of a named entry
   * in a list (`NAME=value`) the part behind the name. Undefined where nobody wrote it.
   */
  written?: (path: DocumentPath) => string | undefined;
  /** A variable of the project's `.env`; undefined where that does not set it. */
  fileVariable?: (name: string) => FileVariable | undefined;
  /** Image reference as in the model → sha256:… that a registry or the engine gave for it. */
  resolvedDigests?: Readonly<Record<string, string>>;
}

export function isFix(value: Fix | NoFix): value is Fix {
  return 'changes' in value;
}
