import type { SourcePosition } from '../errors/app-error.ts';
import type { SourceText } from './source-text.ts';

const MAX_PROBLEMS = 20;

/** Something that is wrong in a document. */
export interface DocumentProblem {
  /** One sentence. */
  message: string;
  position: SourcePosition;
}

/** Notes a problem at an offset of the text; `end` is where the underlined part ends. */
export type ReportProblem = (message: string, start: number, end?: number) => void;

/** The first problems of a document, and what notes them. */
export function createProblemList(source: SourceText): {
  problems: DocumentProblem[];
  report: ReportProblem;
} {
  const problems: DocumentProblem[] = [];
  const report: ReportProblem = (message, start, end) => {
    if (problems.length >= MAX_PROBLEMS) return;
    const position = source.positionAt(start, end);
    // One slip makes the parser stumble again and again over the same place.
    const isKnown = problems.some(
      (known) => known.message === message && known.position.line === position.line,
    );
    if (!isKnown) problems.push({ message, position });
  };
  return { problems, report };
}
