/** What the user sees. stdout carries results, stderr carries progress and messages. */
export interface Terminal {
  /** True when stdout or stderr is a terminal that can be redrawn. */
  isInteractive: boolean;
  /** True when stdout is a terminal: what is written to it is seen, and goes into no file and no other program. */
  showsOutput: boolean;
  /** True when a question can be asked (stdin is a terminal). */
  canAsk: boolean;
  colour: boolean;
  columns: number;
  /** Writes to stdout. */
  out(text: string): void;
  /** Writes to stderr. */
  err(text: string): void;
  /** Asks yes or no; false when nobody can answer. */
  confirm(question: string): Promise<boolean>;
  /** Asks for one line of text; null when nobody can answer, or will not. */
  askLine(question: string): Promise<string | null>;
  /** Asks for a text that is not shown while it is typed; null when nobody can answer, or will not. */
  askSecret(question: string): Promise<string | null>;
  /** All of stdin, as UTF-8; null when it is a terminal, or longer than this. */
  readInput(maxBytes: number): Promise<string | null>;
}

/** Progress of one piece of work, as a task list. */
export interface Progress {
  /** Runs `work` as a named task; shows its elapsed time, and what `step` says it is doing. Rethrows its errors. */
  task<T>(title: string, work: (task: TaskHandle) => Promise<T>): Promise<T>;
  /** A line between tasks that stays on the screen. */
  note(text: string): void;
}

export interface TaskHandle {
  /** What the task is doing now; replaces the previous step. */
  step(text: string): void;
  /** What the task found, shown behind its title when it ends: "from cache", "4 images". */
  result(text: string): void;
}
