import type { OutputStream } from '../live-region.ts';

/**
 * A terminal of its own for tests: understands what clawproof writes (text, CR, LF, cursor up, clear line and below, hide and
 * show the cursor, colours) and throws at anything else. Lines wrap at `columns`; there is no scrolling limit.
 */
export class VirtualScreen implements OutputStream {
  readonly isTTY = true;
  columns: number;
  cursorVisible = true;
  /** Every write as it came. */
  readonly writes: string[] = [];
  #rows: string[] = [''];
  #row = 0;
  #column = 0;

  constructor(columns = 80) {
    this.columns = columns;
  }

  write(text: string): boolean {
    this.writes.push(text);
    // oxlint-disable-next-line no-control-regex -- escape codes are what it reads
    for (const token of text.match(/\u001B\[[?0-9;]*[A-Za-z]|[\s\S]/gu) ?? []) this.#apply(token);
    return true;
  }

  /** What is on the screen, without blank ends. */
  get text(): string {
    return this.#rows
      .map((row) => row.trimEnd())
      .join('\n')
      .trimEnd();
  }

  /** A terminal that gets narrower wraps the lines that are there anew. */
  resize(columns: number): void {
    const before = this.#rows.slice(0, this.#row);
    this.columns = columns;
    this.#rows = before.flatMap((row) => wrap(row.trimEnd(), columns));
    this.#row = this.#rows.length;
    this.#rows.push('');
  }

  #apply(token: string): void {
    if (token === '\n') this.#lineFeed();
    else if (token === '\r') this.#column = 0;
    else if (token === '\u001B[K') this.#rows[this.#row] = this.#current().slice(0, this.#column);
    else if (token === '\u001B[J') this.#clearBelow();
    else if (token === '\u001B[?25l') this.cursorVisible = false;
    else if (token === '\u001B[?25h') this.cursorVisible = true;
    else if (token.startsWith('\u001B')) this.#other(token);
    else this.#put(token);
  }

  #other(token: string): void {
    const up = /\[(\d+)A$/u.exec(token);
    if (up) this.#row = Math.max(0, this.#row - Number(up[1]));
    else if (!token.endsWith('m')) throw new Error(`unknown control sequence ${JSON.stringify(token)}`);
  }

  #clearBelow(): void {
    this.#rows = [...this.#rows.slice(0, this.#row), this.#current().slice(0, this.#column)];
  }

  #lineFeed(): void {
    this.#row += 1;
    this.#column = 0;
    if (this.#row === this.#rows.length) this.#rows.push('');
  }

  #put(character: string): void {
    if (this.#column >= this.columns) this.#lineFeed();
    const row = this.#current().padEnd(this.#column);
    this.#rows[this.#row] = row.slice(0, this.#column) + character + row.slice(this.#column + 1);
    this.#column += 1;
  }

  #current(): string {
    return this.#rows[this.#row] ?? '';
  }
}

function wrap(line: string, columns: number): string[] {
  const rows: string[] = [];
  for (let start = 0; start === 0 || start < line.length; start += columns)
    rows.push(line.slice(start, start + columns));
  return rows;
}
