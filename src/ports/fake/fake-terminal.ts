import type { Progress, TaskHandle, Terminal } from '../terminal.ts';

/** Keeps what was written; answers questions from a list, "no" when it is used up. */
export class FakeTerminal implements Terminal {
  isInteractive = false;
  showsOutput = false;
  canAsk = false;
  colour = false;
  columns = 80;
  stdout = '';
  stderr = '';
  readonly questions: string[] = [];
  readonly answers: boolean[] = [];
  /** Answers to questions for a line; none when used up. */
  readonly lines: string[] = [];
  /** Answers to questions for secrets; none when used up. */
  readonly secrets: string[] = [];
  /** What comes from stdin; null = it is a terminal. */
  input: string | null = null;

  out(text: string): void {
    this.stdout += text;
  }

  err(text: string): void {
    this.stderr += text;
  }

  async confirm(question: string): Promise<boolean> {
    this.questions.push(question);
    return this.canAsk ? (this.answers.shift() ?? false) : false;
  }

  async askLine(question: string): Promise<string | null> {
    this.questions.push(question);
    return this.canAsk ? (this.lines.shift() ?? null) : null;
  }

  async askSecret(question: string): Promise<string | null> {
    this.questions.push(question);
    return this.canAsk ? (this.secrets.shift() ?? null) : null;
  }

  async readInput(maxBytes: number): Promise<string | null> {
    return this.input !== null && Buffer.byteLength(this.input) <= maxBytes ? this.input : null;
  }
}

export type ProgressEvent =
  | { event: 'start' | 'done' | 'failed'; task: string }
  | { event: 'step' | 'result'; task: string; text: string }
  | { event: 'note'; text: string };

/** Runs tasks and records what they said. */
export class FakeProgress implements Progress {
  readonly events: ProgressEvent[] = [];

  async task<T>(title: string, work: (task: TaskHandle) => Promise<T>): Promise<T> {
    this.events.push({ event: 'start', task: title });
    try {
      const value = await work({
        step: (text) => void this.events.push({ event: 'step', task: title, text }),
        result: (text) => void this.events.push({ event: 'result', task: title, text }),
      });
      this.events.push({ event: 'done', task: title });
      return value;
    } catch (error) {
      this.events.push({ event: 'failed', task: title });
      throw error;
    }
  }

  note(text: string): void {
    this.events.push({ event: 'note', text });
  }

  /** Titles of the tasks that ended well, in order. */
  get done(): string[] {
    return this.events.flatMap((event) => (event.event === 'done' ? [event.task] : []));
  }
}
