import type { Collector } from './collector.ts';
import { searchText } from './searcher.ts';

/** Longer lines are no text that a person wrote; they are searched in parts of this length. */
const LONGEST = 1024 * 1024;

/** Searches what `git log --patch` prints, with "commit <id>" before each change. */
export class GitHistory {
  commits = 0;
  readonly #collector: Collector;
  readonly #seen = new Set<string>();
  #rest = '';
  #commit = '';
  #file = '';
  #hunk: string[] = [];
  #size = 0;

  constructor(collector: Collector) {
    this.#collector = collector;
  }

  push(bytes: Uint8Array): void {
    const text =
      this.#rest + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    const end = text.lastIndexOf('\n');
    this.#rest = text.slice(end + 1);
    if (this.#rest.length > LONGEST) {
      this.#line(this.#rest);
      this.#rest = '';
    }
    if (end >= 0) for (const line of text.slice(0, end).split('\n')) this.#line(line);
  }

  end(): void {
    if (this.#rest !== '') this.#line(this.#rest);
    this.#flush();
  }

  #line(line: string): void {
    const commit = /^clawproof-commit ([0-9a-f]{7,64})$/.exec(line)?.[1];
    if (commit !== undefined) {
      this.#flush();
      this.#commit = commit.slice(0, 12);
      this.commits += 1;
      this.#file = 'its message';
    } else if (line.startsWith('diff --git ')) {
      this.#flush();
      this.#file = / b\/(.*)$/.exec(line)?.[1] ?? '?';
    } else if (!/^(?:index|---|\+\+\+|@@) ?/.test(line)) {
      this.#hunk.push(line.replace(/^[+-]/, ''));
      this.#size += line.length;
      if (this.#size > LONGEST) this.#flush();
    }
  }

  #flush(): void {
    const text = this.#hunk.join('\n');
    this.#hunk = [];
    this.#size = 0;
    if (text === '') return;
    const hits = searchText(Buffer.from(text, 'latin1'), { forms: this.#collector.forms, thorough: true });
    for (const hit of hits) {
      const place = `git, commit ${this.#commit}, ${this.#file}`;
      if (this.#seen.has(`${place} ${hit.what}`)) continue;
      this.#seen.add(`${place} ${hit.what}`);
      this.#collector.add(place, [{ ...hit, line: null }]);
    }
  }
}
