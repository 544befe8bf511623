/** Where in a file a problem is; line and column count from 1. */
export interface SourcePosition {
  file: string;
  line: number;
  column: number;
  /** The line itself, for an excerpt; never one that may hold a secret. */
  excerpt?: string;
  /** Characters to underline from `column`. */
  length?: number;
}

/** One of several things that are wrong in the same file. */
export interface ErrorProblem {
  /** One sentence. */
  message: string;
  position?: SourcePosition;
}

/** What every error tells: what happened, in what state things are now, what to do next. */
export interface ErrorEntry {
  /** Exit code of the program: 2 usage or configuration, 3 nothing there, 4 could not do or see everything. */
  exitCode: 2 | 3 | 4;
  /** One sentence: what happened and why. */
  message: string;
  /** What clawproof did and did not change before it stopped. */
  state: string;
  /** What to do next; commands stand on lines of their own. */
  next: string[];
  position?: SourcePosition;
  /** All that is wrong, where `message` only counts it; the first one is at `position`. */
  problems?: readonly ErrorProblem[];
}

/** An error that the user can understand and act on. Made only by the functions of `errors/catalogue*.ts`. */
export class AppError extends Error {
  readonly id: string;
  readonly entry: ErrorEntry;

  constructor(id: string, entry: ErrorEntry, cause?: unknown) {
    super(entry.message, cause === undefined ? undefined : { cause });
    this.name = 'AppError';
    this.id = id;
    this.entry = entry;
  }
}

export function isAppError(error: unknown): error is AppError {
  return error instanceof AppError;
}
