import { textWidth } from '../../report/width.ts';

/** The part of a Node output stream that the terminal needs. */
export interface OutputStream {
  isTTY?: boolean;
  columns?: number;
  rows?: number;
  write(text: string): unknown;
}

const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';
const CLEAR_REST_OF_LINE = '\u001B[K';
const CLEAR_BELOW = '\u001B[J';
const up = (rows: number) => (rows > 0 ? `\u001B[${rows}A` : '');

/**
 * The last lines of a terminal, redrawn in place. Everything else that is written goes above them. A frame is one write
 * that overwrites the one before without blanking it first, so nothing flickers. While there are lines the cursor is
 * hidden and rests below them.
 */
export class LiveRegion {
  readonly #stream: OutputStream;
  #lines: readonly string[] = [];

  constructor(stream: OutputStream) {
    this.#stream = stream;
  }

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  /** Replaces the lines; none at all ends the region and gives the cursor back. */
  draw(lines: readonly string[]): void {
    if (lines.length === 0 && this.isEmpty) return;
    const cursor = this.isEmpty ? HIDE_CURSOR : '';
    const release = lines.length === 0 ? SHOW_CURSOR : '';
    this.#stream.write(cursor + this.#toTop() + frame(lines) + CLEAR_BELOW + release);
    this.#lines = lines;
  }

  /** Runs `write`, which may print whole lines to the same terminal, above the region. */
  above(write: () => void): void {
    if (this.isEmpty) {
      write();
      return;
    }
    this.#stream.write(this.#toTop() + CLEAR_BELOW);
    write();
    this.#stream.write(frame(this.#lines));
  }

  /** Gives the cursor back, for an exit that finishes nothing. What is drawn stays. */
  release(): void {
    if (!this.isEmpty) this.#stream.write(SHOW_CURSOR);
    this.#lines = [];
  }

  /** After a resize the terminal has wrapped long lines anew: count the rows that they take now. */
  #toTop(): string {
    const columns = Math.max(1, this.#stream.columns ?? 80);
    const rows = this.#lines.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(textWidth(line) / columns)),
      0,
    );
    return rows === 0 ? '' : `\r${up(rows)}`;
  }
}

function frame(lines: readonly string[]): string {
  return lines.map((line) => `${line}${CLEAR_REST_OF_LINE}\n`).join('');
}
