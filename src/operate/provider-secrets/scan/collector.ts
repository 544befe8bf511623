import type { Form } from './forms.ts';
import type { ScanFinding, ScannedSource } from './scan-report.ts';
import { type Hit, Searcher } from './searcher.ts';

/** What stands in a place on purpose, by its path and what was found there; undefined for everything else. */
export type Expected = (path: string, hit: Hit) => string | undefined;

/** Names in a file of settings or variables whose values look like keys; undefined for one that is too large. */
export type NamesIn = (text: string, path: string) => string[] | undefined;

/** Gathers what all the sources give. */
export class Collector {
  readonly findings: ScanFinding[] = [];
  readonly expected: ScanFinding[] = [];
  readonly looked: ScannedSource[] = [];
  readonly forms: readonly Form[];
  readonly namesIn: NamesIn;

  constructor(forms: readonly Form[], namesIn: NamesIn) {
    this.forms = forms;
    this.namesIn = namesIn;
  }

  searcher(thorough: boolean): Searcher {
    return new Searcher({ forms: this.forms, thorough });
  }

  /** Notes what was found in one text. */
  add(place: string, hits: readonly Hit[], expected: Expected = () => undefined): void {
    for (const hit of hits) {
      const why = expected(place, hit);
      const at = hit.line === null ? place : `${place}:${hit.line}`;
      if (why === undefined) this.findings.push({ place: at, what: hit.what, key: hit.name });
      else if (!this.expected.some((other) => other.what === why))
        this.expected.push({ place, what: why, key: hit.name });
    }
  }

  text(place: string, text: string): void {
    const searcher = this.searcher(true);
    searcher.push(Buffer.from(text));
    this.add(place, searcher.end());
  }

  /** Runs the search of one source; what goes wrong there is noted, and the others are still searched. */
  async source(
    what: string,
    search: () => Promise<string | { skipped: string }>,
    describe: (error: unknown) => string,
  ): Promise<void> {
    try {
      const result = await search();
      if (typeof result === 'string') this.looked.push({ what, state: 'looked', detail: result });
      else this.looked.push({ what, state: 'skipped', detail: result.skipped });
    } catch (error) {
      this.looked.push({ what, state: 'error', detail: describe(error) });
    }
  }
}
